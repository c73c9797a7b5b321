import type { Instant } from './columns.ts'

export type SuppressionKind = 'address' | 'domain'
export type SuppressionReason = 'unsubscribed' | 'complained' | 'bounced' | 'by_hand' | 'erased'

/** An address or a domain nobody may be mailed at. */
export interface SuppressionTable {
  id: string
  kind: SuppressionKind
  /** lower case */
  value: string
  reason: SuppressionReason
  source: string
  person_id: string | null
  created_at: Instant
  created_by: string | null
}
