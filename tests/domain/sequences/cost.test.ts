import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { MONDAY, makeSequence, openWorld, raiseCaps, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

/** Counts statements and, like the server, each begin and commit. */
function counting(w: World): { statements: () => number } {
  let statements = 0
  const { db } = w.ctx
  const counted = db.withPlugin({
    transformQuery({ node }) {
      statements += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const begin = counted.transaction.bind(counted)
  counted.transaction = () => {
    statements += 2
    return begin()
  }
  w.ctx = { ...w.ctx, db: counted }
  return { statements: () => statements }
}

async function addPeople(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => crypto.randomUUID())
  const { db } = world.database
  for (let start = 0; start < count; start += 500) {
    const some = ids.slice(start, start + 500)
    await db
      .insertInto('person')
      .values(
        some.map((id) => ({
          id,
          event_id: world.event_id,
          name: `Ann ${id}`,
          name_key: id,
          given_name: 'Ann',
          created_at: MONDAY,
          updated_at: MONDAY,
        })) as never,
      )
      .execute()
    await db
      .insertInto('email_address')
      .values(
        some.map((id) => ({
          id: crypto.randomUUID(),
          person_id: id,
          address: `${id}@acme.test`,
          address_key: `${id}@acme.test`,
          domain: 'acme.test',
          source: 'given' as const,
          confidence: 1,
          provenance: '{}',
          is_primary: true,
          verified_at: null,
          created_at: MONDAY,
          updated_at: MONDAY,
        })),
      )
      .execute()
  }
  return ids
}

test('enrolling thousands and sending a thousand takes few statements', async () => {
  const person_ids = await addPeople(5_000)
  const sequence_id = await makeSequence(world, { daily_cap: 100_000 })
  await raiseCaps(world)
  const enrolment = counting(world)
  const started = performance.now()
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids })).toMatchObject({ enrolled: 5_000 })
  const milliseconds = Math.round(performance.now() - started)
  console.info(`5,000 people enrolled in ${milliseconds} ms with ${enrolment.statements()} statements`)
  expect(enrolment.statements()).toBeLessThan(25)

  await world.database.db.deleteFrom('message').where('person_id', 'in', person_ids.slice(1_000)).execute()
  const drain = counting(world)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1_000 })
  console.info(`${drain.statements()} statements for 1,000 mails`)
  expect(drain.statements()).toBeLessThanOrEqual(200)
}, 60_000)
