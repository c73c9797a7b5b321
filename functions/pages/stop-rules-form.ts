import * as v from 'valibot'
import type { ColleagueReply } from '../../db/tables/sequence.ts'
import { sequenceSettings } from '../domain/sequences/settings.ts'

/** The part of the sequence form that says what stops it, and what is tracked where. */
export const stopRulesForm = {
  colleague_reply: v.optional(sequenceSettings.colleague_reply, 'hold'),
  // A checkbox is there or it is not.
  stop_on_click: v.pipe(
    v.optional(v.string(), ''),
    v.transform((value) => value !== ''),
  ),
  stop_account_statuses: v.pipe(
    v.optional(v.union([v.string(), v.array(v.string())]), []),
    v.transform((statuses) => [statuses].flat()),
    sequenceSettings.stop_account_statuses,
  ),
  untracked_countries: v.pipe(
    v.optional(v.string(), ''),
    v.transform((text) =>
      text
        .toUpperCase()
        .split(/[\s,;]+/)
        .filter((code) => code !== ''),
    ),
    sequenceSettings.untracked_countries,
  ),
}

export interface StopRules {
  colleague_reply: ColleagueReply
  stop_on_click: boolean
  stop_account_statuses: readonly string[]
  untracked_countries: readonly string[]
}

/** As the form shows them. */
export function stopRuleValues(rules: StopRules): Record<string, string | string[]> {
  return {
    colleague_reply: rules.colleague_reply,
    ...(rules.stop_on_click ? { stop_on_click: 'on' } : {}),
    stop_account_statuses: [...rules.stop_account_statuses],
    untracked_countries: rules.untracked_countries.join(', '),
  }
}

/** Of a new sequence: the defaults of the table. */
export const defaultStopRules: StopRules = {
  colleague_reply: 'hold',
  stop_on_click: false,
  stop_account_statuses: ['customer', 'disqualified'],
  untracked_countries:
    'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
}
