import { listDueResumes, setEnrollmentsPaused } from '../../../db/queries/enrollments.ts'
import { findSequence } from '../../../db/queries/sequences.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { placeAnew } from './pause-sequence.ts'

const RESUMED_AT_ONCE = 500

/** Ends the pauses whose moment has come: an absence is over. Safe to run twice. @returns how many went on */
export async function resumeDue(ctx: Ctx): Promise<number> {
  const due = await listDueResumes(ctx.db, { now: ctx.clock.now(), limit: RESUMED_AT_ONCE })
  let resumed = 0
  for (const sequence_id of new Set(due.map((row) => row.sequence_id)))
    resumed += await resumeOf(
      ctx,
      sequence_id,
      due.filter((row) => row.sequence_id === sequence_id),
    )
  return resumed
}

async function resumeOf(ctx: Ctx, sequence_id: string, rows: readonly { id: string }[]): Promise<number> {
  return transact(ctx, async (tx) => {
    const sequence = await findSequence(tx.db, sequence_id)
    const ids = await setEnrollmentsPaused(tx.db, {
      ids: rows.map(({ id }) => id),
      paused: false,
      reason: 'the pause is over',
      now: tx.clock.now(),
    })
    if (sequence !== undefined && ids.length > 0) await placeAnew(tx, sequence, { enrollment_ids: ids })
    return ids.length
  })
}
