import * as v from 'valibot'

/** What the domain name system knows of a host. A lookup that fails says nothing: `unknown` is not `absent`. */
export interface Dns {
  /** addresses (A and AAAA) */
  addresses(
    host: string,
  ): Promise<{ outcome: 'found'; addresses: string[] } | { outcome: 'absent' } | { outcome: 'unknown' }>
  /** mail exchangers, best first; a null MX (RFC 7505) is `refused` */
  mailExchangers(
    domain: string,
  ): Promise<
    { outcome: 'found'; hosts: string[] } | { outcome: 'absent' } | { outcome: 'refused' } | { outcome: 'unknown' }
  >
}

const A = 1
const MX = 15
const AAAA = 28
const NO_ERROR = 0
const NO_SUCH_NAME = 3
const TIMEOUT_MS = 3_000

const answerSchema = v.object({
  Status: v.number(),
  Answer: v.optional(v.array(v.object({ type: v.number(), data: v.string() })), []),
})

type Lookup = { outcome: 'found'; data: string[] } | { outcome: 'absent' } | { outcome: 'unknown' }

/**
 * DNS over HTTPS in the JSON form that Cloudflare and Google answer.
 *
 * @param url for example https://cloudflare-dns.com/dns-query
 */
export function openDns(url: string): Dns {
  const ask = async (name: string, type: number): Promise<Lookup> => {
    try {
      const answer = await fetch(`${url}?name=${encodeURIComponent(name)}&type=${type}`, {
        headers: { Accept: 'application/dns-json' },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      if (!answer.ok) return { outcome: 'unknown' }
      const { Status: status, Answer: records } = v.parse(answerSchema, await answer.json())
      if (status === NO_SUCH_NAME) return { outcome: 'absent' }
      if (status !== NO_ERROR) return { outcome: 'unknown' }
      const data = records.filter((record) => record.type === type).map((record) => record.data)
      return data.length === 0 ? { outcome: 'absent' } : { outcome: 'found', data }
    } catch {
      return { outcome: 'unknown' }
    }
  }
  return {
    async addresses(host) {
      const answers = await Promise.all([ask(host, A), ask(host, AAAA)])
      const addresses = answers.flatMap((answer) => (answer.outcome === 'found' ? answer.data : []))
      if (addresses.length > 0) return { outcome: 'found', addresses }
      return answers.every((answer) => answer.outcome === 'absent') ? { outcome: 'absent' } : { outcome: 'unknown' }
    },
    async mailExchangers(domain) {
      const answer = await ask(domain, MX)
      if (answer.outcome !== 'found') return answer
      const records = answer.data
        .map((record) => /^(\d+)\s+(\S+)$/.exec(record))
        .flatMap((match) => (match ? [{ preference: Number(match[1]), host: match[2]!.replace(/\.$/, '') }] : []))
        .sort((one, other) => one.preference - other.preference)
      if (records.length === 1 && records[0]!.host === '') return { outcome: 'refused' }
      return { outcome: 'found', hosts: records.map((record) => record.host) }
    },
  }
}
