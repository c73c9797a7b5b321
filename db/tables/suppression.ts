import type { Instant } from './columns.ts'

export type SuppressionKind = 'address' | 'domain' | 'address_hash'
export type SuppressionReason = 'unsubscribed' | 'complained' | 'bounced' | 'by_hand' | 'erased'

/** An address or a domain nobody may be mailed at. */
export interface SuppressionTable {
  id: string
  kind: SuppressionKind
  /** lower case; for `address_hash` the SHA-256 in hex of an address that was erased */
  value: string
  /** holds for this event alone; null: everywhere */
  event_id: string | null
  reason: SuppressionReason
  source: string
  person_id: string | null
  created_at: Instant
  created_by: string | null
}
