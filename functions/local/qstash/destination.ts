import { ApiError } from './api-error.ts'

export type Destination = { url: string } | { urlGroup: string }

/**
 * Reads what follows `/v2/publish/` (and its like): an absolute URL, percent-encoded or not, with its own query string,
 * or the name of a URL group. The text of a URL is kept as it is, since the signature's `sub` must match it exactly.
 */
export function parseDestination(raw: string): Destination {
  const text = decodeIfEncoded(raw)
  if (/^[\w.-]+$/.test(text)) return { urlGroup: text }
  return { url: requireLoopbackUrl(text, 'destination') }
}

/** This machine has no internet, so only loopback hosts resolve; others fail with the text the real server has for it. */
export function requireLoopbackUrl(text: string, what: string): string {
  const url = withoutFragment(text)
  if (!/^https?:\/\//i.test(url)) {
    throw new ApiError(400, `invalid ${what} url: endpoint has invalid scheme, add http:// or https://`)
  }
  if (!URL.canParse(url)) throw new ApiError(400, `invalid ${what} url: unable to parse ${url}`)
  const host = new URL(url).hostname
  if (!isLoopback(host)) {
    throw new ApiError(400, `invalid ${what} url: unable to resolve host: lookup ${host} on 127.0.0.1: no such host`)
  }
  return url
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

function decodeIfEncoded(raw: string): string {
  if (!/^https?%3a/i.test(raw)) return raw
  const [path = '', ...query] = raw.split('?')
  try {
    return [decodeURIComponent(path), ...query].join('?')
  } catch {
    throw new ApiError(400, 'invalid destination url: bad percent-encoding')
  }
}

function withoutFragment(url: string): string {
  const hash = url.indexOf('#')
  return hash === -1 ? url : url.slice(0, hash)
}

/**
 * Splits a publish request's target at `prefix` into the destination and the options given by query.
 * Only `qstash_token` and `upstash-*` leave the query; the rest is the destination's own, byte for byte.
 */
export function splitTarget(target: string, prefix: string): { destination: string; options: Map<string, string> } {
  const rest = target.slice(prefix.length)
  const mark = rest.indexOf('?')
  if (mark === -1) return { destination: rest, options: new Map() }
  const options = new Map<string, string>()
  const kept = rest
    .slice(mark + 1)
    .split('&')
    .filter((pair) => {
      const [name, value] = new URLSearchParams(pair).entries().next().value ?? ['', '']
      const isOurs = name === 'qstash_token' || name.toLowerCase().startsWith('upstash-')
      if (isOurs) options.set(name.toLowerCase(), value)
      return !isOurs
    })
  return { destination: rest.slice(0, mark) + (kept.length > 0 ? `?${kept.join('&')}` : ''), options }
}
