import type { Generated } from 'kysely'
import type { ScoreLine } from './account.ts'
import type { Instant, Json } from './columns.ts'

/** A change of an account's score and the reason for it. */
export interface ScoreHistoryTable {
  id: string
  account_id: string
  score: number | null
  previous_score: number | null
  is_override: Generated<boolean>
  reason: string
  breakdown: Json<ScoreLine[]> | null
  actor_id: string | null
  at: Instant
}
