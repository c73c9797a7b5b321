import { listOverdueJobIds } from '../../db/queries/jobs.ts'
import type { Ctx } from '../context.ts'
import { restageResumptions } from '../domain/sequences/resume-large.ts'
import { sweepMessages } from '../domain/sequences/sweep-messages.ts'
import { LEASE_MS } from '../keep-renewing.ts'
import { dispatchJobs, dispatchLost } from './dispatch.ts'
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
  const before = new Date(now.getTime() - GRACE_MS)
  const { overdue, dispatched } = await dispatchOverdue(ctx, { before, lease_before: now })
  await tidy(ctx)
  return { dispatched, overdue, messages }
}

/**
 * The same when a process starts, for what the one before it left: whether that died in the middle of a job, or the queue
 * gave one up meanwhile, is not known, so whatever should be running is handed over again.
 */
export async function catchUp(ctx: Ctx): Promise<void> {
  await sweepMessages(ctx)
  const now = ctx.clock.now()
  await dispatchOverdue(ctx, { before: now, lease_before: new Date(now.getTime() + LEASE_MS) })
}

async function dispatchOverdue(
  ctx: Ctx,
  { before, lease_before }: { before: Date; lease_before: Date },
): Promise<{ overdue: number; dispatched: number }> {
  const ids = await listOverdueJobIds(ctx.db, { lease_before, before, limit: SWEPT_AT_ONCE })
  const dispatched = await dispatchJobs(ctx, ids)
  // Also what is not due for long: the queue is its only clock.
  await dispatchLost(ctx)
  return { overdue: ids.length, dispatched }
}
