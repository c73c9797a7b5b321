import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openOldDatabase } from './old-database.ts'

test('a database with sequences in it keeps their windows when several a weekday come', async () => {
  const { db, close, id, at, migrateOn } = await openOldDatabase('0002-send-engine')
  await sql`insert into sequence (id, event_id, name, owner_id, from_name, from_address, window_days, window_from_minute,
      window_to_minute, time_zone, contact_reason, created_at, updated_at)
    values (${id}, ${id}, 'S', ${id}, 'A', 'a@b.test', '{4,2,2}', 480, 1440, 'UTC', 'r', ${at}, ${at})`.execute(db)
  await sql`insert into step (id, sequence_id, version, step_key, position, kind, delay_amount, delay_unit, subject, body,
      created_at) values (${id}, ${id}, 1, ${id}, 1, 'email', 2, 'days', 's', 'b', ${at})`.execute(db)
  await sql`insert into person (id, event_id, name, name_key, created_at, updated_at)
    values (${id}, ${id}, 'P', 'p', ${at}, ${at})`.execute(db)
  const touched_at = new Date('2026-03-03T09:00:00Z')
  await sql`insert into enrollment (id, sequence_id, person_id, account_key, version, enrolled_at, updated_at)
    values (${id}, ${id}, ${id}, 'p', 1, ${at}, ${touched_at})`.execute(db)
  expect(await migrateOn()).toBeUndefined()
  expect(await db.selectFrom('enrollment').select('colleagues_seen_at').executeTakeFirst()).toEqual({
    colleagues_seen_at: touched_at,
  })
  expect(await db.selectFrom('sequence').select(['windows', 'skip_holidays']).executeTakeFirst()).toEqual({
    windows: [
      { day: 2, from_minute: 480, to_minute: 1440 },
      { day: 4, from_minute: 480, to_minute: 1440 },
    ],
    skip_holidays: true,
  })
  expect(await db.selectFrom('step').selectAll().executeTakeFirst()).toMatchObject({
    timing: 'wait',
    delay_amount: 2,
    anchor: null,
    when_late: 'send',
    condition: null,
  })
  expect(await db.selectFrom('event').selectAll().executeTakeFirst()).toMatchObject({
    doors_open_minute: 540,
    doors_close_minute: 1020,
  })
  await close()
}, 60_000)
