import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type PairState = 'open' | 'later' | 'not_same' | 'merged'
export type PairKind = 'person' | 'account'

/** Two records of an event that may be the same. Once for each two; what was decided is remembered. */
export interface DuplicatePairTable {
  id: string
  event_id: string
  kind: PairKind
  /** the smaller of the two ids */
  first_id: string
  second_id: string
  /** why: `PersonLikeness` or `AccountLikeness` */
  reason: string
  /** 0 to 1: how sure, for the order of the queue */
  score: number
  state: Generated<PairState>
  /** by the last search that came upon them */
  found_at: Instant
  decided_by: string | null
  decided_at: Instant | null
  merge_id: string | null
}
