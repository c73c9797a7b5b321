import { setEnrollmentsPaused } from '../../../db/queries/enrollments.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { placeAnew } from './pause-sequence.ts'
import { requireEnrollment } from './require-enrollment.ts'

/** Holds one person where they are. Pausing twice changes nothing. */
export async function pauseEnrollment(ctx: Ctx, input: { enrollment_id: string; reason?: string }): Promise<void> {
  await requireEnrollment(ctx, input.enrollment_id)
  await transact(ctx, async (tx) => {
    await setEnrollmentsPaused(tx.db, {
      ids: [input.enrollment_id],
      paused: true,
      reason: input.reason ?? `by ${ctx.actor?.name ?? 'the system'}`,
      now: tx.clock.now(),
    })
  })
}

export async function resumeEnrollment(ctx: Ctx, input: { enrollment_id: string }): Promise<void> {
  const { sequence } = await requireEnrollment(ctx, input.enrollment_id)
  await transact(ctx, async (tx) => {
    const resumed = await setEnrollmentsPaused(tx.db, {
      ids: [input.enrollment_id],
      paused: false,
      reason: `by ${ctx.actor?.name ?? 'the system'}`,
      now: tx.clock.now(),
    })
    if (resumed.length > 0) await placeAnew(tx, sequence, { enrollment_ids: resumed })
  })
}
