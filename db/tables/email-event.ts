import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

/** What the mail provider told us, once each. */
export interface EmailEventTable {
  id: string
  message_id: string | null
  /** hash of type, message, recipient, time and url: providers repeat events and change their ids */
  content_key: string
  provider_event_id: string | null
  type: string
  is_machine: Generated<boolean>
  occurred_at: Instant
  received_at: Instant
  url: string | null
  reason: string | null
  raw: Json<Record<string, unknown>>
}
