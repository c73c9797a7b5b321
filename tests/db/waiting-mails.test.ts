import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openOldDatabase } from './old-database.ts'

test('in a database with paused people in it their mails wait from the first day', async () => {
  const { db, close, id, at, migrateOn } = await openOldDatabase('0006-versions')
  await sql`insert into sequence (id, event_id, name, owner_id, from_name, from_address, time_zone, contact_reason,
      created_at, updated_at) values (${id}, ${id}, 'S', ${id}, 'A', 'a@b.test', 'UTC', 'r', ${at}, ${at})`.execute(db)
  const states = [
    ['active', 'planned', false],
    ['paused', 'planned', true],
    ['paused', 'sent', false],
  ] as const
  for (const [status, state] of states) {
    const one = crypto.randomUUID()
    await sql`insert into person (id, event_id, name, name_key, created_at, updated_at)
      values (${one}, ${id}, 'P', ${one}, ${at}, ${at})`.execute(db)
    await sql`insert into enrollment (id, sequence_id, person_id, account_key, version, status, paused_at, enrolled_at,
        updated_at)
      values (${one}, ${id}, ${one}, 'a', 1, ${status}, case when ${status}::text = 'paused' then ${at}::timestamptz end,
        ${at}, ${at})`.execute(db)
    const left = state === 'sent' ? at : null
    await sql`insert into message (id, enrollment_id, step_key, sequence_id, person_id, event_id, position, version, state,
        due_at, ready_at, account_key, is_first, time_zone, message_id_header, created_at, handed_at, sent_at, settled_at,
        to_address, to_domain, from_address, subject, body_text, body_html)
      values (${one}, ${one}, ${id}, ${id}, ${one}, ${id}, 1, 1, ${state}, ${at}, ${at}, 'a', true, 'UTC', ${one}, ${at},
        ${left}, ${left}, ${left}, 'p@b.test', 'b.test', 'a@b.test', 's', 't', 'h')`.execute(db)
  }
  expect(await migrateOn()).toBeUndefined()
  const { rows } =
    await sql`select e.status, m.state, m.is_waiting from message m join enrollment e on e.id = m.enrollment_id
    order by 1, 2`.execute(db)
  expect(rows).toEqual(states.map(([status, state, is_waiting]) => ({ status, state, is_waiting })))
  await close()
}, 60_000)
