import { priorOfHabits } from './learn-prior.ts'
import type { PatternPrior } from './pattern-prior.ts'
import type { Pattern } from './patterns.ts'

/**
 * Shares of patterns at 26 domains, written by functions/headless/learn-patterns.ts from shared/data/email-patterns/known.json. What is
 * missing from 1 is addresses that no pattern makes, and patterns below 0.02.
 */
const HABITS: readonly Readonly<Record<Pattern, number>>[] = [
  { '{first}.{last}': 0.066, '{f}{last}': 0.17, '{f}{last}|8': 0.515, '{f}{rest}|7': 0.096, '{f}{rest}|8': 0.076 },
  {
    '{f}{last}': 0.137,
    '{first}{l}': 0.022,
    '{f}{last}|8': 0.07,
    '{last}|6': 0.085,
    '{last}{first}|7': 0.067,
    '{f}{rest}|7': 0.384,
    '{f}{rest}|8': 0.028,
  },
  {
    '{first}': 0.175,
    '{first}.{last}': 0.195,
    '{first}.{rest.}': 0.025,
    '{first}.{rest_}': 0.034,
    '{first}{l}': 0.11,
    '{middle}': 0.104,
  },
  { '{first}.{last}': 0.383, '{first}.{rest.}': 0.454, '{first}.{rest_}': 0.063 },
  { '{first}.{last}': 0.173, '{first}.{rest.}': 0.022, '{first}.{rest_}': 0.03, '{f}.{last}': 0.599 },
  { '{first}.{last}': 0.72, '{first}.{rest.}': 0.091, '{first}.{rest_}': 0.124 },
  { '{last}': 0.075, '{f}{last}': 0.833, '{l}{first}': 0.02 },
  { '{first}.{last}': 0.705, '{first}.{rest.}': 0.089, '{first}.{rest_}': 0.121 },
  { '{first}.{last}': 0.727, '{first}.{rest.}': 0.038, '{first}.{rest_}': 0.051, '{f}.{last}': 0.076 },
  {
    '{first}.{last}': 0.025,
    '{f}{last}': 0.427,
    '{f}{l}': 0.104,
    '{f}{l5}': 0.043,
    '{f}{last}|6': 0.043,
    '{f}{rest}|6': 0.051,
  },
  { '{last}{first}': 0.057, '{first}{l}': 0.034, '{f2}{last}': 0.071 },
  {
    '{first}.{last}': 0.405,
    '{last}.{first}': 0.215,
    '{first}.{rest.}': 0.051,
    '{rest.}.{first}': 0.031,
    '{first}.{rest_}': 0.07,
    '{rest-}.{first}': 0.034,
  },
  { '{first}.{last}': 0.625, '{first}.{rest.}': 0.061, '{first}.{rest_}': 0.083, '{f}{last}': 0.037 },
  {
    '{first}': 0.038,
    '{first}.{last}': 0.301,
    '{first}.{rest.}': 0.038,
    '{first}.{rest_}': 0.052,
    '{f}{last}': 0.046,
    '{first}{l}': 0.064,
  },
  {
    '{first}.{last}': 0.555,
    '{first}{rest.}': 0.059,
    '{first}.{rest.}': 0.05,
    '{first}.{rest_}': 0.068,
    '{f}{last}|8': 0.049,
    '{f}{rest}|7': 0.048,
  },
  {
    '{first}.{last}': 0.025,
    '{f}{last}': 0.164,
    '{f3}{last}': 0.105,
    '{f}{last}|8': 0.049,
    '{last}|7': 0.071,
    '{last}{first}|7': 0.129,
    '{last}{f}|7': 0.021,
  },
  {
    '{last}{first}': 0.519,
    '{first}.{last}': 0.193,
    '{rest}{first}': 0.026,
    '{rest.}{first}': 0.026,
    '{rest_}{first}': 0.026,
    '{rest-}{first}': 0.026,
    '{first}.{rest.}': 0.024,
    '{first}.{rest_}': 0.033,
  },
  { '{f}{last}': 0.682, '{f}{last}|8': 0.203 },
  { '{last}': 0.057, '{first}.{last}': 0.025, '{f}{last}': 0.662 },
  { '{first}.{last}': 0.733, '{first}.{rest.}': 0.093, '{first}.{rest_}': 0.126 },
  {
    '{first}': 0.026,
    '{first}.{last}': 0.023,
    '{f}{last}': 0.231,
    '{f}{last}|8': 0.365,
    '{f}{rest}|8': 0.118,
    '{f}{rest}|9': 0.032,
  },
  { '{first}{m}{l}': 0.054, '{last}{f}{m}': 0.601 },
  {
    '{f}{last}': 0.087,
    '{f3}{last}': 0.063,
    '{first}{l4}': 0.154,
    '{l4}{f}': 0.062,
    '{l5}{f3}': 0.154,
    '{f}{rest}|7': 0.033,
  },
  { '{first}': 0.062, '{f}{last}': 0.098, '{first}{l}': 0.486, '{first}{l3}': 0.02 },
  { '{first}': 0.02, '{f}{last}': 0.25, '{first}{l}': 0.354, '{first}{l3}': 0.03, '{last}|7': 0.029 },
  { '{first}.{last}': 0.275, '{last}.{first}': 0.033, '{first}.{rest.}': 0.035, '{first}.{rest_}': 0.604 },
]

/** The prior of the product. Cheap, but worth keeping for a whole batch. */
export function learnedPrior(): PatternPrior {
  return priorOfHabits(HABITS)
}
