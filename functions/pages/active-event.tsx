import type { Context, MiddlewareHandler } from 'hono'
import { NoEventPage } from '../../web/pages/events/no-event-page.tsx'
import { paths } from '../../web/paths.ts'
import type { SignedInEnv } from '../env.ts'
import { renderPage } from './render-page.tsx'

/** Before pages that belong to the active event: without one they say so, and a form goes back to the choice. */
export function requireEvent(title: string): MiddlewareHandler<SignedInEnv> {
  return async (c, next) => {
    if (c.var.ctx.actor.active_event_id !== null) return next()
    return c.req.method === 'GET' ? renderPage(c, <NoEventPage title={title} />) : c.redirect(paths.events(), 303)
  }
}

/** The active event behind `requireEvent`. */
export function activeEventOf(c: Context<SignedInEnv>): string {
  const { active_event_id } = c.var.ctx.actor
  if (active_event_id === null) throw new Error('requireEvent does not stand before this handler')
  return active_event_id
}
