import {
  findSender,
  lockSender,
  lockSequencesOfSender,
  releaseClaimsOfSender,
  updateSenderRow,
} from '../../../db/queries/senders.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { isLargeResume, replanAfterPause } from '../sequences/replan.ts'
import { requireMayResume } from './require-may-resume.ts'

/** Nothing leaves from this address any more, whatever the sequence. Pausing twice changes nothing. */
export async function pauseSender(ctx: Ctx, input: { address: string; reason?: string }): Promise<void> {
  if ((await findSender(ctx.db, input.address)) === undefined) throw new NotFoundError('sender')
  const reason = input.reason ?? `Paused by ${ctx.actor?.name ?? 'the system'}`
  await transact(ctx, (tx) => pauseSenderNow(tx, { address: input.address, reason }))
}

/** The same as a part of another change: too many bounces. @param rated_from what was judged up to here is not judged again */
export async function pauseSenderNow(
  tx: TxCtx,
  { address, reason, ...rated }: { address: string; reason: string; rated_from?: Date },
): Promise<void> {
  const sender = await lockSender(tx.db, address)
  if (sender === undefined || sender.paused_at !== null) return
  const now = tx.clock.now()
  await updateSenderRow(tx.db, address, { paused_at: now, pause_reason: reason, updated_at: now, ...rated })
  await releaseClaimsOfSender(tx.db, address)
}

/** What was left of each wait is left of it still; what was ready is spread over the windows. */
export async function resumeSender(ctx: Ctx, input: { address: string }): Promise<void> {
  if ((await findSender(ctx.db, input.address)) === undefined) throw new NotFoundError('sender')
  await requireMayResume(ctx, input.address)
  await transact(ctx, async (tx) => {
    const sequences = await lockSequencesOfSender(tx.db, input.address)
    const sender = await lockSender(tx.db, input.address)
    const paused_at = sender?.paused_at ?? null
    if (paused_at === null) return
    const now = tx.clock.now()
    await updateSenderRow(tx.db, input.address, { paused_at: null, pause_reason: null, updated_at: now })
    const isLarge = await isLargeResume(tx, sequences)
    for (const sequence of sequences) {
      const isRunning = sequence.status === 'active'
      await replanAfterPause(tx, sequence, { paused_at, until: sequence.paused_at ?? now, isRunning, isLarge })
    }
  })
}
