import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { undoMerge } from '../../../functions/domain/duplicates/undo-merge.ts'
import { mergePeople } from '../../../functions/domain/people/merge-people.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { addPerson, makeSequence, openWorld, raiseCaps, type World } from '../sequences/world.ts'
import { actorOf } from './merge-world.ts'

const DAY_MS = 24 * 3_600_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

test('merges while drains claim and send: nobody gets a step twice, and whoever answered gets nothing', async () => {
  const sequence_id = await makeSequence(world)
  await raiseCaps(world)
  const pairs: [string, string][] = []
  for (let n = 0; n < 12; n++)
    pairs.push([
      await addPerson(world, { address: `a${n}@one${n}.test` }),
      await addPerson(world, { address: `b${n}@two${n}.test` }),
    ])
  const ids = pairs.flat()
  // The first of each is a step ahead.
  await enrollPeople(world.ctx, { sequence_id, person_ids: pairs.map(([ahead]) => ahead) })
  await drainMessages(world.ctx)
  await enrollPeople(world.ctx, { sequence_id, person_ids: pairs.map(([, behind]) => behind) })
  const sentBefore = world.sender.accepted.length
  expect(sentBefore).toBe(12)
  // Half of the ones that go have answered elsewhere.
  await sql`update person set replied_at = ${world.clock.now()}
    where id in (${sql.join(pairs.filter((_, n) => n % 2 === 0).map(([, behind]) => behind))})`.execute(
    world.database.db,
  )
  const merge = ([survivor_id, lost_id]: [string, string]) =>
    mergePeople(actorOf(world), { event_id: world.event_id, survivor_id, lost_id })
  await Promise.all([
    drainMessages(world.ctx),
    ...pairs.slice(0, 6).map(merge),
    drainMessages(world.ctx),
    ...pairs.slice(6).map(merge),
    // Twice, as an impatient finger does.
    ...pairs.slice(0, 3).map(merge),
  ])
  const merged = await world.database.db
    .selectFrom('merge')
    .select('id')
    .where('event_id', '=', world.event_id)
    .execute()
  expect(merged).toHaveLength(12)
  for (let day = 0; day < 15; day++) {
    world.clock.advance(DAY_MS)
    await drainMessages(world.ctx)
  }
  const { rows } = await sql<{ person_id: string; step: number; n: number; replied: boolean }>`
    select m.person_id, m.position as step, count(*)::integer as n, p.replied_at is not null as replied
    from message m join person p on p.id = m.person_id where m.state = 'sent' group by 1, 2, 4`.execute(
    world.database.db,
  )
  // The first step of both may have left before they were one.
  expect(rows.filter(({ step, n }) => step > 1 && n > 1)).toEqual([])
  expect(rows.filter(({ step, replied }) => replied && step > 1)).toEqual([])
  expect(rows.filter(({ step, replied }) => !replied && step === 3)).toHaveLength(6)
  expect(new Set(rows.map(({ person_id }) => person_id)).size).toBe(12)
  expect(ids).toHaveLength(24)
})

test('two who undo a merge at once undo it once', async () => {
  const [survivor_id, lost_id] = [await addPerson(world), await addPerson(world)]
  const { merge_id } = await mergePeople(actorOf(world), { event_id: world.event_id, survivor_id, lost_id })
  const undo = () => undoMerge(actorOf(world), { event_id: world.event_id, id: merge_id })
  await Promise.all([undo(), undo(), undo()])
  const told = await world.database.db
    .selectFrom('activity')
    .select('person_id')
    .where('kind', '=', 'person.unmerged')
    .where('event_id', '=', world.event_id)
    .execute()
  expect(told.map(({ person_id }) => person_id).sort()).toEqual([survivor_id, lost_id].sort())
})

test('two who merge each into the other are left with one', async () => {
  const [a, b] = [await addPerson(world), await addPerson(world)]
  const of = { event_id: world.event_id }
  const both = await Promise.allSettled([
    mergePeople(actorOf(world), { ...of, survivor_id: a, lost_id: b }),
    mergePeople(actorOf(world), { ...of, survivor_id: b, lost_id: a }),
  ])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const left = await world.database.db.selectFrom('person').select('id').where('id', 'in', [a, b]).execute()
  expect(left).toHaveLength(1)
})
