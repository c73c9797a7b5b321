import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { recordEmailEvents } from '../../../functions/domain/email/record-email-events.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())
afterEach(() => sql`drop trigger if exists poison on message`.execute(world.database.db))

/** Makes every plan of a next mail throw for one enrollment. */
async function poison(enrollment_id: string): Promise<void> {
  const { db } = world.database
  await sql`create or replace function poison() returns trigger language plpgsql as $$
    begin raise exception 'poison'; end $$`.execute(db)
  await sql`create trigger poison before insert on message for each row
    when (new.enrollment_id = ${sql.lit(enrollment_id)}::uuid) execute function poison()`.execute(db)
}

test('a mail whose next step cannot be planned never costs the other events of its batch', async () => {
  const error = vi.fn()
  world.ctx = { ...world.ctx, log: { ...world.ctx.log, error } }
  const sequence_id = await makeSequence(world)
  const [odd, lost, out] = [await addPerson(world), await addPerson(world), await addPerson(world)]
  const lose = () => ({ outcome: 'unconfirmed', reason: 'lost' }) as const
  world.sender.script.push(lose, lose)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [odd, lost] })
  world.clock.advance(1_200_000)
  await drainMessages(world.ctx)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [out] })
  world.clock.advance(1_200_000)
  await drainMessages(world.ctx)
  await poison((await enrollmentOf(world, odd)).id)
  const eventOf = async (person_id: string, event: string) => {
    const [message] = await messagesOf(world, person_id)
    return { event, email: 'x@y.test', timestamp: MONDAY.getTime() / 1000 + 3_000, message_id: message?.id }
  }
  const batch = [await eventOf(odd, 'delivered'), await eventOf(lost, 'delivered'), await eventOf(out, 'unsubscribe')]
  expect(await recordEmailEvents(world.ctx, batch)).toEqual({ recorded: 3, repeated: 0, bad: 0 })
  expect(await enrollmentOf(world, out)).toMatchObject({ status: 'stopped', stop_reason: 'unsubscribed' })
  expect(await world.database.db.selectFrom('suppression').select('reason').execute()).toEqual([
    { reason: 'unsubscribed' },
  ])
  const states = async (person_id: string) => (await messagesOf(world, person_id)).map(({ state }) => state)
  // The news itself is kept for the odd one too: only its next step waits for the sweep.
  expect(await states(odd)).toEqual(['sent'])
  expect(await states(lost)).toEqual(['sent', 'planned'])
  expect(error).toHaveBeenCalledTimes(1)
})
