import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { saveWorkspaceCaps } from '../../../db/queries/senders.ts'
import { claimDue, nothingCounted } from '../../../functions/domain/sequences/claim-due.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { enrolMany } from './bulk.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, raiseCaps, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

/** Two people in one sequence, who come to share a mailbox before anything has left. */
async function oneMailbox(before?: () => Promise<void>): Promise<[string, string]> {
  const sequence_id = await makeSequence(world)
  const people: [string, string] = [
    await addPerson(world, { address: 'Info@acme.test' }),
    await addPerson(world, { address: 'ann@acme.test' }),
  ]
  await enrollPeople(world.ctx, { sequence_id, person_ids: people })
  await before?.()
  await world.database.db
    .updateTable('email_address')
    .set({ address: 'info@acme.test', address_key: 'info@acme.test' })
    .where('person_id', '=', people[1])
    .execute()
  return people
}

const claim = () => {
  const now = world.clock.now()
  const lease_until = new Date(now.getTime() + 6_000)
  return world.ctx.db
    .transaction()
    .execute((tx) =>
      claimDue(tx, nothingCounted(), { claim_token: crypto.randomUUID(), now, lease_until, limit: 100, days_off: [] }),
    )
}

test('two people whose address becomes the same before one claim get the step once', async () => {
  const people = await oneMailbox()
  await drainMessages(world.ctx)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.map(({ to }) => to.address.toLowerCase())).toEqual(['info@acme.test'])
  const reasons = await Promise.all(people.map(async (id) => (await enrollmentOf(world, id)).stop_reason))
  expect(reasons.filter((reason) => reason === 'same_address')).toHaveLength(1)
})

test('a mail in the hands of another drain counts before it is handed over', async () => {
  let claimed = 0
  const [first, second] = await oneMailbox(async () => {
    // The other one is not due yet.
    const { db } = world.database
    await db
      .updateTable('message')
      .set({ due_at: new Date(MONDAY.getTime() + 60_000) })
      .where('person_id', 'in', (people) =>
        people.selectFrom('email_address').select('person_id').where('address_key', '=', 'ann@acme.test'),
      )
      .execute()
    claimed = (await claim()).mails.length
  })
  expect(claimed).toBe(1)
  world.clock.advance(60_000)
  await world.database.db
    .updateTable('message')
    .set({ lease_until: new Date(MONDAY.getTime() + 600_000) })
    .where('state', '=', 'claimed')
    .execute()
  await drainMessages(world.ctx)
  expect(world.sender.accepted).toEqual([])
  expect((await messagesOf(world, first))[0]?.state).toBe('claimed')
  expect(await enrollmentOf(world, second)).toMatchObject({ status: 'stopped', stop_reason: 'same_address' })
})

test.each(['sender', 'workspace'] as const)(
  'a cap of the %s that is lowered while a drain runs holds for its next claim',
  async (whose) => {
    const sequence_id = await makeSequence(world, { daily_cap: 100_000 })
    await raiseCaps(world)
    await enrolMany(world, sequence_id, 600, { domain: () => 'acme.test', account_key: () => 'acme.test' })
    const { db } = world.database
    let tried = 0
    const { send } = world.sender
    world.sender.send = async (mail) => {
      tried += 1
      if (tried === 10 && whose === 'sender') await db.updateTable('sender').set({ daily_cap: 20 }).execute()
      if (tried === 10 && whose === 'workspace')
        await saveWorkspaceCaps(db, { account_daily_cap: null, domain_daily_cap: 20 }, MONDAY)
      return send(mail)
    }
    await drainMessages(world.ctx)
    // What was in its hands already, and the batch it was claiming beside that.
    expect(world.sender.accepted.length).toBeLessThanOrEqual(200)
  },
)

test('however many are held because a colleague answered, it takes few statements, and each hears of whom', async () => {
  const { db } = world.database
  const company = { account_key: (n: number) => `company${n}.test` }
  await enrolMany(world, await makeSequence(world, { name: 'Answered' }), 30, company)
  const sequence_id = await makeSequence(world, { name: 'Held' })
  await sql`update enrollment set status = 'stopped', stop_reason = 'replied', stopped_at = ${MONDAY},
    replied_at = ${MONDAY}::timestamptz + interval '1 minute'`.execute(db)
  await sql`update message set state = 'cancelled', reason = 'replied', settled_at = ${MONDAY}`.execute(db)
  await sql`update person set name = 'Jo ' || split_part(name, ' ', 2) where id in (select person_id from enrollment)`.execute(
    db,
  )
  await enrolMany(world, sequence_id, 30, company)
  world.clock.advance(120_000)
  let statements = 0
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      statements += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  expect(await drainMessages({ ...world.ctx, db: counted })).toMatchObject({ sent: 0, stopped: 30 })
  expect(statements).toBeLessThan(40)
  const { rows } = await sql<{ n: number }>`
    select count(*)::integer as n from enrollment e join person p on p.id = e.person_id
    where e.sequence_id = ${sequence_id}::uuid and e.status = 'paused'
      and e.pause_reason = 'colleague_replied: Jo ' || split_part(p.name, ' ', 2)`.execute(db)
  expect(rows[0]?.n).toBe(30)
})
