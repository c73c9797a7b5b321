import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrolMany } from './bulk.ts'
import { accept, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())
afterEach(() => sql`drop trigger if exists poison on message`.execute(world.database.db))

const oneMail = [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }] as const
const twoMails = [...oneMail, { ...oneMail[0], thread: 'reply', delay_amount: 1, delay_unit: 'days' }] as const

/** Makes every statement throw that brings one mail where `when` says. */
async function poison(id: string, when: string): Promise<void> {
  const { db } = world.database
  await sql`create or replace function poison() returns trigger language plpgsql as $$
    begin raise exception 'poison'; end $$`.execute(db)
  await sql`create trigger poison before update on message for each row
    when (old.id = ${sql.lit(id)}::uuid and (${sql.raw(when)})) execute function poison()`.execute(db)
}

test.each([
  ['the hand-over', 'old.handed_at is null and new.handed_at is not null', 'skipped', 4],
  ['the settling', "old.state = 'claimed' and new.state = 'sent' and new.provider_message_id <> ''", 'sent', 5],
])('one row that makes the statement of %s throw does not hold up the others', async (_what, when, state, sent) => {
  const errors: string[] = []
  world.ctx = { ...world.ctx, log: { ...world.ctx.log, error: (what) => errors.push(what) } }
  const sequence_id = await makeSequence(world, { steps: [...twoMails] })
  const ids = await enrolMany(world, sequence_id, 5)
  await poison(ids[2] ?? '', when)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent })
  const first = (await messagesOf(world)).filter(({ position }) => position === 1)
  expect(first.filter((mail) => mail.state === 'sent').length).toBe(sent)
  expect(first.find(({ id }) => id === ids[2])?.state).toBe(state)
  expect(world.sender.accepted).toHaveLength(sent)
  expect((await messagesOf(world)).filter(({ state: other }) => other === 'planned')).toHaveLength(4)
  expect(errors).toHaveLength(1)
})

test('a template that throws, and an answer that nobody can store, cost only their own mail', async () => {
  const sequence_id = await makeSequence(world, { steps: [...oneMail] })
  await enrolMany(world, sequence_id, 4)
  const odd = (mail: Parameters<ReturnType<typeof accept>>[0]) => ({
    ...accept(world.sender)(mail),
    provider_message_id: 'nul\0byte',
  })
  const error = vi.fn()
  world.ctx = { ...world.ctx, log: { ...world.ctx.log, error } }
  world.sender.script.push(odd)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 4 })
  expect((await messagesOf(world)).map(({ state }) => state)).toEqual(['sent', 'sent', 'sent', 'sent'])
  expect(error).toHaveBeenCalledTimes(1)
})
