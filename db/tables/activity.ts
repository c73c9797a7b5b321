import type { Instant, Json } from './columns.ts'

/** A line on a timeline. */
export interface ActivityTable {
  id: string
  event_id: string | null
  account_id: string | null
  person_id: string | null
  /** null: the system */
  actor_id: string | null
  kind: string
  summary: string
  detail: Json<Record<string, unknown>>
  at: Instant
}
