import { parse } from 'tldts'
import { isFreemailDomain } from '../accounts/freemail-domains.ts'

type Verdict = 'valid' | 'risky' | 'invalid' | 'unknown'

type AddressReason =
  | 'empty'
  | 'no_at_sign'
  | 'local_syntax'
  | 'local_too_long'
  | 'domain_syntax'
  | 'domain_unknown_suffix'
  | 'too_long'
  | 'disposable'
  | 'role'
  | 'freemail'
  | 'mail_server_not_checked'

export type AddressCheck = {
  verdict: Verdict
  reasons: AddressReason[]
  /** Ready to send to: domain in small letters and ASCII. Null when invalid. */
  address: string | null
}

/** RFC 5321 §4.5.3.1, in octets. A path of 256 includes its angle brackets. */
const MAX_LOCAL_OCTETS = 64
const MAX_ADDRESS_OCTETS = 254
const MAX_DOMAIN_OCTETS = 253

/** RFC 5321 atoms, plus letters beyond ASCII (RFC 6531). */
const DOT_STRING = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const QUOTED_STRING = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * What can be said of an address without asking anybody: a well-formed one is 'unknown' until its mail server was looked up, never 'valid'
 * for its looks and never 'invalid' for what could not be found out. Disposable and role addresses are 'risky' whatever a server says.
 */
export function checkAddress(text: string): AddressCheck {
  const trimmed = text.trim()
  if (trimmed === '') return invalid('empty')
  const at = trimmed.lastIndexOf('@')
  if (at < 0) return invalid('no_at_sign')
  const local = trimmed.slice(0, at)
  if (!DOT_STRING.test(local) && !QUOTED_STRING.test(local)) return invalid('local_syntax')
  if (octets(local) > MAX_LOCAL_OCTETS) return invalid('local_too_long')
  const domain = asciiDomain(trimmed.slice(at + 1))
  if (domain === null) return invalid('domain_syntax')
  const address = `${local}@${domain}`
  if (octets(address) > MAX_ADDRESS_OCTETS) return invalid('too_long')
  if (!hasKnownSuffix(domain)) return invalid('domain_unknown_suffix')

  const risks: AddressReason[] = []
  if (isDisposableDomain(domain)) risks.push('disposable')
  if (isRoleAddress(local)) risks.push('role')
  const notes: AddressReason[] = isFreemailDomain(domain) ? ['freemail'] : []
  return {
    verdict: risks.length > 0 ? 'risky' : 'unknown',
    reasons: [...risks, ...notes, 'mail_server_not_checked'],
    address,
  }
}

/** True for a mailbox that several people read, or a machine: "info", "sales+web", "no-reply". */
function isRoleAddress(local: string): boolean {
  return ROLES.has((local.split('+')[0] ?? '').toLowerCase().replace(/[._-]/g, ''))
}

/** True for a domain, or a name below one, that hands out addresses for minutes. */
function isDisposableDomain(domain: string): boolean {
  return DISPOSABLE_DOMAINS.has(domain) || DISPOSABLE_DOMAINS.has(domain.split('.').slice(-2).join('.'))
}

function invalid(reason: AddressReason): AddressCheck {
  return { verdict: 'invalid', reasons: [reason], address: null }
}

/** Null unless a host name of two labels or more; a literal like [192.0.2.1] is no address of a company. */
function asciiDomain(text: string): string | null {
  if (text === '' || /[\s/\\?#:@[\]%]/.test(text)) return null
  let host: string
  try {
    host = new URL(`http://${text}`).hostname
  } catch {
    return null
  }
  const labels = host.split('.')
  const isHost =
    labels.length > 1 && labels.every((label) => HOST_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '')
  return isHost && host.length <= MAX_DOMAIN_OCTETS ? host : null
}

/** Names reserved for tests (RFC 2606) are let through: demos use them because nothing can arrive there. */
function hasKnownSuffix(domain: string): boolean {
  const { isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true })
  return Boolean(isIcann || isPrivate) || /\.(?:example|test)$/.test(domain)
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length
}

/** Folded: without dots, hyphens and underscores. */
const ROLES: ReadonlySet<string> = new Set(
  `
abuse accounting accounts accountspayable accountsreceivable admin administration administrator ap ar billing booking bookings buero careers
communications compliance contact contactus customercare customerservice customersupport dispatch donotreply enquiries events export feedback
finance freight general hello help helpdesk hostmaster hr info information inquiries inquiry invoice invoices it jobs kontakt legal logistics mail
mailerdaemon management marketing media news newsletter noc noreply office operations orders payroll postmaster pr press privacy procurement
purchasing quotes rates reception recruiting recruitment returns root sales salesteam security service services shipping subscribe supplychain
support team tech traffic unsubscribe vendors warehouse webmaster welcome
`
    .trim()
    .split(/\s+/),
)

const DISPOSABLE_DOMAINS: ReadonlySet<string> = new Set(
  `
10minutemail.com 10minutemail.net 20minutemail.com 33mail.com anonbox.net burnermail.io byom.de discard.email discardmail.com dispostable.com
dropmail.me emailondeck.com fakeinbox.com fakemail.net getairmail.com getnada.com guerrillamail.biz guerrillamail.com guerrillamail.de
guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com harakirimail.com incognitomail.org inboxbear.com jetable.org
maildrop.cc mailcatch.com mailexpire.com mailinator.com mailinator.net mailnesia.com mailnull.com mailpoof.com mailsac.com mintemail.com moakt.com
mohmal.com mytemp.email mytrashmail.com nada.email sharklasers.com spam4.me spamgourmet.com temp-mail.io temp-mail.org tempail.com tempinbox.com
tempmail.com tempmail.net tempmailo.com tempr.email throwaway.email throwawaymail.com trash-mail.com trashmail.com trashmail.de trashmail.net
wegwerfmail.de wegwerfmail.net yopmail.com yopmail.fr yopmail.net
`
    .trim()
    .split(/\s+/),
)
