import { createHash } from 'node:crypto'
import { countHit } from '../../../db/queries/rate-counts.ts'
import type { Db } from '../../../db/schema.ts'
import type { Cache, LimitRule } from '../../ports/cache.ts'
import type { Clock } from '../../ports/clock.ts'

export type LimitDecision = { outcome: 'allowed' } | { outcome: 'denied'; retry_after_seconds: number }

/** When nothing can count, the door stays shut for this long. */
const SHUT_SECONDS = 30

/**
 * Counts one hit against a rule, in Redis, or in the database while Redis cannot be asked. When neither can count, nobody
 * passes: an attacker who brings the counters down must not gain unlimited tries. Never throws.
 */
export async function checkLimit(
  ctx: { cache: Pick<Cache, 'limit'>; db: Db; clock: Clock },
  rule: LimitRule,
  identifier: string,
): Promise<LimitDecision> {
  const counted = await ctx.cache.limit(rule, identifier)
  switch (counted.outcome) {
    case 'allowed':
      return { outcome: 'allowed' }
    case 'denied':
      return counted
    case 'unavailable':
      return countInDatabase(ctx.db, rule, identifier, ctx.clock.now())
  }
}

async function countInDatabase(db: Db, rule: LimitRule, identifier: string, now: Date): Promise<LimitDecision> {
  const window_ms = rule.window_seconds * 1000
  const window_start_ms = Math.floor(now.getTime() / window_ms) * window_ms
  try {
    const count = await countHit(db, {
      rule: rule.name,
      key_hash: createHash('sha256').update(identifier).digest('hex'),
      window_start: new Date(window_start_ms),
    })
    if (count <= rule.hits) return { outcome: 'allowed' }
    const left_ms = window_start_ms + window_ms - now.getTime()
    return { outcome: 'denied', retry_after_seconds: Math.max(1, Math.ceil(left_ms / 1000)) }
  } catch {
    return { outcome: 'denied', retry_after_seconds: SHUT_SECONDS }
  }
}
