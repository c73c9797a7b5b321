import {
  findSender,
  listSequencesOfSender,
  releaseClaimsOfSender,
  updateSenderRow,
} from '../../../db/queries/senders.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { replanAfterPause } from '../sequences/replan.ts'

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
  const sender = await findSender(tx.db, address)
  if (sender === undefined || sender.paused_at !== null) return
  const now = tx.clock.now()
  await updateSenderRow(tx.db, address, { paused_at: now, pause_reason: reason, updated_at: now, ...rated })
  await releaseClaimsOfSender(tx.db, address)
}

/** What was left of each wait is left of it still; what was ready is spread over the windows. */
export async function resumeSender(ctx: Ctx, input: { address: string }): Promise<void> {
  const sender = await findSender(ctx.db, input.address)
  if (sender === undefined) throw new NotFoundError('sender')
  if (sender.paused_at === null) return
  await transact(ctx, async (tx) => {
    const change = { paused_at: null, pause_reason: null, updated_at: tx.clock.now() }
    await updateSenderRow(tx.db, sender.address, change)
    const sequences = await listSequencesOfSender(tx.db, sender.address)
    await replanAfterPause(tx, sequences, { paused_at: sender.paused_at ?? tx.clock.now() })
  })
}
