import { createHash } from 'node:crypto'
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis/cloudflare'

/**
 * Everything that is ever in Redis. Losing any of it costs nothing but a fresh count or a progress bar.
 *
 * | key                                   | value                       | life                                    |
 * |---------------------------------------|-----------------------------|-----------------------------------------|
 * | yf:limit:RULE:SHA256(identifier):WINDOW | hits in that window       | two windows and a second (set by the SDK) |
 * | yf:progress:ID                        | JSON {"done":n,"total":n}   | `PROGRESS_LIFE_SECONDS` after the last write |
 */
const LIMIT_PREFIX = 'yf:limit:'
const PROGRESS_PREFIX = 'yf:progress:'
const PROGRESS_LIFE_SECONDS = 60 * 60

/** A sign-in waits this long at most before the database counts instead. */
const LIMIT_TIMEOUT_MS = 1000
/** One request with its retry. */
const REQUEST_TIMEOUT_MS = 1500

export interface LimitRule {
  /** part of the key: stable, unique, of lower case letters and underscores */
  name: string
  hits: number
  window_seconds: number
}

export type LimitOutcome =
  | { outcome: 'allowed'; remaining: number }
  | { outcome: 'denied'; retry_after_seconds: number }
  | { outcome: 'unavailable' }

interface Progress {
  done: number
  total: number
}

export interface Cache {
  readonly mode: 'redis' | 'local' | 'off'
  /**
   * Counts one hit. Never throws: `unavailable` when Redis is off, slow or broken, and the caller falls back to the database's
   * counter. The identifier is hashed before it becomes part of a key.
   */
  limit(rule: LimitRule, identifier: string): Promise<LimitOutcome>
  /** The error never has the command, the address or the token in it. */
  ping(): Promise<{ ok: true; ms: number } | { ok: false; error: string }>
  /** How far long work has come, for a bar on a page; the truth is in the database. Never throws. */
  setProgress(id: string, progress: Progress): Promise<void>
  /** null when nothing is known, or Redis cannot be asked. */
  getProgress(id: string): Promise<Progress | null>
}

export type CacheConfig =
  | { mode: 'redis' | 'local'; url: string; token: string }
  | { mode: 'off'; missing: readonly string[] }

/** Connects to nothing until the first call. */
export function openCache(config: CacheConfig): Cache {
  return config.mode === 'off' ? new AbsentCache(config.missing) : new RedisCache(config)
}

class RedisCache implements Cache {
  readonly mode: 'redis' | 'local'
  private readonly redis: Redis
  private readonly token: string
  private readonly limiters = new Map<string, Ratelimit>()

  constructor(config: { mode: 'redis' | 'local'; url: string; token: string }) {
    this.mode = config.mode
    this.token = config.token
    // The Cloudflare build of the SDK is the one that reads no process.env; it runs on Node as well.
    this.redis = new Redis({
      url: config.url,
      token: config.token,
      signal: () => AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      retry: { retries: 1, backoff: () => 50 },
      enableTelemetry: false,
      automaticDeserialization: false,
      enableAutoPipelining: false,
      readYourWrites: false,
    })
  }

  async limit(rule: LimitRule, identifier: string): Promise<LimitOutcome> {
    try {
      // The SDK scans for `identifier:*` when it resets, so a raw identifier with a star would reach other people's keys.
      const { success, remaining, reset, reason } = await this.limiter(rule).limit(sha256(identifier))
      if (reason === 'timeout') return { outcome: 'unavailable' }
      if (success) return { outcome: 'allowed', remaining }
      // `reset` is in terms of the wall clock, which the SDK reads by itself.
      return { outcome: 'denied', retry_after_seconds: Math.max(1, Math.ceil((reset - Date.now()) / 1000)) }
    } catch {
      return { outcome: 'unavailable' }
    }
  }

  private limiter(rule: LimitRule): Ratelimit {
    const known = this.limiters.get(rule.name)
    if (known) return known
    const limiter = new Ratelimit({
      redis: this.redis,
      limiter: Ratelimit.slidingWindow(rule.hits, `${rule.window_seconds} s`),
      prefix: LIMIT_PREFIX + rule.name,
      timeout: LIMIT_TIMEOUT_MS,
      ephemeralCache: false,
      analytics: false,
      enableTelemetry: false,
    })
    this.limiters.set(rule.name, limiter)
    return limiter
  }

  async ping(): Promise<{ ok: true; ms: number } | { ok: false; error: string }> {
    const started_at = Date.now()
    try {
      await this.redis.ping()
      return { ok: true, ms: Date.now() - started_at }
    } catch (error) {
      return { ok: false, error: describe(error, this.token) }
    }
  }

  async setProgress(id: string, { done, total }: Progress): Promise<void> {
    try {
      await this.redis.set(PROGRESS_PREFIX + id, JSON.stringify({ done, total }), { ex: PROGRESS_LIFE_SECONDS })
    } catch {
      // A bar that stands still is better than an import that fails.
    }
  }

  async getProgress(id: string): Promise<Progress | null> {
    try {
      return parseProgress(await this.redis.get<string>(PROGRESS_PREFIX + id))
    } catch {
      return null
    }
  }
}

class AbsentCache implements Cache {
  readonly mode = 'off'
  constructor(private readonly missing: readonly string[]) {}

  async limit(): Promise<LimitOutcome> {
    return { outcome: 'unavailable' }
  }
  async ping(): Promise<{ ok: false; error: string }> {
    return { ok: false, error: `Not configured: ${this.missing.join(', ')}` }
  }
  async setProgress(): Promise<void> {}
  async getProgress(): Promise<null> {
    return null
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The SDK puts the whole command into its messages, and a proxy may put anything into a body: only what is known is told. */
function describe(error: unknown, token: string): string {
  if (!(error instanceof Error)) return 'Redis failed'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'Redis did not answer in time'
  if (error.name === 'UpstashJSONParseError') return 'Redis answered something that is not JSON'
  if (error.name !== 'UpstashError') return 'Redis cannot be reached'
  const told = error.message.split(', command was:')[0]!.split(token).join('…')
  return `Redis refused: ${told.slice(0, 120)}`
}

function parseProgress(text: string | null): Progress | null {
  if (text === null) return null
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null || !('done' in parsed) || !('total' in parsed)) return null
  const { done, total } = parsed
  return typeof done === 'number' && typeof total === 'number' ? { done, total } : null
}
