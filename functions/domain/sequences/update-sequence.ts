import * as v from 'valibot'
import { ensureSender } from '../../../db/queries/senders.ts'
import { findSequenceByName, updateSequenceRow } from '../../../db/queries/sequences.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError, InvalidError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { requireLockedSequence } from './require-sequence.ts'
import { sequenceSettings } from './settings.ts'

export const updateSequenceInput = v.object({
  sequence_id: uuid,
  ...v.partial(v.object(sequenceSettings)).entries,
})
export type UpdateSequenceInput = v.InferInput<typeof updateSequenceInput>

/** Changes settings; those that decide about sending hold from the next claim on, for mails planned before too. */
export async function updateSequence(ctx: Ctx, input: UpdateSequenceInput): Promise<void> {
  const { sequence_id, ...settings } = parseInput(updateSequenceInput, input)
  await transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, sequence_id)
    const from = settings.window_from_minute ?? sequence.window_from_minute
    const to = settings.window_to_minute ?? sequence.window_to_minute
    if (to <= from)
      throw new InvalidError('The window must end after it begins.', { window_to_minute: 'Must be after the start.' })
    if (settings.name !== undefined) {
      const other = await findSequenceByName(tx.db, sequence.event_id, settings.name)
      if (other !== undefined && other.id !== sequence_id)
        throw new ConflictError('There is a sequence of this name.', { name: 'There is a sequence of this name.' })
    }
    const now = tx.clock.now()
    await ensureSender(tx.db, {
      from_address: settings.from_address ?? sequence.from_address,
      time_zone: settings.time_zone ?? sequence.time_zone,
      now,
    })
    await updateSequenceRow(tx.db, sequence_id, { ...settings, updated_at: now })
  })
}
