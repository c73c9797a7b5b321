import { findSender } from '../../../db/queries/senders.ts'
import { releaseClaimsOfSequence, updateSequenceRow } from '../../../db/queries/sequences.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { replanAfterPause } from './replan.ts'
import { requireLockedSequence } from './require-sequence.ts'

/** Nothing leaves from the moment this returns; a mail that is on its way to the provider is not called back. */
export async function pauseSequence(ctx: Ctx, input: { sequence_id: string; reason?: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, input.sequence_id)
    if (sequence.status === 'paused') return
    if (sequence.status !== 'active') throw new ConflictError(`This sequence is ${sequence.status}.`)
    const now = tx.clock.now()
    await updateSequenceRow(tx.db, sequence.id, {
      status: 'paused',
      paused_at: now,
      pause_reason: input.reason ?? `Paused by ${ctx.actor?.name ?? 'the system'}`,
      updated_at: now,
    })
    await releaseClaimsOfSequence(tx.db, sequence.id)
  })
}

/** What was left of each wait when the pause began is left of it still; what was ready is spread over the windows. */
export async function resumeSequence(ctx: Ctx, input: { sequence_id: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, input.sequence_id)
    if (sequence.status === 'active') return
    if (sequence.status !== 'paused') throw new ConflictError(`This sequence is ${sequence.status}.`)
    const now = tx.clock.now()
    await updateSequenceRow(tx.db, sequence.id, {
      status: 'active',
      paused_at: null,
      pause_reason: null,
      updated_at: now,
    })
    // Nobody resumes the sender meanwhile: that begins with holding its sequences.
    const sender = await findSender(tx.db, sequence.from_address.toLowerCase())
    await replanAfterPause(tx, sequence, {
      paused_at: sequence.paused_at ?? now,
      until: sender?.paused_at ?? now,
      isRunning: true,
    })
  })
}
