import { findProviderHold } from '../../../db/queries/holds.ts'
import { findNextDue, sweepLeases } from '../../../db/queries/message-plans.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { openTemplates } from '../email/render.ts'
import { openCalendar } from './calendar.ts'
import { nothingCounted } from './claim-due.ts'
import { closeDueWaits } from './close-waits.ts'
import { passDue } from './pass-steps.ts'
import type { PlanCache } from './plan-next.ts'
import { moveWaiting, shedBacklogs, stopUnwritable } from './put-aside.ts'
import { spreadLate } from './replan.ts'
import { resumeDue } from './resume-due.ts'
import { type Batch, BROKEN_OFF, CLAIMED_AT_ONCE, type Run, startBatch } from './send-batch.ts'
import { wake } from './wake.ts'

/** What is left after that gets a wake of its own. */
const MOST_BATCHES = 50
const LONGEST_RUN_MS = 60_000

export interface Drained {
  sent: number
  failed: number
  unconfirmed: number
  deferred: number
  moved: number
  stopped: number
}

/** Sends what is due, batch by batch, and asks to be woken for what comes next. May run twice at the same time. */
export async function drainMessages(ctx: Ctx): Promise<Drained> {
  const total: Drained = { sent: 0, failed: 0, unconfirmed: 0, deferred: 0, moved: 0, stopped: 0 }
  // Without a sender nothing may be claimed: a mail that cannot leave is not a mail that cannot be written.
  const { mail } = ctx.config
  if (mail.mode === 'off') return total
  await sweepLeases(ctx.db, ctx.clock.now())
  await resumeDue(ctx)
  const calendar = await openCalendar(ctx.db)
  const cache: PlanCache = { steps: new Map(), calendar }
  await closeDueWaits(ctx, cache)
  const hold = await findProviderHold(ctx.db)
  if (hold === undefined || hold.until_at <= ctx.clock.now())
    await drainBatches({
      ctx,
      total,
      templates: openTemplates(),
      calendar,
      cache,
      counted: nothingCounted(),
      held: hold !== undefined,
      over: undefined,
    })
  await transact(ctx, async (tx) => {
    const next = await findNextDue(tx.db)
    if (next !== undefined) await wake(tx, next)
  })
  return total
}

/** While one batch is being sent, the one before is settled and the next one claimed: nobody waits for the database. */
async function drainBatches(run: Run): Promise<void> {
  const { ctx, total } = run
  total.moved += await spreadLate(ctx, run.calendar)
  total.moved += await shedBacklogs(ctx, run.calendar, { more_than: CLAIMED_AT_ONCE })
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  const batches: Batch[] = []
  try {
    while (batches.length < MOST_BATCHES && run.over === undefined && ctx.clock.now().getTime() < until) {
      const before = batches.at(-1)
      const batch = startBatch(run, before)
      batches.push(batch)
      const [claimed] = await Promise.all([batch.claimed, before?.settled])
      total.stopped += await stopUnwritable(ctx, claimed.stops)
      total.stopped += await passDue(ctx, claimed.passes, 'condition_not_met', run.cache)
      // What is sent plans what comes next, and that takes room too: the same order each time, as the simulator has it.
      if (claimed.held.length + claimed.shut.length > 0) await batch.settled
      total.moved += await moveWaiting(ctx, run.calendar, claimed)
      // A claim that was not full has seen everything that was due.
      if (!claimed.is_full) break
      await batch.sending
    }
    await Promise.all(batches.map(({ settled }) => settled))
  } catch (error) {
    // Whoever has handed mails over waits for the answers, whatever else goes wrong; nothing new leaves.
    run.over ??= { reason: BROKEN_OFF }
    await Promise.allSettled(batches.map(({ settled }) => settled))
    throw error
  }
}
