import type { Context, MiddlewareHandler } from 'hono'
import { findSequencePage, type SequencePage } from '../../db/queries/sequence-figures.ts'
import type { Cursor, Page } from '../../db/queries/keyset.ts'
import { ChooseEventPage } from '../../web/pages/outreach/choose-event-page.tsx'
import type { SequenceHead } from '../../web/pages/outreach/sequence-frame.tsx'
import { sendingState } from '../domain/sequences/sending-state.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, InvalidError, NotConfiguredError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { writeCursor } from './cursor.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

/** Outreach belongs to an event: behind `requireActiveEvent` there is one, and the types prove it. */
export interface OutreachEnv {
  Variables: SignedInEnv['Variables'] & { event_id: string }
}

export type OutreachContext = Context<OutreachEnv>

export const PAGE_SIZE = 50

export const requireActiveEvent: MiddlewareHandler<OutreachEnv> = async (c, next) => {
  const { active_event_id } = c.var.ctx.actor
  if (active_event_id === null) return renderPage(c as unknown as Context<SignedInEnv>, <ChooseEventPage />)
  c.set('event_id', active_event_id)
  return next()
}

/** The page's whole document; the environment of outreach is the signed-in one and one variable more. */
export function answerPage(c: OutreachContext, ...rest: Parameters<typeof renderPage> extends [unknown, ...infer Rest] ? Rest : never) {
  return renderPage(c as unknown as Context<SignedInEnv>, ...rest)
}

export function goBack(c: OutreachContext, path: string, text: string): Response {
  return redirectWithFlash(c as unknown as Context<SignedInEnv>, path, { tone: 'good', text })
}

/** Does something and goes back to where it shows; what a rule forbids is said there, and nothing has changed. */
export async function actAndGoBack(
  c: OutreachContext,
  path: string,
  act: () => Promise<string>,
): Promise<Response> {
  try {
    return goBack(c, path, await act())
  } catch (error) {
    const isExpected =
      error instanceof InvalidError || error instanceof ConflictError || error instanceof NotConfiguredError
    if (!isExpected) throw error
    return redirectWithFlash(c as unknown as Context<SignedInEnv>, path, { tone: 'bad', text: error.message })
  }
}

/** The sequence the path names, with its figures, as every page of it shows it. */
export async function requireSequencePage(c: OutreachContext): Promise<SequencePage> {
  const sequence = await findSequencePage(c.var.ctx.db, { event_id: c.var.event_id, id: readId(c, 'sequence') })
  if (sequence === undefined) throw new NotFoundError('sequence')
  return sequence
}

export function headOf(c: OutreachContext, sequence: SequencePage): SequenceHead & SequencePage {
  const { config, clock } = c.var.ctx
  return { ...sequence, sending: sendingState(sequence, config, clock.now()) }
}

export function pagerLinks(page: Pick<Page<unknown>, 'previous' | 'next'>, hrefOf: (page: string) => string) {
  const link = (cursor: Cursor | null) => (cursor === null ? null : hrefOf(writeCursor(cursor)))
  return { previous_href: link(page.previous), next_href: link(page.next) }
}
