import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

/** One line of why a person did, or did not, get a step. Append-only. */
export interface ReceiptTable {
  id: Generated<number>
  enrollment_id: string
  message_id: string | null
  at: Instant
  what: string
  detail: Json<Record<string, unknown>>
}
