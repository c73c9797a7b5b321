import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { AppEnv } from '../env.ts'

/** One line a request: the pattern of the route, never the path, which may hold a token. */
export const requestLog: MiddlewareHandler<AppEnv> = async (c, next) => {
  const started = performance.now()
  await next()
  c.header('X-Request-Id', c.var.request_id)
  c.var.ctx.log.info('request', {
    request_id: c.var.request_id,
    method: c.req.method,
    route: routePath(c, -1),
    status: c.res.status,
    milliseconds: Math.round((performance.now() - started) * 10) / 10,
  })
}
