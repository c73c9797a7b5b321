import { findNextDue, listOverduePlans, moveMessages } from '../../../db/queries/message-plans.ts'
import { releaseClaimsOfSequence, updateSequenceRow } from '../../../db/queries/sequences.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { planOpening } from './plan.ts'
import { requireLockedSequence } from './require-sequence.ts'
import { wake } from './wake.ts'

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

/** What fell due in the meantime is placed anew, so that it does not all leave at once outside the window. */
export async function resumeSequence(ctx: Ctx, input: { sequence_id: string }): Promise<void> {
  await transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, input.sequence_id)
    if (sequence.status === 'active') return
    if (sequence.status !== 'paused') throw new ConflictError(`This sequence is ${sequence.status}.`)
    await updateSequenceRow(tx.db, sequence.id, {
      status: 'active',
      paused_at: null,
      pause_reason: null,
      updated_at: tx.clock.now(),
    })
    await placeAnew(tx, sequence, { sequence_id: sequence.id })
  })
}

/** Gives overdue mails the next moment at which their window is open, and wakes for the first. */
export async function placeAnew(
  tx: TxCtx,
  sequence: Row<'sequence'>,
  of: { sequence_id: string } | { enrollment_ids: readonly string[] },
): Promise<void> {
  const now = tx.clock.now()
  const overdue = await listOverduePlans(tx.db, of, now)
  await moveMessages(
    tx.db,
    overdue.map(({ id, due_at, time_zone }) => ({
      id,
      from: due_at,
      due_at: planOpening(now, time_zone, sequence, id),
      reason: 'resumed',
    })),
    now,
  )
  const next = await findNextDue(tx.db)
  if (next !== undefined) await wake(tx, next)
}
