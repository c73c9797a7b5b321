import { listOverdueJobIds } from '../../db/queries/jobs.ts'
import type { Ctx } from '../context.ts'
import { restageResumptions } from '../domain/sequences/resume-large.ts'
import { sweepMessages } from '../domain/sequences/sweep-messages.ts'
import { dispatchJobs } from './dispatch.ts'
import { tidy } from './tidy.ts'

/** How long the queue has for a job before it is handed over again: longer than a delivery, shorter than a rep's patience. */
const GRACE_MS = 2 * 60_000
const SWEPT_AT_ONCE = 500

/**
 * Catches what was lost between two systems: mails whose sender died, and jobs whose hand-over or
 * whose answer never arrived.
 */
export async function sweep(ctx: Ctx): Promise<Record<string, unknown>> {
  const messages = await sweepMessages(ctx)
  await restageResumptions(ctx)
  const now = ctx.clock.now()
  const ids = await listOverdueJobIds(ctx.db, { now, before: new Date(now.getTime() - GRACE_MS), limit: SWEPT_AT_ONCE })
  const dispatched = await dispatchJobs(ctx, ids)
  await tidy(ctx)
  return { dispatched, overdue: ids.length, messages }
}
