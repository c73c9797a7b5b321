import * as v from 'valibot'
import { InvalidError } from '../../errors.ts'
import { isCalendarDay, isUsualYear } from '../calendar-day.ts'

const UNUSUAL_YEAR = 'Choose a year from 2000 to 2100'

const optional = (limit: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.maxLength(limit, `At most ${limit} characters`),
      v.transform((text) => (text === '' ? null : text)),
    ),
    '',
  )

const day = (missing: string) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.nonEmpty(missing),
    v.isoDate('Type the day as YYYY-MM-DD'),
    v.check(isCalendarDay, 'There is no such day'),
    v.check(isUsualYear, UNUSUAL_YEAR),
  )

/** `HH:MM` to minutes after midnight. */
const clock = (usual: string) =>
  v.pipe(
    v.optional(v.string(), usual),
    v.trim(),
    v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Type a time, like 09:00'),
    v.transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))),
  )

/** What a person types about a trade show: the form and the API read the same. */
export const eventDetailsSchema = v.pipe(
  v.object({
    name: v.pipe(
      v.optional(v.string(), ''),
      v.trim(),
      v.nonEmpty('Type the name of the event'),
      v.maxLength(120, 'At most 120 characters'),
    ),
    venue: optional(120),
    city: optional(120),
    country: optional(120),
    booth: optional(40),
    time_zone: v.pipe(
      v.optional(v.string(), ''),
      v.trim(),
      v.nonEmpty('Choose a time zone'),
      v.check((name) => isTimeZone(name), 'There is no such time zone'),
    ),
    starts_on: day('Type the first day'),
    ends_on: day('Type the last day'),
    doors_open_minute: clock('09:00'),
    // Midnight at the end of the day is 00:00 in a time field.
    doors_close_minute: v.pipe(
      clock('17:00'),
      v.transform((minute) => minute || 1440),
    ),
  }),
  v.forward(
    v.partialCheck(
      [['starts_on'], ['ends_on']],
      ({ starts_on, ends_on }) => ends_on >= starts_on,
      'The last day cannot be before the first',
    ),
    ['ends_on'],
  ),
  v.forward(
    v.partialCheck(
      [['doors_open_minute'], ['doors_close_minute']],
      ({ doors_open_minute, doors_close_minute }) => doors_close_minute > doors_open_minute,
      'The doors cannot close before they open',
    ),
    ['doors_close_minute'],
  ),
)

export type EventDetailsInput = v.InferOutput<typeof eventDetailsSchema>

/** @throws InvalidError at the day of a show in a year that no show is in, whoever asks */
export function requireUsualYears({ starts_on, ends_on }: Pick<EventDetailsInput, 'starts_on' | 'ends_on'>): void {
  const days = Object.entries({ starts_on, ends_on })
  const fields = Object.fromEntries(days.flatMap(([name, day]) => (isUsualYear(day) ? [] : [[name, UNUSUAL_YEAR]])))
  if (Object.keys(fields).length > 0) throw new InvalidError(UNUSUAL_YEAR, fields)
}

/** A name of the IANA database; fixed offsets such as "+02:00" know no summer time and are refused. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
