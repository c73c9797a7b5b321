import type { Instant, Json } from './columns.ts'

/** What may be counted or measured of an account; `figure:NAME` is a further column of the imported list. */
export type NumberFact =
  | 'people_count'
  | 'executive_operations_count'
  | 'operations_count'
  | 'executive_count'
  | 'procurement_count'
  | 'sales_count'
  | 'technology_count'
  | 'c_level_count'
  | 'vp_count'
  | 'director_count'
  | 'manager_count'
  | 'individual_count'
  | 'speaker_count'
  | 'sponsor_count'
  | 'attendee_count'
  | 'qualified_count'
  | 'country_count'
  | 'title_letters'
  | 'list_score'
  | 'revenue_usd'
  | 'employees'
  | 'facilities'
  | `figure:${string}`

export type KnownFact =
  | 'people_count'
  | 'has_job_titles'
  | 'has_category'
  | 'has_list_score'
  | 'has_website'
  | 'has_industry'
  | 'has_country'
  | 'has_revenue'
  | 'has_facilities'

export type TextFact = 'industry' | 'country' | 'list_tier'

/** `rule` names the line of a score. Points may be negative where a fact speaks against an account. */
export type ScoreRule =
  /** So many points for each person, up to a limit. */
  | { rule: string; kind: 'per_person'; counts: { count: NumberFact; points: number; at_most: number }[] }
  /** The points of the highest step reached. */
  | { rule: string; kind: 'steps'; count: NumberFact; steps: { at_least: number; points: number }[] }
  | { rule: string; kind: 'known'; fields: KnownFact[]; points_each: number }
  /** From no point at `from` to all at `to`; `root` gives the first ones more, `fourth_root` more still. `each`: divided by the people. */
  | {
      rule: string
      kind: 'scale'
      measure: NumberFact
      each: boolean
      from: number
      to: number
      curve: 'even' | 'root' | 'fourth_root'
      points: number
    }
  /** Points of the value it has, without regard to case. */
  | { rule: string; kind: 'choice'; field: TextFact; values: { value: string; points: number }[] }
  /** Points once when the name of the company has one of these words, folded as in its key. */
  | { rule: string; kind: 'words'; words: string[]; points: number }

/** By what the accounts of an event are scored: the newest version counts. */
export interface ScoringRuleSetTable {
  id: string
  event_id: string
  version: number
  name: string
  rules: Json<ScoreRule[]>
  reason: string
  saved_by: string | null
  saved_at: Instant
}
