import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Child } from 'hono/jsx'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { findShell } from '../../db/queries/shell.ts'
import { renderPage as drawDocument, renderFragment as drawFragment } from '../../web/render.tsx'
import type { Flash, Notice, View } from '../../web/view.ts'
import type { Config } from '../config.ts'
import type { AppEnv, SignedInEnv } from '../env.ts'
import { setFlash, takeFlash } from './flash.ts'

/** Handlers behind the session guard, before it, and in front of both answer pages alike. */
type PageContext = Context<AppEnv> | Context<SignedInEnv>

/**
 * A whole document: `return renderPage(c, <AccountsPage … />)`. The shell around it costs one statement when somebody is
 * signed in, else none. A form that came back is `{ status: 422 }`.
 */
export async function renderPage(
  context: PageContext,
  page: Child,
  options: { status?: ContentfulStatusCode } = {},
): Promise<Response> {
  const c = context as Context<AppEnv>
  const { actor, db } = c.var.ctx
  const shell = actor === null ? null : await findShell(db, actor.active_event_id)
  const flash = takeFlash(c)
  const view: View = {
    ...bareView(c),
    events: shell?.events ?? [],
    active_event: shell?.events.find((event) => event.id === actor?.active_event_id) ?? null,
    ...(shell === null ? {} : { waiting: { replies: shell.replies_waiting, failed_jobs: shell.failed_jobs } }),
    ...(flash === undefined ? {} : { flash }),
  }
  return c.html(drawDocument(view, page), options.status ?? 200)
}

/** A piece for an htmx swap. No statement of its own; the flash stays for the next whole page. */
export function renderFragment(
  context: PageContext,
  piece: Child,
  options: { status?: ContentfulStatusCode } = {},
): Response | Promise<Response> {
  const c = context as Context<AppEnv>
  return c.html(drawFragment(bareView(c), piece), options.status ?? 200)
}

/** After a POST: 303, and one line on the page it leads to. */
export function redirectWithFlash(context: PageContext, path: string, flash?: Flash): Response {
  const c = context as Context<AppEnv>
  if (flash !== undefined) setFlash(c, flash)
  return c.redirect(path, 303)
}

function bareView(c: Context<AppEnv>): View {
  const { ctx, assets } = c.var
  const { actor } = ctx
  const theme = getCookie(c, 'theme')
  const notice = noticeOf(ctx.config)
  return {
    assets,
    now: ctx.clock.now(),
    time_zone: viewerTimeZone(c),
    ...(theme === 'light' || theme === 'dark' ? { theme } : {}),
    narrow_rail: getCookie(c, 'rail') === 'narrow',
    path: c.req.path,
    user: actor === null ? null : { id: actor.user_id, name: actor.name, email: actor.email, role: actor.role },
    events: [],
    active_event: null,
    ...(notice === undefined ? {} : { notice }),
  }
}

/** Where the reader is: as the browser says, else as the user's settings say. */
export function viewerTimeZone(context: PageContext): string {
  const c = context as Context<AppEnv>
  return knownZone(getCookie(c, 'tz')) ?? c.var.ctx.actor?.time_zone ?? 'UTC'
}

/** The cookie is the browser's word: only a zone that exists is taken. */
function knownZone(name: string | undefined): string | undefined {
  if (name === undefined) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

function noticeOf({ mail }: Config): Notice | undefined {
  if (mail.mode !== 'local' || mail.outboxUrl === null) return undefined
  return {
    tone: 'info',
    text: 'Mail stays on this machine.',
    href: mail.outboxUrl,
    link_text: 'Open the outbox',
  }
}
