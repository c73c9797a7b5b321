import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** What holds for the schedules of all sequences: the workspace's own days off, and its zone when one is set. */
export interface CalendarRow {
  days_off: { country: string | null; on: string }[]
  time_zone: string | null
}

export async function readCalendarRow(db: Db): Promise<CalendarRow> {
  const { rows } = await sql<CalendarRow>`
    select coalesce((select json_agg(json_build_object('country', country, 'on', "on")) from day_off), '[]') as days_off,
      (select value ->> 'time_zone' from setting where key = 'workspace') as time_zone`.execute(db)
  return rows[0] ?? { days_off: [], time_zone: null }
}
