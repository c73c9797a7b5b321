import { Hono } from 'hono'
import { routes } from '../../web/paths.ts'
import { checkHealth } from '../domain/health/check-health.ts'
import type { AppEnv } from '../env.ts'

/** For ops and load balancers: no session, no secrets, never cached. */
export const healthRoutes = new Hono<AppEnv>()

for (const path of [routes.health, routes.apiHealth])
  healthRoutes.get(path, async (c) => {
    const health = await checkHealth(c.var.ctx, { deep: c.req.query('deep') === '1' })
    c.header('Cache-Control', 'no-store')
    if (health.status !== 'unhealthy') return c.json(health, 200)
    c.header('Retry-After', '10')
    return c.json(health, 503)
  })
