import { Temporal } from 'temporal-polyfill'
import { readReturnDate, workingDayFrom } from './read-return-date.ts'

const MORNING_HOUR = 9

export interface ResumeMoment {
  /** the first working day on which they are back */
  resume_on: string
  /** its morning, where they are */
  resume_at: Date
}

/** When to go on after an out-of-office; undefined when it does not say until when. Always after `now`. */
export function resumeMoment(text: string, time_zone: string, now: Date): ResumeMoment | undefined {
  const here = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(time_zone)
  const back = readReturnDate(text, here.toPlainDate())
  return back === undefined ? undefined : morningOf(back, time_zone, now)
}

/** The morning of the first working day at or after a day, or of the next one when that has begun. */
export function morningOf(day: Temporal.PlainDate, time_zone: string, now: Date): ResumeMoment {
  for (let next = workingDayFrom(day); ; next = workingDayFrom(next.add({ days: 1 }))) {
    const morning = next.toZonedDateTime({ timeZone: time_zone, plainTime: { hour: MORNING_HOUR } })
    if (morning.epochMilliseconds > now.getTime())
      return { resume_on: next.toString(), resume_at: new Date(morning.epochMilliseconds) }
  }
}
