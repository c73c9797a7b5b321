import ipaddr from 'ipaddr.js'
import type { Dns } from './dns.ts'

export type PageResult =
  | { outcome: 'fetched'; url: string; status: number; text: string }
  /** the address is one that a server must not be talked into fetching */
  | { outcome: 'refused'; reason: string }
  /** no answer: says nothing about the site */
  | { outcome: 'unknown'; reason: string }

/** Reads public web pages, and nothing else, at the wish of people. */
export type FetchPage = (url: string) => Promise<PageResult>

const TIMEOUT_MS = 5_000
const MAX_BYTES = 1_000_000
const MAX_REDIRECTS = 3

/**
 * The guard against server-side request forgery: http(s) on its usual port, no credentials, no IP literals or local
 * names, every address of the host public, each redirect checked anew, text only, 1 MB, 5 s, no cookies.
 *
 * A name that changes its address between the check and the request is not caught on Node; workerd has no private
 * network to reach and refuses the rest by `global_fetch_strictly_public`.
 */
export function openFetchPage(dns: Dns, request: typeof fetch = fetch): FetchPage {
  return async (first) => {
    let url = first
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
        const refused = await refuse(url, dns)
        if (refused !== undefined) return refused
        const answer = await request(url, {
          redirect: 'manual',
          signal,
          headers: { Accept: 'text/html', 'User-Agent': 'YardFlow' },
        })
        const next = answer.headers.get('Location')
        if (answer.status < 300 || answer.status > 399 || next === null) return await read(url, answer)
        await answer.body?.cancel()
        url = new URL(next, url).href
      }
      return { outcome: 'refused', reason: 'Too many redirects' }
    } catch (error) {
      return {
        outcome: 'unknown',
        reason: error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'no answer',
      }
    }
  }
}

async function refuse(text: string, dns: Dns): Promise<PageResult | undefined> {
  const no = (reason: string): PageResult => ({ outcome: 'refused', reason })
  if (!URL.canParse(text)) return no('Not a URL')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return no('Not http or https')
  if (url.port !== '') return no('Not the usual port')
  if (url.username !== '' || url.password !== '') return no('Credentials in the URL')
  // The URL parser has already turned decimal, hex, octal and short forms of IPv4 into the dotted form.
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (ipaddr.isValid(host)) return no('An IP address, not a name')
  if (!host.includes('.') || /\.(local|localhost|internal|intranet|lan|home|corp|arpa|onion)$/.test(host))
    return no('A local name')
  const found = await dns.addresses(host)
  if (found.outcome === 'absent') return no('No such host')
  if (found.outcome === 'unknown') return { outcome: 'unknown', reason: 'DNS did not answer' }
  return found.addresses.every(isPublicAddress) ? undefined : no('A private address')
}

/** Public unicast only: mapped, translated and tunnelled forms of IPv4 count as what they hide. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  return ipaddr.process(text).range() === 'unicast'
}

async function read(url: string, answer: Response): Promise<PageResult> {
  const type = answer.headers.get('Content-Type') ?? ''
  if (!/^(text\/html|text\/plain|application\/xhtml\+xml)\b/i.test(type)) {
    await answer.body?.cancel()
    return { outcome: 'refused', reason: 'Not a page' }
  }
  return { outcome: 'fetched', url, status: answer.status, text: await readText(answer) }
}

/** Stops at the limit whatever length the server claimed. */
async function readText(answer: Response): Promise<string> {
  const reader = answer.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    text += decoder.decode(value, { stream: true })
    if (bytes >= MAX_BYTES) {
      await reader.cancel()
      return text
    }
  }
}
