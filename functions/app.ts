import { type Context, Hono } from 'hono'
import { healthRoutes } from './api/health.ts'
import { messagesApi } from './api/messages.ts'
import { queueApi } from './api/queue.ts'
import type { AppEnv, Provided } from './env.ts'
import { jobRoutes } from './jobs/routes.ts'
import { limitBody } from './middleware/body-limit.ts'
import { refuseForeignRequests } from './middleware/csrf.ts'
import { answerError, answerNotFound } from './middleware/errors.tsx'
import { refuseUnreadableForms } from './middleware/readable-form.ts'
import { requestLog } from './middleware/request-log.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { requireSession } from './middleware/session.ts'
import { accountPages } from './pages/accounts.tsx'
import { dashboardPages } from './pages/dashboard.tsx'
import { daysOffPages } from './pages/days-off.tsx'
import { eventPages } from './pages/events.tsx'
import { exportPages } from './pages/export.ts'
import { importPages } from './pages/import.tsx'
import { integrationsPages } from './pages/integrations.tsx'
import { outreachPages } from './pages/outreach.tsx'
import { peoplePages } from './pages/people.tsx'
import { queuePages } from './pages/queue.tsx'
import { senderPages } from './pages/senders.tsx'
import { signInPages } from './pages/sign-in.tsx'
import { sendgridEvents } from './webhooks/sendgrid-events.ts'
import { sendgridInbound } from './webhooks/sendgrid-inbound.ts'
import { unsubscribeRoutes } from './webhooks/unsubscribe.tsx'

/** Opens what a request needs; the entry releases it when the answer has left. */
export type Provide = (c: Context) => Promise<Provided> | Provided

/** The one app, the same in workerd and on Node. Order matters: what stands first sees the request first. */
export function createApp(provide: Provide): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  app.use(securityHeaders)
  app.use(async (c, next) => {
    c.set('request_id', crypto.randomUUID())
    const { ctx, assets } = await provide(c)
    c.set('ctx', ctx)
    c.set('assets', assets)
    await next()
  })
  app.use(requestLog)
  app.use(limitBody)
  app.use(refuseForeignRequests)

  // Open to everybody: each of these looks at its caller itself.
  app.use('/login', refuseUnreadableForms)
  app.route('/', signInPages)
  app.route('/', healthRoutes)
  app.route('/', jobRoutes)
  app.route('/', sendgridEvents)
  app.route('/', sendgridInbound)
  app.route('/', unsubscribeRoutes)

  // From here on everything has a session, also what is added later.
  app.use('/dashboard/*', requireSession)
  app.use('/dashboard/*', refuseUnreadableForms)
  app.use('/api/*', requireSession)
  app.route('/', dashboardPages)
  app.route('/', queueApi)
  app.route('/', messagesApi)
  app.route('/', outreachPages)
  app.route('/', queuePages)
  app.route('/', integrationsPages)
  app.route('/', senderPages)
  app.route('/', daysOffPages)
  app.route('/', eventPages)
  app.route('/', accountPages)
  app.route('/', peoplePages)
  app.route('/', importPages)
  app.route('/', exportPages)

  app.notFound(answerNotFound)
  app.onError(answerError)
  return app
}
