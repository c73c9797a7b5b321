import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

export type AddressSource = 'given' | 'imported' | 'found' | 'guessed'
export type AddressStatus = 'unknown' | 'valid' | 'risky' | 'invalid' | 'bounced'

/** An address of a person. A guess never overwrites a fact (trigger email_address_fact_stays). */
export interface EmailAddressTable {
  id: string
  person_id: string
  address: string
  /** lower case, what uniqueness and suppression compare */
  address_key: string
  /** lower case, after the @ */
  domain: string
  source: AddressSource
  /** 0 to 1 */
  confidence: number
  /** by what, from what: pattern, import, user */
  provenance: Json<Record<string, unknown>>
  /** unknown is not invalid */
  status: Generated<AddressStatus>
  /** mails to it that came back for a passing reason */
  soft_bounces: Generated<number>
  /** the one that mail goes to; at most one a person */
  is_primary: Generated<boolean>
  verified_at: Instant | null
  created_at: Instant
  updated_at: Instant
}
