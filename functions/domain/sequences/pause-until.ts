import * as v from 'valibot'
import { setEnrollmentsPaused, setResumption } from '../../../db/queries/enrollments.ts'
import { findZoneOfEnrollment } from '../../../db/queries/replies.ts'
import type { Ctx } from '../../context.ts'
import { InvalidError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { morningOf, todayIn } from '../email/resume-moment.ts'
import { dayNumber, dayText } from './local-time.ts'
import { requireEnrollment } from './require-enrollment.ts'

export const pauseUntilSchema = v.object({
  resume_on: v.pipe(v.optional(v.string(), ''), v.isoDate('Choose a day.')),
})

/**
 * Holds one person until the morning of a day, where they are, or of the first working day after it. Also changes the day of
 * whoever is paused already.
 *
 * @throws InvalidError at the field `resume_on` for a day that is not ahead, or more than a year
 */
export async function pauseUntil(
  ctx: Ctx,
  { enrollment_id, resume_on }: { enrollment_id: string; resume_on: string },
): Promise<{ resume_at: Date }> {
  const { sequence } = await requireEnrollment(ctx, enrollment_id)
  const now = ctx.clock.now()
  const time_zone = (await findZoneOfEnrollment(ctx.db, enrollment_id)) ?? sequence.time_zone
  const day = dayNumber(resume_on)
  const ahead = day - todayIn(time_zone, now)
  // 31 February is an ISO date by its form, and a day in March.
  if (!(ahead >= 1 && ahead <= 366) || dayText(day) !== resume_on)
    throw new InvalidError('Choose a day from tomorrow on.', { resume_on: 'Choose a day from tomorrow on.' })
  const { resume_at } = morningOf(day, time_zone, now)
  const reason = `by ${ctx.actor?.name ?? 'the system'}`
  // Who chooses a day has seen what colleagues answered until now; a later answer holds for good.
  const change = { ids: [enrollment_id], reason, resume_at, colleagues_seen: true, now }
  await transact(ctx, async (tx) => {
    await setEnrollmentsPaused(tx.db, { ...change, paused: true })
    await setResumption(tx.db, { ...change, reason_like: '%' })
  })
  return { resume_at }
}
