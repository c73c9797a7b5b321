import { Hono } from 'hono'
import {
  UnsubscribeConfirmPage,
  UnsubscribedPage,
  UnsubscribeInvalidPage,
} from '../../web/pages/unsubscribe/unsubscribe-pages.tsx'
import { routes } from '../../web/paths.ts'
import { findUnsubscribe, unsubscribe } from '../domain/email/unsubscribe.ts'
import type { AppEnv } from '../env.ts'
import { renderPage } from '../pages/render-page.tsx'

/**
 * The link in every mail. GET changes nothing, because scanners open every link; POST is final, needs no session and no
 * cookie, and is the same for a person's button and for a mail program's one-click (RFC 8058). Its token is its guard.
 */
export const unsubscribeRoutes = new Hono<AppEnv>()
  .get(routes.unsubscribe, async (c) => {
    const token = c.req.param('token')
    const found = await findUnsubscribe(c.var.ctx, token)
    if (found === undefined) return renderPage(c, <UnsubscribeInvalidPage />, { status: 404 })
    return renderPage(c, <UnsubscribeConfirmPage token={token} address={found.address} />)
  })
  .post(async (c) => {
    const isOneClick = await isOneClickRequest(c.req.raw)
    const via = isOneClick ? 'one_click' : 'link'
    const done = await unsubscribe(c.var.ctx, { token: c.req.param('token') ?? '', via })
    if (isOneClick) return c.body(null, done === undefined ? 404 : 200)
    if (done === undefined) return renderPage(c, <UnsubscribeInvalidPage />, { status: 404 })
    return renderPage(c, <UnsubscribedPage address={done.address} />)
  })

async function isOneClickRequest(request: Request): Promise<boolean> {
  try {
    return (await request.formData()).get('List-Unsubscribe') === 'One-Click'
  } catch {
    return false
  }
}
