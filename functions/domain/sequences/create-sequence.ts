import * as v from 'valibot'
import { findSequenceByName, insertSequence } from '../../../db/queries/sequences.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { type StepInput, stepInputs, writeSteps } from './save-steps.ts'
import { checkSettings, sequenceSettings, settingsColumns } from './settings.ts'

const { name, contact_reason, from_name, from_address, time_zone, ...others } = sequenceSettings

export const createSequenceInput = v.object({
  event_id: uuid,
  owner_id: uuid,
  name,
  from_name,
  from_address,
  time_zone,
  contact_reason,
  ...v.partial(v.object(others)).entries,
  steps: v.optional(stepInputs, []),
})
export type CreateSequenceInput = v.InferInput<typeof createSequenceInput>

/** A draft; nothing is planned before it is activated and people are enrolled. */
export async function createSequence(ctx: Ctx, input: CreateSequenceInput): Promise<{ id: string }> {
  const { steps, ...settings } = parseInput(createSequenceInput, input)
  checkSettings(settings)
  const id = crypto.randomUUID()
  const now = ctx.clock.now()
  await transact(ctx, async (tx) => {
    if (await findSequenceByName(tx.db, settings.event_id, settings.name))
      throw new ConflictError('There is a sequence of this name.', { name: 'There is a sequence of this name.' })
    await insertSequence(tx.db, { id, ...settingsColumns(settings), created_at: now, updated_at: now })
    const to = { sequence_id: id, version: 1, known: [], choice: 'after_current_step' as const }
    await writeSteps(tx, to, steps as StepInput[])
  })
  return { id }
}
