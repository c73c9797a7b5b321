import { listDueResumes, setEnrollmentsPaused } from '../../../db/queries/enrollments.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { allOrOneByOne } from './one-by-one.ts'
import { placeAfterPause, shiftAfterPause } from './replan.ts'
import { stopUnplannable } from './stop-enrollment.ts'

const RESUMED_AT_ONCE = 500

/** Ends the pauses whose moment has come: an absence is over. Safe to run twice. @returns how many went on */
export async function resumeDue(ctx: Ctx): Promise<number> {
  const due = await listDueResumes(ctx.db, { now: ctx.clock.now(), limit: RESUMED_AT_ONCE })
  if (due.length === 0) return 0
  const resumed = await allOrOneByOne(
    due.map(({ id }) => id),
    (ids) => resume(ctx, ids),
    (id, error) => stopUnplannable(ctx, id, error),
  )
  return resumed.reduce((sum, count) => sum + count, 0)
}

async function resume(ctx: Ctx, ids: readonly string[]): Promise<number> {
  return transact(ctx, async (tx) => {
    await shiftAfterPause(tx, ids)
    const resumed = await setEnrollmentsPaused(tx.db, {
      ids,
      paused: false,
      reason: 'the pause is over',
      now: tx.clock.now(),
    })
    await placeAfterPause(tx, resumed)
    return resumed.length
  })
}
