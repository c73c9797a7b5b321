import * as v from 'valibot'
import { findSender, saveWorkspaceCaps, updateSenderRow } from '../../../db/queries/senders.ts'
import type { Ctx } from '../../context.ts'
import { ForbiddenError, NotFoundError } from '../../errors.ts'
import { parseInput } from '../parse-input.ts'
import { zone } from '../sequences/settings.ts'
import { calendarDay } from '../sequences/step-timing-input.ts'
import { findOverbooked, type Overbooked } from './overbooked.ts'

const whole = (least: number, most: number) =>
  v.pipe(
    v.number(),
    v.integer('Enter a whole number.'),
    v.minValue(least, `At least ${least}.`),
    v.maxValue(most, `At most ${most.toLocaleString('en')}.`),
  )
const cap = whole(1, 100_000)

export const senderSettings = v.object({
  time_zone: zone,
  daily_cap: cap,
  weekly_cap: cap,
  new_people_cap: cap,
  gap_minutes: whole(0, 240),
  jitter_minutes: whole(0, 60),
  /** null: no ramp */
  ramp_started_on: v.nullable(calendarDay),
  ramp_first: cap,
  ramp_step: whole(0, 100_000),
})
export type SenderSettings = v.InferInput<typeof senderSettings>

/** null: no cap. */
export const workspaceCaps = v.object({ account_daily_cap: v.nullable(cap), domain_daily_cap: v.nullable(cap) })

/**
 * What a sender may send; from the next claim on. What is planned already moves when it is due.
 *
 * @returns the first day whose planned mails do not fit any more
 */
export async function updateSender(
  ctx: Ctx,
  input: { address: string } & SenderSettings,
): Promise<{ overbooked: Overbooked | null }> {
  requireAdmin(ctx)
  const settings = parseInput(senderSettings, input)
  if ((await findSender(ctx.db, input.address)) === undefined) throw new NotFoundError('sender')
  await updateSenderRow(ctx.db, input.address, { ...settings, updated_at: ctx.clock.now() })
  const overbooked = await findOverbooked(ctx, [{ address: input.address, ...settings }])
  return { overbooked: overbooked.get(input.address) ?? null }
}

/** What one account and one domain get in a day, over all senders, sequences and reps. */
export async function setWorkspaceCaps(ctx: Ctx, input: v.InferInput<typeof workspaceCaps>): Promise<void> {
  requireAdmin(ctx)
  await saveWorkspaceCaps(ctx.db, parseInput(workspaceCaps, input), ctx.clock.now())
}

function requireAdmin(ctx: Ctx): void {
  if (ctx.actor !== null && ctx.actor.role !== 'ADMIN') throw new ForbiddenError('Only an admin may change caps.')
}
