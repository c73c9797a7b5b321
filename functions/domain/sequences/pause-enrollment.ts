import { setEnrollmentsPaused } from '../../../db/queries/enrollments.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { placeAfterPause, shiftAfterPause } from './replan.ts'
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
  await requireEnrollment(ctx, input.enrollment_id)
  await transact(ctx, async (tx) => {
    await shiftAfterPause(tx, [input.enrollment_id])
    const resumed = await setEnrollmentsPaused(tx.db, {
      ids: [input.enrollment_id],
      paused: false,
      reason: `by ${ctx.actor?.name ?? 'the system'}`,
      colleagues_seen: true,
      now: tx.clock.now(),
    })
    await placeAfterPause(tx, resumed)
  })
}
