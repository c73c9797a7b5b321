import * as v from 'valibot'
import type { NumberFact, ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import { KNOWN_NAMES, NUMBER_NAMES } from './rule-words.ts'

const MOST_RULES = 30
const MOST_PARTS = 60

const points = v.pipe(v.number(), v.minValue(-100, 'At least -100'), v.maxValue(100, 'At most 100'))
const limit = v.pipe(v.number(), v.minValue(0, 'At least 0'), v.maxValue(100, 'At most 100'))
const amount = v.pipe(v.number(), v.minValue(-1e12), v.maxValue(1e12, 'At most a trillion'))
const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(100))
const known = new Set<string>(NUMBER_NAMES.map(({ value }) => value))
const numberFact = v.custom<NumberFact>(
  (name) => typeof name === 'string' && (known.has(name) || /^figure:.{1,100}$/s.test(name)),
)
const parts = <Part extends v.GenericSchema>(part: Part) => v.pipe(v.array(part), v.maxLength(MOST_PARTS))

const rule = v.variant('kind', [
  v.object({
    rule: text,
    kind: v.literal('per_person'),
    counts: parts(v.object({ count: numberFact, points, at_most: limit })),
  }),
  v.object({
    rule: text,
    kind: v.literal('steps'),
    count: numberFact,
    steps: parts(v.object({ at_least: amount, points })),
  }),
  v.object({
    rule: text,
    kind: v.literal('known'),
    fields: parts(v.picklist(KNOWN_NAMES.map(({ value }) => value))),
    points_each: points,
  }),
  v.pipe(
    v.object({
      rule: text,
      kind: v.literal('scale'),
      measure: numberFact,
      each: v.boolean(),
      from: amount,
      to: amount,
      curve: v.picklist(['even', 'root', 'fourth_root']),
      points,
    }),
    v.check(({ from, to }) => from < to, 'It has to end above where it begins'),
  ),
  v.object({
    rule: text,
    kind: v.literal('choice'),
    field: v.picklist(['industry', 'country', 'list_tier']),
    values: parts(v.object({ value: text, points })),
  }),
  v.object({ rule: text, kind: v.literal('words'), words: parts(text), points }),
])

/** What a set of rules may be: whatever is saved has passed it. */
export const scoreRules: v.GenericSchema<unknown, ScoreRule[]> = v.pipe(
  v.array(rule),
  v.nonEmpty('Keep at least one rule'),
  v.maxLength(MOST_RULES, `At most ${MOST_RULES} rules`),
)
