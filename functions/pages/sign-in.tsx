import { type Context, Hono } from 'hono'
import { emptyForm } from '../../web/forms.ts'
import { LoginPage } from '../../web/pages/sign-in/login-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { readSessionToken, sessionCookie } from '../auth/lucia.ts'
import { signIn, signInSchema } from '../domain/session/sign-in.ts'
import { signOut } from '../domain/session/sign-out.ts'
import { signOutEverywhere } from '../domain/session/sign-out-everywhere.ts'
import type { AppEnv } from '../env.ts'
import { RateLimitedError } from '../errors.ts'
import { clientIp } from '../middleware/client-ip.ts'
import { loadSession } from '../middleware/session.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'
import { safeReturnPath } from './return-path.ts'

/** The way in and out. Open to everybody, so each handler looks at the session itself. */
export const signInPages = new Hono<AppEnv>()

signInPages.get(routes.root, async (c) => {
  await loadSession(c)
  return c.redirect(c.var.ctx.actor === null ? paths.login() : paths.dashboard(), 307)
})

signInPages.get(routes.login, async (c) => {
  await loadSession(c)
  const return_to = safeReturnPath(c.req.query('return_to'))
  if (c.var.ctx.actor !== null) return c.redirect(return_to ?? paths.dashboard(), 303)
  return renderPage(c, <LoginPage form={emptyForm} return_to={return_to} />)
})

signInPages.post(routes.login, async (c) => {
  const read = await readForm(c, signInSchema)
  const return_to = await returnPathOf(c)
  if (!read.isValid) return renderPage(c, <LoginPage form={read.form} return_to={return_to} />, { status: 422 })
  const { ctx } = c.var
  const previous_token = readSessionToken(ctx, c.req.header('Cookie'))
  try {
    const result = await signIn(ctx, {
      ...read.output,
      client_ip: clientIp(c),
      user_agent: c.req.header('User-Agent') ?? null,
      previous_token,
    })
    if (result.outcome === 'signed_in') {
      c.header('Set-Cookie', sessionCookie(ctx, result.token), { append: true })
      return c.redirect(return_to ?? paths.dashboard(), 303)
    }
    const form = refusedForm(read.values, {}, 'The email address or the password is wrong.')
    return renderPage(c, <LoginPage form={form} return_to={return_to} />, { status: 422 })
  } catch (error) {
    if (!(error instanceof RateLimitedError)) throw error
    c.header('Retry-After', String(error.retry_after_seconds))
    const form = refusedForm(read.values, {}, error.message)
    return renderPage(c, <LoginPage form={form} return_to={return_to} />, { status: 429 })
  }
})

signInPages.post(routes.logout, async (c) => {
  const { ctx } = c.var
  const token = readSessionToken(ctx, c.req.header('Cookie'))
  if (token !== null) await signOut(ctx, token)
  c.header('Set-Cookie', sessionCookie(ctx, null), { append: true })
  return redirectWithFlash(c, paths.login(), { tone: 'good', text: 'You are signed out.' })
})

signInPages.post(routes.logoutEverywhere, async (c) => {
  await loadSession(c)
  const { ctx } = c.var
  const { actor } = ctx
  if (actor !== null) await signOutEverywhere({ ...ctx, actor })
  c.header('Set-Cookie', sessionCookie(ctx, null), { append: true })
  return redirectWithFlash(c, paths.login(), { tone: 'good', text: 'You are signed out on every device.' })
})

/** Hono keeps the parsed body, so this reads nothing again. */
async function returnPathOf(c: Context): Promise<string | null> {
  const { return_to } = await c.req.parseBody()
  return safeReturnPath(typeof return_to === 'string' ? return_to : undefined)
}
