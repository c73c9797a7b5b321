import { parse } from 'tldts'

/** Reserved by RFC 2606 and RFC 6761, so on no public list; seeds, demos and tests use them because no mail can ever arrive there. */
const RESERVED_DOMAIN = /(?:^|\.)([a-z0-9-]+\.(?:example|test))$/

/**
 * The registrable domain in whatever a person typed into a website or e-mail field, in ASCII (IDN as punycode), or null when there is none:
 * no public suffix, an IP address, localhost. A hosted name such as acme.myshopify.com keeps its label, since the host serves many companies.
 * Free-mail domains are returned like any other: see `isFreemailDomain`.
 */
export function accountDomain(text: string): string | null {
  for (const word of text.trim().split(/[\s,;|<>()"'[\]]+/)) {
    const domain = word.includes('.') || word.includes('。') ? registrableDomain(word) : null
    if (domain) return domain
  }
  return null
}

function registrableDomain(word: string): string | null {
  const host = asciiHost(word)
  if (host === null) return null
  const reserved = RESERVED_DOMAIN.exec(host)
  if (reserved) return reserved[1] ?? null
  const result = parse(host, { allowPrivateDomains: true })
  return result.isIp || !(result.isIcann || result.isPrivate) ? null : result.domain
}

function asciiHost(word: string): string | null {
  const authority = word
    .replaceAll('\\', '/')
    .replace(/^mailto:/i, '')
    .replace(/^(?:[a-z][a-z0-9+-]*:(?=\/)|https?(?=\/\/))?\/*/i, '')
    .replace(/[/?#].*$/, '')
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .replace(/\.+$/, '')
  if (host === '' || host.includes(':')) return null
  try {
    return new URL(`http://${host}`).hostname
  } catch {
    return null
  }
}
