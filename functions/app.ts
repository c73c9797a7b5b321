import { type Context, Hono } from 'hono'
import { healthRoutes } from './api/health.ts'
import type { AppEnv, Provided } from './env.ts'
import { jobRoutes } from './jobs/routes.ts'
import { answerError, answerNotFound } from './middleware/errors.ts'
import { requestLog } from './middleware/request-log.ts'

/** Opens what a request needs; the entry releases it when the answer has left. */
export type Provide = (c: Context) => Promise<Provided> | Provided

/** The one app, the same in workerd and on Node. Order matters: what stands first sees the request first. */
export function createApp(provide: Provide): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(async (c, next) => {
    const { ctx, assets } = await provide(c)
    c.set('ctx', ctx)
    c.set('assets', assets)
    c.set('request_id', crypto.randomUUID())
    await next()
  })
  app.use(requestLog)
  app.route('/', healthRoutes)
  app.route('/', jobRoutes)
  app.notFound(answerNotFound)
  app.onError(answerError)
  return app
}
