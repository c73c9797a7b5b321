import type { Instant, Json } from './columns.ts'

/** Who did what, kept. */
export interface AuditTable {
  id: string
  at: Instant
  actor_id: string | null
  action: string
  subject_kind: string | null
  subject_id: string | null
  detail: Json<Record<string, unknown>>
}
