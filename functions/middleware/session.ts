import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { METHOD_NAME_ALL } from 'hono/router'
import { paths } from '../../web/paths.ts'
import { findSessionByToken, readSessionToken } from '../auth/lucia.ts'
import type { AppEnv } from '../env.ts'
import { UnauthenticatedError } from '../errors.ts'

/** Reads the session of the cookie, once a request; afterwards `ctx.actor` is set if somebody is signed in. */
export async function loadSession(c: Context<AppEnv>): Promise<void> {
  const { ctx } = c.var
  if (ctx.actor !== null) return
  const token = readSessionToken(ctx, c.req.header('Cookie'))
  const session = token === null ? null : await findSessionByToken(ctx, token)
  if (session === null) return
  c.set('ctx', { ...ctx, actor: session.actor })
  c.set('session_id', session.id)
}

/**
 * Behind this `ctx.actor` is never null. The API answers 401; a page sends the browser to the sign-in and back. An address
 * where nothing is mounted answers 404 to strangers as well.
 */
export const requireSession: MiddlewareHandler<AppEnv> = async (c, next) => {
  await loadSession(c)
  if (c.var.ctx.actor !== null) return next()
  if (!isMounted(c)) return c.notFound()
  if (c.req.path.startsWith('/api/')) throw new UnauthenticatedError()
  const login = paths.login({ return_to: returnPathOf(c) })
  // htmx would put the sign-in page into a corner of the old one.
  if (c.req.header('HX-Request') === 'true') return c.body(null, 401, { 'HX-Redirect': login })
  return c.redirect(login, 303)
}

/** Middleware is mounted for every method, a handler for one. */
function isMounted(c: Context): boolean {
  return matchedRoutes(c).some((route) => route.method !== METHOD_NAME_ALL)
}

/** A form that was posted cannot be posted again by going back to it. */
function returnPathOf(c: Context): string | undefined {
  if (c.req.method !== 'GET' || c.req.header('HX-Request') === 'true') return undefined
  const { pathname, search } = new URL(c.req.url)
  return pathname + search
}
