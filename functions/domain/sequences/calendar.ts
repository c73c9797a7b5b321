import { readCalendarRow } from '../../../db/queries/calendar.ts'
import type { Db } from '../../../db/schema.ts'
import { type DaysOff, readDaysOff } from './days-off.ts'

/** What holds for the schedules of all sequences. */
export interface Calendar {
  days_off: DaysOff
  /** where neither the recipient's zone nor the sequence's is known; null is UTC */
  workspace_time_zone: string | null
}

export async function openCalendar(db: Db): Promise<Calendar> {
  const { days_off, time_zone } = await readCalendarRow(db)
  return { days_off: readDaysOff(days_off), workspace_time_zone: time_zone }
}
