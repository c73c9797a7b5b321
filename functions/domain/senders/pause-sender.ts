import {
  findSender,
  listSequencesOfSender,
  releaseClaimsOfSender,
  updateSenderRow,
} from '../../../db/queries/senders.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { placeAnew } from '../sequences/pause-sequence.ts'

/** Nothing leaves from this address any more, whatever the sequence. Pausing twice changes nothing. */
export async function pauseSender(ctx: Ctx, input: { address: string; reason?: string }): Promise<void> {
  if ((await findSender(ctx.db, input.address)) === undefined) throw new NotFoundError('sender')
  const reason = input.reason ?? `Paused by ${ctx.actor?.name ?? 'the system'}`
  await transact(ctx, async (tx) => {
    const sender = await findSender(tx.db, input.address)
    if (sender === undefined || sender.paused_at !== null) return
    const now = tx.clock.now()
    await updateSenderRow(tx.db, input.address, { paused_at: now, pause_reason: reason, updated_at: now })
    await releaseClaimsOfSender(tx.db, input.address)
  })
}

/** What fell due in the meantime is placed anew, so that it does not all leave at once. */
export async function resumeSender(ctx: Ctx, input: { address: string }): Promise<void> {
  const sender = await findSender(ctx.db, input.address)
  if (sender === undefined) throw new NotFoundError('sender')
  if (sender.paused_at === null) return
  await transact(ctx, async (tx) => {
    const change = { paused_at: null, pause_reason: null, updated_at: tx.clock.now() }
    await updateSenderRow(tx.db, sender.address, change)
    for (const sequence of await listSequencesOfSender(tx.db, sender.address))
      await placeAnew(tx, sequence, { sequence_id: sequence.id })
  })
}
