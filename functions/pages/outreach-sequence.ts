import type { Context } from 'hono'
import { findSequencePage, type SequencePage } from '../../db/queries/sequence-figures.ts'
import type { SequenceHead } from '../../web/pages/outreach/sequence-frame.tsx'
import { whyNotNow } from '../domain/sequences/why-not-now.ts'
import { describeWindows } from '../domain/sequences/windows.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, InvalidError, NotConfiguredError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf } from './active-event.tsx'
import { redirectWithFlash } from './render-page.tsx'

/** The sequence the path names, with its figures, as every page of it shows it. One statement. */
export async function requireSequencePage(c: Context<SignedInEnv>): Promise<SequencePage> {
  const of = { event_id: activeEventOf(c), id: readId(c, 'sequence') }
  const sequence = await findSequencePage(c.var.ctx.db, of)
  if (sequence === undefined) throw new NotFoundError('sequence')
  return sequence
}

export function headOf(c: Context<SignedInEnv>, sequence: SequencePage): SequenceHead & SequencePage {
  const { config, clock } = c.var.ctx
  return {
    ...sequence,
    window: describeWindows(sequence.windows),
    why_not_now: whyNotNow(sequence, config, clock.now()),
  }
}

/** Does something and goes back to where it shows. What a rule forbids is said there, and nothing has changed. */
export async function actAndGoBack(
  c: Context<SignedInEnv>,
  path: string,
  act: () => Promise<string>,
): Promise<Response> {
  try {
    return redirectWithFlash(c, path, { tone: 'good', text: await act() })
  } catch (error) {
    const isExpected =
      error instanceof InvalidError || error instanceof ConflictError || error instanceof NotConfiguredError
    if (!isExpected) throw error
    return redirectWithFlash(c, path, { tone: 'bad', text: error.message })
  }
}
