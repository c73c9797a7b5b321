import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

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

export async function listDaysOff(db: Db): Promise<Row<'day_off'>[]> {
  return db.selectFrom('day_off').selectAll().orderBy('on').orderBy('country').execute()
}

/** @returns false when the day is off already */
export async function insertDayOff(db: Db, day: Row<'day_off'>): Promise<boolean> {
  const added = await db
    .insertInto('day_off')
    .values(day)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

export async function deleteDayOff(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('day_off').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

export async function saveWorkspaceZone(db: Db, time_zone: string, now: Date): Promise<void> {
  await sql`
    insert into setting (key, value, updated_at)
    values ('workspace', jsonb_build_object('time_zone', ${time_zone}::text), ${now}::timestamptz)
    on conflict (key) do update set value = setting.value || excluded.value, updated_at = excluded.updated_at`.execute(
    db,
  )
}
