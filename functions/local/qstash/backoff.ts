import { parseDurationSeconds } from './duration.ts'
import { compileRetryDelay } from './retry-delay.ts'

const MAX_DELAY_SECONDS = 86_400

/** In the order in which they are believed. */
const WAIT_HEADERS = ['retry-after', 'x-ratelimit-reset', 'x-ratelimit-reset-requests', 'x-ratelimit-reset-tokens']

/**
 * Seconds until the next try after a failed one. `retried` is the number of retries made so far, so the first failure has 0.
 * A wait the destination asked for wins, then the publisher's expression, then 12 s, 2m28s, 30m8s, 6h7m6s, 24 h.
 */
export function retryDelaySeconds(input: {
  retried: number
  expression: string | undefined
  responseHeaders: Headers | undefined
  now: Date
}): number {
  const asked = input.responseHeaders && askedWaitSeconds(input.responseHeaders, input.now)
  if (asked !== undefined) return asked
  if (input.expression !== undefined) {
    const milliseconds = compileRetryDelay(input.expression)(input.retried)
    if (Number.isFinite(milliseconds)) return clamp(milliseconds / 1000)
  }
  return clamp(Math.floor(Math.exp(2.5 * (input.retried + 1))))
}

function askedWaitSeconds(headers: Headers, now: Date): number | undefined {
  for (const name of WAIT_HEADERS) {
    const text = headers.get(name)?.trim()
    if (!text) continue
    const seconds = waitSeconds(text, now)
    // More than a day is not believed: the usual back-off applies.
    if (seconds !== undefined && seconds <= MAX_DELAY_SECONDS) return Math.max(0, seconds)
  }
  return undefined
}

function waitSeconds(text: string, now: Date): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const duration = parseDurationSeconds(text)
  if (duration !== undefined) return duration
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : (at - now.getTime()) / 1000
}

function clamp(seconds: number): number {
  return Math.min(MAX_DELAY_SECONDS, Math.max(0, seconds))
}
