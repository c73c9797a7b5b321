import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

/**
 * One line of why a person did, or did not, get a step. Append-only. Whoever writes one holds the enrollment's row (`for
 * no key update`) or has just inserted it, so that the lines of an enrollment come one after another.
 */
export interface ReceiptTable {
  enrollment_id: string
  /** 1, 2, … within the enrollment; a trigger numbers them */
  line: Generated<number>
  message_id: string | null
  at: Instant
  what: string
  detail: Json<Record<string, unknown>>
  /** SHA-256, in hex, over the hash of the line before and this line (`receipt_hash`) */
  hash: Generated<string>
}
