import { insertUser } from '../db/queries/users.ts'
import type { UserRole } from '../db/tables/user.ts'
import { sessionCookie, startSession } from '../functions/auth/lucia.ts'
import type { Actor, Ctx } from '../functions/context.ts'
import type { TestApp } from './test-app.ts'

/** An app in this process, or one that listens at `ctx.config.publicUrl` (tests/running-app.ts). */
type AnyTestApp = { ctx: Ctx; app?: TestApp['app'] }

export interface SignedIn {
  actor: Actor
  /** `name=token`, as the browser sends it back */
  cookie: string
  /** As the browser of this user would: with the cookie and, when it changes something, our Origin. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** Posts a form; a value that is a list is repeated. */
  post(path: string, fields?: Record<string, string | readonly string[]>): Promise<Response>
}

/**
 * A new user with a session, written straight into the database.
 *
 * @param user `event` makes an event (ProMat 2027, Chicago) and activates it; on by default
 */
export async function signInAs(
  testApp: AnyTestApp,
  user: { name?: string; role?: UserRole; event?: boolean; active_event_id?: string; password_hash?: string } = {},
): Promise<SignedIn> {
  const { ctx } = testApp
  const now = ctx.clock.now()
  const active_event_id = user.active_event_id ?? (user.event === false ? null : await insertTestEvent(testApp))
  const id = crypto.randomUUID()
  const actor: Actor = {
    user_id: id,
    name: user.name ?? 'Dana Whitfield',
    email: `${id}@yardflow.test`,
    role: user.role ?? 'MEMBER',
    time_zone: 'America/Chicago',
    active_event_id,
  }
  const { user_id: _, ...columns } = actor
  await insertUser(ctx.db, { ...columns, id, password_hash: user.password_hash ?? null, now })
  const token = await startSession(ctx, id, 'test')
  const cookie = sessionCookie(ctx, token).split(';')[0] ?? ''

  const request = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('Cookie')) headers.set('Cookie', cookie)
    if (!headers.has('Accept')) headers.set('Accept', 'text/html')
    if ((init.method ?? 'GET') !== 'GET' && !headers.has('Origin')) headers.set('Origin', ctx.config.publicUrl)
    const request: RequestInit = { ...init, headers, redirect: 'manual' }
    const url = ctx.config.publicUrl + path
    return testApp.app ? testApp.app.request(url, request) : fetch(url, request)
  }
  const post = (path: string, fields: Record<string, string | readonly string[]> = {}) => {
    const body = new URLSearchParams()
    for (const [name, value] of Object.entries(fields)) for (const item of [value].flat()) body.append(name, item)
    return request(path, { method: 'POST', body })
  }
  return { actor, cookie, request, post }
}

/** @returns the id of a new event; its name is unique */
export async function insertTestEvent({ ctx }: AnyTestApp, name = 'ProMat 2027'): Promise<string> {
  const id = crypto.randomUUID()
  const now = ctx.clock.now()
  await ctx.db
    .insertInto('event')
    .values({
      id,
      name: `${name} ${id.slice(0, 8)}`,
      venue: 'McCormick Place',
      city: 'Chicago',
      country: 'United States',
      time_zone: 'America/Chicago',
      booth: 'S2040',
      starts_on: '2027-03-15',
      ends_on: '2027-03-18',
      created_at: now,
      updated_at: now,
    })
    .execute()
  return id
}
