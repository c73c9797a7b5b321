import * as v from 'valibot'
import { ensureSender } from '../../../db/queries/senders.ts'
import { findSequenceByName, updateSequenceRow } from '../../../db/queries/sequences.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { replanSequence } from './replan.ts'
import { requireLockedSequence } from './require-sequence.ts'
import { checkSettings, sequenceSettings, settingsColumns } from './settings.ts'

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
    if (settings.stop_on_click !== undefined || settings.track_clicks !== undefined)
      checkSettings({ ...sequence, ...settings })
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
    const isMoved = scheduleKeys.some(
      (key) => settings[key] !== undefined && JSON.stringify(settings[key]) !== JSON.stringify(sequence[key]),
    )
    await updateSequenceRow(tx.db, sequence_id, { ...settingsColumns(settings), updated_at: now })
    if (isMoved && sequence.status !== 'archived')
      await replanSequence(tx, { ...sequence, ...settings }, 'schedule_changed')
  })
}

const scheduleKeys = ['windows', 'skip_holidays', 'time_zone'] as const
