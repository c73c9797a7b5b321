import * as v from 'valibot'
import { deleteDayOff, insertDayOff, saveWorkspaceZone } from '../../../db/queries/calendar.ts'
import { listSendingSequenceIds } from '../../../db/queries/sequences.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { countryCodeOf } from './country-codes.ts'
import { zone } from './settings.ts'
import { calendarDay } from './step-timing-input.ts'

export const dayOffInput = v.object({
  on: calendarDay,
  name: v.pipe(v.string(), v.trim(), v.nonEmpty('What is it?'), v.maxLength(100)),
  /** as people spell it; empty is everywhere */
  country: v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.check((text) => text === '' || countryCodeOf(text) !== null, 'There is no such country.'),
    v.transform((text) => (text === '' ? null : countryCodeOf(text))),
  ),
})

/** Nobody is written to on that day, by any sequence that leaves out holidays. */
export async function addDayOff(ctx: Ctx, input: v.InferInput<typeof dayOffInput>): Promise<void> {
  const day = parseInput(dayOffInput, input)
  if (day.on < lastToday(ctx.clock.now())) throw new ConflictError(dayIsOver, { on: dayIsOver })
  await transact(ctx, async (tx) => {
    const isNew = await insertDayOff(tx.db, { id: crypto.randomUUID(), ...day, created_at: tx.clock.now() })
    if (!isNew) throw new ConflictError('This day is off already.', { on: 'This day is off already.' })
    await replanAll(tx)
  })
}

const dayIsOver = 'This day is over.'

/** Today, where a day ends last (UTC-12): what is before it is over everywhere. */
const lastToday = (now: Date) => new Date(now.getTime() - 12 * 3_600_000).toISOString().slice(0, 10)

/** Removing one that is gone changes nothing. */
export async function removeDayOff(ctx: Ctx, input: { id: string }): Promise<void> {
  const { id } = parseInput(v.object({ id: uuid }), input)
  await transact(ctx, async (tx) => {
    if (await deleteDayOff(tx.db, id)) await replanAll(tx)
  })
}

export const workspaceZoneInput = v.object({ time_zone: zone })

/** Where neither a recipient's zone nor the sequence's is known. Mails that are planned keep theirs. */
export async function setWorkspaceZone(ctx: Ctx, input: v.InferInput<typeof workspaceZoneInput>): Promise<void> {
  const { time_zone } = parseInput(workspaceZoneInput, input)
  await transact(ctx, (tx) => saveWorkspaceZone(tx.db, time_zone, tx.clock.now()))
}

/** The claim obeys the new days at once; the jobs give the mails their new moments. */
async function replanAll(tx: TxCtx): Promise<void> {
  for (const sequence_id of await listSendingSequenceIds(tx.db))
    await stageJob(tx, 'replan-sequence', { sequence_id, reason: 'schedule_changed' }, { key: `replan:${sequence_id}` })
}
