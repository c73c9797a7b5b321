import type { AddressSource, AddressStatus } from '../../../db/tables/email-address.ts'
import type { ProviderVerdict } from '../../ports/address-check.ts'
import { checkAddress, isReservedDomain, type SyntaxReason } from './check-address.ts'
import type { MailServers } from './find-mail-servers.ts'

/** What a verification rests on, as stored; the words are in web/pages/people/address-words.ts. */
export type AddressReason =
  | Exclude<SyntaxReason, 'mail_server_not_checked'>
  | 'bounced'
  | 'null_mx'
  | 'no_mail_server'
  | 'lookup_failed'
  | 'reserved_domain'
  | 'mail_server'
  | 'no_mx_record'
  | 'catch_all'
  | 'delivered'
  | 'provider_confirmed'
  | 'provider_refused'
  | 'mailbox_not_confirmed'

/** All that is known of an address when it is judged. */
export interface AddressFacts {
  address: string
  domain: string
  source: AddressSource
  status: AddressStatus
  delivered_at: Date | null
  mail: MailServers
  /** its server seems to take mail for whatever name (`listCatchAllDomains`) */
  is_catch_all: boolean
  /** what a paid provider says of the mailbox; null when it was not asked, or could not tell */
  provider: ProviderVerdict | null
}

export interface Judgement {
  status: AddressStatus
  reasons: AddressReason[]
}

/**
 * Worst first: what bounced stays so, what cannot receive mail is invalid, and a look-up that failed is unknown, whatever else is known.
 *
 * A mail server says nothing of the mailbox. So a fact, which somebody gave us, is valid when its domain receives mail; a guess is risky until
 * a mail of ours was taken or a provider confirmed it, and never becomes evidence for the habit it was made from.
 */
export function judgeAddress(facts: AddressFacts): Judgement {
  if (facts.status === 'bounced') return { status: 'bounced', reasons: ['bounced'] }
  const check = checkAddress(facts.address)
  const seen = check.reasons.filter((reason) => reason !== 'mail_server_not_checked')
  if (check.verdict === 'invalid') return { status: 'invalid', reasons: seen }
  if (isReservedDomain(facts.domain)) return { status: 'unknown', reasons: [...seen, 'reserved_domain'] }
  const { mail, provider } = facts
  if (mail === 'refused') return { status: 'invalid', reasons: ['null_mx'] }
  if (mail === 'absent') return { status: 'invalid', reasons: ['no_mail_server'] }
  if (mail === 'unknown') return { status: 'unknown', reasons: [...seen, 'lookup_failed'] }
  const server: AddressReason = mail === 'address_only' ? 'no_mx_record' : 'mail_server'

  const isCatchAll = facts.is_catch_all || provider === 'accept_all'
  if (provider === 'invalid' && facts.delivered_at === null)
    return { status: 'invalid', reasons: [...seen, 'provider_refused'] }
  const risks: AddressReason[] = isCatchAll ? ['catch_all'] : []
  if (provider === 'disposable' && !seen.includes('disposable')) risks.push('disposable')
  const proof: AddressReason | undefined =
    facts.delivered_at !== null ? 'delivered' : provider === 'valid' ? 'provider_confirmed' : undefined
  if (proof === undefined && facts.source === 'guessed') risks.push('mailbox_not_confirmed')
  const isRisky = check.verdict === 'risky' || risks.length > 0
  return { status: isRisky ? 'risky' : 'valid', reasons: [...risks, ...seen, proof ?? server] }
}
