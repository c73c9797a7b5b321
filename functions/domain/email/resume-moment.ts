import { DAY, dateOf, dayOf, dayText, instantOf, localOf } from '../sequences/local-time.ts'
import { readReturnDate, workingDayFrom } from './read-return-date.ts'

const MORNING_MINUTE = 9 * 60

export interface ResumeMoment {
  /** the first working day on which they are back */
  resume_on: string
  /** its morning, where they are */
  resume_at: Date
}

/** When to go on after an out-of-office; undefined when it does not say until when. Always after `now`. */
export function resumeMoment(text: string, time_zone: string, now: Date): ResumeMoment | undefined {
  const back = readReturnDate(text, todayIn(time_zone, now))
  return back === undefined ? undefined : morningOf(back, time_zone, now)
}

/** Days since 1970 where it is day for somebody. */
export function todayIn(time_zone: string, now: Date): number {
  return dayOf(localOf(Math.floor(now.getTime() / 60_000), time_zone))
}

/** The morning of the first working day at or after a day, or of the next one when that has begun. */
export function morningOf(day: number, time_zone: string, now: Date): ResumeMoment {
  for (let next = workingDayFrom(day); ; next = workingDayFrom(next + 1)) {
    const resume_at = dateOf(instantOf(next * DAY + MORNING_MINUTE, time_zone))
    if (resume_at > now) return { resume_on: dayText(next), resume_at }
  }
}
