import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from '../env.ts'
import { ForbiddenError } from '../errors.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Doors that are opened by a signature, or by the token in a mail (RFC 8058), and never by a cookie. */
const cookieless = /^\/(jobs\/|webhooks\/|unsubscribe\/[^/]+$)/

/**
 * Whatever changes something must come from a page of ours. Hono's own check looks at forms only and is content with either
 * header; this one covers every body and every route, and both headers must agree.
 */
export const refuseForeignRequests: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (safeMethods.has(c.req.method) || cookieless.test(c.req.path) || isOurs(c)) return next()
  throw new ForbiddenError('This request did not come from a page of YardFlow Hitlist. Reload the page and try again.')
}

function isOurs(c: Context<AppEnv>): boolean {
  const site = c.req.header('Sec-Fetch-Site')
  const origin = c.req.header('Origin')
  const isPublicOrigin = origin === new URL(c.var.ctx.config.publicUrl).origin
  switch (site) {
    case 'same-origin':
      // Browsers set this header themselves, so the address they used, localhost or 127.0.0.1, is ours.
      return origin === undefined || isPublicOrigin || origin === new URL(c.req.url).origin
    case 'none':
      return isPublicOrigin
    case undefined:
      return origin === undefined ? isNotABrowser(c) : isPublicOrigin
    default:
      return false
  }
}

/**
 * Neither header: no browser of the last years. A script may pass when there is nothing to abuse, no cookie, or when
 * it sends JSON, which no form can and which a browser's own script cannot send without Origin.
 */
function isNotABrowser(c: Context): boolean {
  if (c.req.header('Cookie') === undefined) return true
  return /^application\/json\b/i.test(c.req.header('Content-Type') ?? '')
}
