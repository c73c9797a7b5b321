import { stopEnrollments } from '../../../db/queries/enrollments.ts'
import { listRunningEnrollmentIds, updateSequenceRow } from '../../../db/queries/sequences.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { requireLockedSequence } from './require-sequence.ts'

/** Final: everybody who is still enrolled is stopped. */
export async function archiveSequence(ctx: Ctx, input: { sequence_id: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, input.sequence_id)
    if (sequence.status === 'archived') return
    const now = tx.clock.now()
    await updateSequenceRow(tx.db, sequence.id, { status: 'archived', updated_at: now })
    const ids = await listRunningEnrollmentIds(tx.db, sequence.id)
    const by = ctx.actor?.user_id ?? 'system'
    await stopEnrollments(
      tx.db,
      ids.map((enrollment_id) => ({ enrollment_id, reason: 'sequence_archived', by })),
      now,
    )
  })
}
