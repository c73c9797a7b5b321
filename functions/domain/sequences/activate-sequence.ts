import { updateSequenceRow } from '../../../db/queries/sequences.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError, InvalidError, NotConfiguredError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { requireLockedSequence } from './require-sequence.ts'
import { fieldsOf } from './save-steps.ts'
import { findStepProblems } from './step-problems.ts'

/** Lets a draft write. Activating an active sequence changes nothing. */
export async function activateSequence(ctx: Ctx, input: { sequence_id: string }): Promise<void> {
  const { mail } = ctx.config
  if (mail.mode === 'off') throw new NotConfiguredError(mail.missing)
  await transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, input.sequence_id)
    if (sequence.status === 'active') return
    if (sequence.status !== 'draft') throw new ConflictError(`This sequence is ${sequence.status}.`)
    const problems = findStepProblems(await listSteps(tx.db, sequence.id, sequence.version))
    if (problems[0] !== undefined) throw new InvalidError(problems[0].message, fieldsOf(problems))
    const now = tx.clock.now()
    await updateSequenceRow(tx.db, sequence.id, { status: 'active', activated_at: now, updated_at: now })
  })
}
