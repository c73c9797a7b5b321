import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import * as v from 'valibot'
import type { Flash } from '../../web/view.ts'
import { isHttps } from '../auth/lucia.ts'
import type { AppEnv } from '../env.ts'

/** Seconds until an unread line is forgotten. */
const LIFE_SECONDS = 60

const schema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({
    tone: v.picklist(['neutral', 'good', 'bad', 'waiting', 'info']),
    text: v.pipe(v.string(), v.maxLength(500)),
    // A path of ours: the cookie is the browser's word.
    href: v.optional(v.pipe(v.string(), v.regex(/^\/[\w/-]{1,200}$/))),
    link_text: v.optional(v.pipe(v.string(), v.maxLength(60))),
  }),
)

/** Leaves a line for the next page, after a redirect. */
export function setFlash(c: Context<AppEnv>, flash: Flash): void {
  setCookie(c, nameOf(c), JSON.stringify({ ...flash, text: flash.text.slice(0, 500) }), {
    ...attributesOf(c),
    maxAge: LIFE_SECONDS,
  })
}

/** The line that was left, shown once. A cookie that is not ours is dropped in silence. */
export function takeFlash(c: Context<AppEnv>): Flash | undefined {
  const text = getCookie(c, nameOf(c))
  if (text === undefined) return undefined
  deleteCookie(c, nameOf(c), attributesOf(c))
  const parsed = v.safeParse(schema, text)
  return parsed.success ? parsed.output : undefined
}

function nameOf(c: Context<AppEnv>): string {
  return isHttps(c.var.ctx) ? '__Host-flash' : 'flash'
}

function attributesOf(c: Context<AppEnv>) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: isHttps(c.var.ctx) } as const
}
