import { listDueResumes, setEnrollmentsPaused } from '../../../db/queries/enrollments.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { placeAfterPause, shiftAfterPause } from './replan.ts'

const RESUMED_AT_ONCE = 500

/** Ends the pauses whose moment has come: an absence is over. Safe to run twice. @returns how many went on */
export async function resumeDue(ctx: Ctx): Promise<number> {
  const due = await listDueResumes(ctx.db, { now: ctx.clock.now(), limit: RESUMED_AT_ONCE })
  if (due.length === 0) return 0
  return transact(ctx, async (tx) => {
    const ids = due.map(({ id }) => id)
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
