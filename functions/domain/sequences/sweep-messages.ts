import { lockProgress } from '../../../db/queries/enrollments.ts'
import {
  findNextDue,
  listOrphanedPlans,
  listStrandedEnrollments,
  sweepLeases,
} from '../../../db/queries/message-plans.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { closeDueWaits } from './close-waits.ts'
import { allOrOneByOne } from './one-by-one.ts'
import { planNext } from './plan-next.ts'
import { stopAll, stopUnplannable } from './stop-enrollment.ts'
import { wake } from './wake.ts'

const REPAIRED_AT_ONCE = 500

export interface Swept {
  released: number
  unconfirmed: number
  replanned: number
  cancelled: number
}

/**
 * Puts right what a crash left behind: leases that ran out, enrollments with nothing before them, plans of enrollments
 * that have ended, and a wake-up that was lost. Safe to run at any time, and twice.
 */
export async function sweepMessages(ctx: Ctx): Promise<Swept> {
  await closeDueWaits(ctx)
  const leases = await sweepLeases(ctx.db, ctx.clock.now())
  const stranded = await listStrandedEnrollments(ctx.db, REPAIRED_AT_ONCE)
  await allOrOneByOne(
    stranded,
    (some) => planStranded(ctx, some),
    ({ enrollment_id }, error) => stopUnplannable(ctx, enrollment_id, error),
  )
  return transact(ctx, async (tx) => {
    const orphans = await listOrphanedPlans(tx.db, REPAIRED_AT_ONCE)
    await stopAll(
      tx,
      orphans.map(({ enrollment_id, reason }) => ({ enrollment_id, reason, by: 'sweep' })),
    )
    const next = await findNextDue(tx.db)
    if (next !== undefined) await wake(tx, next)
    return { ...leases, replanned: stranded.length, cancelled: orphans.length }
  })
}

async function planStranded(
  ctx: Ctx,
  stranded: readonly { enrollment_id: string; step_key: string; done_at: Date }[],
): Promise<void> {
  await transact(ctx, async (tx) => {
    const rows = await lockProgress(
      tx.db,
      stranded.map(({ enrollment_id }) => enrollment_id),
    )
    const progress = new Map(rows.map((row) => [row.id, row]))
    await planNext(
      tx,
      stranded.flatMap(({ enrollment_id, step_key, done_at }) => {
        const row = progress.get(enrollment_id)
        return row === undefined ? [] : [{ progress: row, step_key, done_at }]
      }),
    )
  })
}
