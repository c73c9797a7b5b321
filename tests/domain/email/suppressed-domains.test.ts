import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listEnrollmentsReachedBy } from '../../../db/queries/suppressions.ts'
import { suppress } from '../../../functions/domain/email/suppress.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { addPerson, enrollmentOf, makeSequence, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

test.each([
  ['jo@acme.test', true],
  ['jo@mail.acme.test', true],
  ['jo@a.b.acme.test', true],
  ['jo@notacme.test', false],
  ['jo@acme.test.org', false],
  ['jo@acme-x.test', false],
  ['jo@acme/x.test', false],
])('a domain reaches those at it and below it: %s', async (address, is_reached) => {
  const person_id = await addPerson(world, { address })
  await enrollPeople(world.ctx, { sequence_id: await makeSequence(world), person_ids: [person_id] })
  await suppress(world.ctx, { kind: 'domain', value: 'acme.test' })
  expect((await enrollmentOf(world, person_id)).status).toBe(is_reached ? 'stopped' : 'active')
})

test('suppressing one domain does not look at every address there is', async () => {
  const { db } = world.database
  const person_id = await addPerson(world, { address: null })
  await sql`insert into email_address (id, person_id, address, address_key, domain, source, confidence, provenance, created_at,
      updated_at)
    select gen_random_uuid(), ${person_id}::uuid, 'a@d' || n || '.test', 'a@d' || n || '.test', 'd' || n || '.test', 'given',
      1, '{}', now(), now() from generate_series(1, 30000) n`.execute(db)
  await sql`analyze email_address`.execute(db)
  const fastest = async (kind: 'domain' | 'address_hash', value: string) => {
    const times: number[] = []
    for (let time = 0; time < 3; time++) {
      const started = performance.now()
      await listEnrollmentsReachedBy(db, [{ kind, value, event_id: null, reason: 'by_hand' }])
      times.push(performance.now() - started)
    }
    return Math.min(...times)
  }
  // Hashes are looked for among all of them.
  const all = await fastest('address_hash', 'f'.repeat(64))
  expect(await fastest('domain', 'd77.test')).toBeLessThan(all / 4)
})
