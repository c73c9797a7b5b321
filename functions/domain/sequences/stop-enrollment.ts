import { type Stop, stopEnrollments } from '../../../db/queries/enrollments.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { requireEnrollment } from './require-enrollment.ts'

/** Ends one enrollment because a rep says so. Stopping a stopped one changes nothing. */
export async function stopEnrollment(ctx: Ctx, input: { enrollment_id: string; reason?: string }): Promise<void> {
  await requireEnrollment(ctx, input.enrollment_id)
  await transact(ctx, (tx) =>
    stopAll(tx, [
      {
        enrollment_id: input.enrollment_id,
        reason: input.reason ?? 'by_hand',
        by: ctx.actor?.user_id ?? 'system',
      },
    ]),
  )
}

/** An enrollment whose next step cannot be planned ends here, so that the others go on. */
export async function stopUnplannable(ctx: Ctx, enrollment_id: string, error: unknown): Promise<void> {
  ctx.log.error('enrollment.not_plannable', { enrollment_id, error })
  await transact(ctx, (tx) => stopAll(tx, [{ enrollment_id, reason: 'not_plannable', by: 'drain' }]))
}

/** Ends enrollments, cancels or skips what they had planned, and takes claimed mails that have not left out of the drain's hands. */
export async function stopAll(tx: TxCtx, stops: readonly Stop[]): Promise<string[]> {
  return stopEnrollments(tx.db, stops, tx.clock.now())
}
