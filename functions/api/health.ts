import { type Context, Hono } from 'hono'
import { routes } from '../../web/paths.ts'
import { checkHealth } from '../domain/health/check-health.ts'
import { checkLimit } from '../domain/limits/check-limit.ts'
import { limitRules } from '../domain/limits/limit-rules.ts'
import type { AppEnv } from '../env.ts'
import { RateLimitedError } from '../errors.ts'
import { clientIp } from '../middleware/client-ip.ts'

/** For ops and load balancers: no session, no secrets, never cached. */
export const healthRoutes = new Hono<AppEnv>()

for (const path of [routes.health, routes.apiHealth])
  healthRoutes.get(path, async (c) => {
    const deep = c.req.query('deep') === '1'
    if (deep) await limitDeep(c)
    const health = await checkHealth(c.var.ctx, { ask_mail: deep, count_all: deep })
    c.header('Cache-Control', 'no-store')
    if (health.status !== 'unhealthy') return c.json(health, 200)
    c.header('Retry-After', '10')
    return c.json(health, 503)
  })

/** It reads whole tables, and anybody may ask. */
async function limitDeep(c: Context<AppEnv>): Promise<void> {
  const { db, clock, services } = c.var.ctx
  const decision = await checkLimit({ cache: services.cache, db, clock }, limitRules.deep_health_by_ip, clientIp(c))
  if (decision.outcome === 'denied') throw new RateLimitedError(decision.retry_after_seconds)
}
