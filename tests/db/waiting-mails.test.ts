import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, test } from 'vitest'
import { migrations } from '../../db/migrations/index.ts'
import { openPglite } from '../../db/open-pglite.ts'

test('in a database with paused people in it their mails wait from the first day', async () => {
  const { db, close } = await openPglite()
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  await migrator.migrateTo('0006-versions')
  const id = crypto.randomUUID()
  const at = new Date('2026-03-02T15:00:00Z')
  await sql`insert into "user" (id, email, name, role, time_zone, created_at)
    values (${id}, 'a@b.test', 'A', 'ADMIN', 'UTC', ${at})`.execute(db)
  await sql`insert into event (id, name, time_zone, starts_on, ends_on, created_at, updated_at)
    values (${id}, 'Show', 'UTC', '2026-04-01', '2026-04-03', ${at}, ${at})`.execute(db)
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
  const { error } = await migrator.migrateToLatest()
  expect(error).toBeUndefined()
  const { rows } =
    await sql`select e.status, m.state, m.is_waiting from message m join enrollment e on e.id = m.enrollment_id
    order by 1, 2`.execute(db)
  expect(rows).toEqual(states.map(([status, state, is_waiting]) => ({ status, state, is_waiting })))
  await close()
}, 60_000)
