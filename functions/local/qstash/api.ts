import { Hono } from 'hono'
import { ApiError } from './api-error.ts'
import { type HonoTypes, type QStashApi, type Request, rawTarget } from './routes/context.ts'
import { devRoutes } from './routes/dev.ts'
import { dlqRoutes } from './routes/dlq.ts'
import { flowControlRoutes } from './routes/flow-control.ts'
import { keyRoutes } from './routes/keys.ts'
import { messageRoutes } from './routes/messages.ts'
import { publishRoutes } from './routes/publish.ts'
import { queueRoutes } from './routes/queues.ts'
import { scheduleRoutes } from './routes/schedules.ts'
import { urlGroupRoutes } from './routes/url-groups.ts'

/** The HTTP face of the local QStash. */
export function createApi(api: QStashApi, log: (line: string) => void): Hono<HonoTypes> {
  const app = new Hono<HonoTypes>()
  app.use('/v2/*', async (c, next) => {
    if (!isAuthorized(c, api.credentials().token)) throw new ApiError(401, 'unauthorized: invalid token')
    await next()
  })
  app.use('/__dev/*', async (c, next) => {
    if (isForeignPage(c)) throw new ApiError(401, 'not for other sites')
    await next()
  })
  app.route('/v2', publishRoutes(api))
  app.route('/v2', messageRoutes(api))
  app.route('/v2', dlqRoutes(api))
  app.route('/v2', queueRoutes(api))
  app.route('/v2', scheduleRoutes(api))
  app.route('/v2', urlGroupRoutes(api))
  app.route('/v2', flowControlRoutes(api))
  app.route('/v2', keyRoutes(api))
  app.route('/__dev', devRoutes(api))
  app.notFound((c) => c.json({ error: `${c.req.method} ${c.req.path} not found` }, 404))
  app.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ error: error.message }, error.status)
    log(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`)
    return c.json({ error: 'internal server error' }, 500)
  })
  return app
}

function isAuthorized(c: Request, token: string): boolean {
  if (c.req.header('authorization') === `Bearer ${token}`) return true
  const query = rawTarget(c).split('?').slice(1).join('?')
  return new URLSearchParams(query).get('qstash_token') === token
}

/** `/__dev` asks for no token, so a web page must not reach it through a visitor's browser, nor by a rebound name. */
function isForeignPage(c: Request): boolean {
  const { host, origin } = new URL(c.req.url)
  const isOwnName = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)
  return !isOwnName || (c.req.header('origin') ?? origin) !== origin
}
