import { createHash } from 'node:crypto'
import { generateIdFromEntropySize, Lucia, TimeSpan } from 'lucia'
import type { Ctx } from '../context.ts'
import { openSessionStore } from './session-store.ts'

type SignedInUser = Omit<NonNullable<Ctx['actor']>, 'user_id'>

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof openLucia>
    DatabaseUserAttributes: SignedInUser
    DatabaseSessionAttributes: { last_seen_at: Date; user_agent: string | null }
  }
}

/** A session that nobody uses ends after this. */
const IDLE_SECONDS = 12 * 3600
/** The idle limit moves forward at most this often, so that reading pages does not write. */
const TOUCH_SECONDS = 3600
/** The browser may keep the cookie this long; the server decides. */
const COOKIE_SECONDS = 7 * 24 * 3600
const TOKEN_BYTES = 25

type SessionCtx = Pick<Ctx, 'db' | 'clock' | 'config'>

/** Lucia over our own store and clock. Opens nothing: make one a request. */
function openLucia(ctx: SessionCtx) {
  const secure = isHttps(ctx)
  return new Lucia(openSessionStore(ctx.db, ctx.clock), {
    sessionExpiresIn: new TimeSpan(IDLE_SECONDS, 's'),
    sessionCookie: {
      // `__Host-` binds the cookie to this host and to https; browsers refuse the prefix on http://localhost.
      name: secure ? '__Host-session' : 'session',
      attributes: { secure, sameSite: 'lax', path: '/' },
    },
    getSessionAttributes: ({ last_seen_at }) => ({ last_seen_at }),
    getUserAttributes: (user: SignedInUser) => user,
  })
}

export interface OpenSession {
  id: string
  actor: NonNullable<Ctx['actor']>
}

/** Who holds this token, and null when nobody does any more. One statement, and once an hour a second one. */
export async function findSessionByToken(ctx: SessionCtx, token: string): Promise<OpenSession | null> {
  const lucia = openLucia(ctx)
  const { session, user } = await lucia.validateSession(hashToken(token))
  if (session === null) return null
  const unseen_ms = ctx.clock.now().getTime() - session.last_seen_at.getTime()
  if (!session.fresh && unseen_ms >= TOUCH_SECONDS * 1000)
    await openSessionStore(ctx.db, ctx.clock).updateSessionExpiration(
      session.id,
      new Date(Date.now() + IDLE_SECONDS * 1000),
    )
  const { id: user_id, ...attributes } = user
  return { id: session.id, actor: { user_id, ...attributes } }
}

/** @returns the token, which exists only in the answer: the store keeps its hash */
export async function startSession(ctx: SessionCtx, user_id: string, user_agent: string | null): Promise<string> {
  const token = generateIdFromEntropySize(TOKEN_BYTES)
  const lucia = openLucia(ctx)
  const attributes = { last_seen_at: ctx.clock.now(), user_agent: user_agent?.slice(0, 300) ?? null }
  await lucia.createSession(user_id, attributes, { sessionId: hashToken(token) })
  return token
}

export async function endSession(ctx: SessionCtx, token: string): Promise<void> {
  await openLucia(ctx).invalidateSession(hashToken(token))
}

export async function endSessionsOfUser(ctx: SessionCtx, user_id: string): Promise<void> {
  await openLucia(ctx).invalidateUserSessions(user_id)
}

export function readSessionToken(ctx: SessionCtx, cookieHeader: string | undefined): string | null {
  return cookieHeader === undefined ? null : openLucia(ctx).readSessionCookie(cookieHeader)
}

/** The `Set-Cookie` value that hands the token to the browser; null takes it away. */
export function sessionCookie(ctx: SessionCtx, token: string | null): string {
  const lucia = openLucia(ctx)
  if (token === null) return lucia.createBlankSessionCookie().serialize()
  const cookie = lucia.createSessionCookie(token)
  cookie.attributes.maxAge = COOKIE_SECONDS
  return cookie.serialize()
}

export function isHttps(ctx: Pick<Ctx, 'config'>): boolean {
  return ctx.config.publicUrl.startsWith('https://')
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
