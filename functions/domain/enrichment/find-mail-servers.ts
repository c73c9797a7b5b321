import type { Ctx } from '../../context.ts'
import type { Dns } from '../../ports/dns.ts'

/**
 * Whether a domain receives mail: by MX records, by its address where it has none (RFC 5321 §5.1), not at all, or not said
 * so on purpose (null MX, RFC 7505). `unknown`: nobody answered.
 */
export type MailServers = 'found' | 'address_only' | 'refused' | 'absent' | 'unknown'

/** Domains change their mail servers once in years; a day spares a list of 10,000 from asking twice. */
const KEPT_SECONDS = 24 * 60 * 60
/** Half of what workerd lets a request have open. */
const ASKED_AT_ONCE = 3

const outcomes: ReadonlySet<string> = new Set<MailServers>(['found', 'address_only', 'refused', 'absent'])
const isKept = (text: string | null): text is MailServers => text !== null && outcomes.has(text)

/** Asks for each domain once, and not at all for one that was asked for within a day. What nobody answered is not kept. */
export async function findMailServers(ctx: Ctx, domains: Iterable<string>): Promise<Map<string, MailServers>> {
  const { cache, dns } = ctx.services
  const asked = [...new Set(domains)]
  const kept = await cache.getLookups(asked.map(keyOf))
  const found = new Map<string, MailServers>()
  for (const [index, domain] of asked.entries()) {
    const known = kept[index] ?? null
    if (isKept(known)) found.set(domain, known)
  }
  const missing = asked.filter((domain) => !found.has(domain))
  for (let start = 0; start < missing.length; start += ASKED_AT_ONCE) {
    await Promise.all(
      missing.slice(start, start + ASKED_AT_ONCE).map(async (domain) => {
        const servers = await ask(dns, domain)
        found.set(domain, servers)
        if (servers !== 'unknown') await cache.setLookup(keyOf(domain), servers, KEPT_SECONDS)
      }),
    )
  }
  return found
}

const keyOf = (domain: string) => `mail:${domain}`

async function ask(dns: Dns, domain: string): Promise<MailServers> {
  const { outcome } = await dns.mailExchangers(domain)
  if (outcome !== 'absent') return outcome
  const address = await dns.addresses(domain)
  return address.outcome === 'found' ? 'address_only' : address.outcome
}
