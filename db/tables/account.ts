import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

export type AccountStatus = 'new' | 'researching' | 'contacted' | 'engaged' | 'meeting' | 'customer' | 'disqualified'
export type DomainSource = 'given' | 'imported' | 'found' | 'guessed'

/** One line of a score: how many of its possible points a rule gave, and why in a sentence. */
export interface ScoreLine {
  rule: string
  points: number
  max: number
  reason: string
}

/** The list's own columns of companies.csv that are not kept in a column of their own. */
export type ListFigures = Record<string, number | null>

/** A company at an event. */
export interface AccountTable {
  id: string
  event_id: string
  name: string
  /** companyKey(name) */
  name_key: string
  /** registrable domain, lower case */
  domain: string | null
  domain_source: DomainSource | null
  /** 0 to 1 */
  domain_confidence: number | null
  website: string | null
  industry: string | null
  country: string | null
  /** state or province, as it was given */
  region: string | null
  /** the account this one belongs to, said so by hand: their people are colleagues */
  parent_id: string | null
  /** as it stood in the list */
  revenue_text: string | null
  /** whole dollars */
  revenue_usd: number | null
  employees: number | null
  facilities: number | null
  status: Generated<AccountStatus>
  owner_id: string | null
  notes: string | null
  /** the list's own score, never computed by us */
  list_score: number | null
  /** the list's own tier, 1 is best */
  list_tier: number | null
  /** the list's other columns as numbers */
  list_figures: Json<ListFigures> | null
  recommended_targets: string | null
  top_titles: string | null
  /** 0 to 100, computed */
  icp_score: number | null
  icp_breakdown: Json<ScoreLine[]> | null
  icp_scored_at: Instant | null
  /** typed by a person; wins until removed */
  score_override: number | null
  score_override_reason: string | null
  score_override_by: string | null
  score_override_at: Instant | null
  /** generated column: the override, else the computed score */
  effective_score: Generated<number | null>
  /** kept by trigger, so that lists need no second statement */
  people_count: Generated<number>
  created_at: Instant
  updated_at: Instant
}
