import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { decidePair } from '../../../db/queries/duplicates.ts'
import { findDuplicates } from '../../../functions/domain/duplicates/find-duplicates.ts'
import { mergePeople } from '../../../functions/domain/people/merge-people.ts'
import { openWorld, type World } from '../sequences/world.ts'
import { actorOf, addAccount, addNamed } from './merge-world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const search = () => findDuplicates(world.ctx, { event_id: world.event_id })
const pairs = () =>
  world.database.db
    .selectFrom('duplicate_pair')
    .selectAll()
    .where('event_id', '=', world.event_id)
    .orderBy('score', 'desc')
    .orderBy('reason')
    .execute()
const reasons = async () => (await pairs()).map(({ kind, reason }) => `${kind} ${reason}`)

test('people of one account, of one domain without an account, and of one address', async () => {
  const acme = await addAccount(world, 'Acme', { domain: 'acme.test' })
  const beta = await addAccount(world, 'Beta')
  await addNamed(world, 'Robert Smith', { account_id: acme, address: null })
  await addNamed(world, 'Bob Smith', { account_id: acme, address: null })
  // Another company's Bob Smith is somebody else.
  await addNamed(world, 'Bob Smith', { account_id: beta, address: null })
  // Of no account, but at the domain of one; and at a domain of nobody; and at a public one.
  await addNamed(world, 'R. Smith', { address: 'r@acme.test' })
  await addNamed(world, 'Joseph Walker', { address: 'jo@nobody.test' })
  await addNamed(world, 'Joe Walker', { address: 'walker@nobody.test' })
  await addNamed(world, 'Maxim Free', { address: 'max@gmail.com' })
  await addNamed(world, 'Max Free', { address: 'free@gmail.com' })
  await addNamed(world, 'Ann Moved', { account_id: acme, address: 'ann@old.test' })
  await addNamed(world, 'Anne Moved', { account_id: beta, address: 'ANN@old.test' })
  expect(await search()).toEqual({ found: 4, is_done: true })
  expect(await reasons()).toEqual(['person same_address', 'person nickname', 'person nickname', 'person initial'])
})

test('accounts whose names meet, are contained, mistyped, or at whose domain the other one’s people are', async () => {
  const given: [string, string | null][] = [
    ['Same Company', 'same.test'],
    ['Same Company Inc.', null],
    ['Contained', 'contained.test'],
    ['Contained Logistics', 'contained.example'],
    ['Mistyped Warehouses', null],
    ['Mistiped Warehouses', null],
    ['Xanother Start', null],
    ['Another Start', null],
    ['Home Base', 'homebase.test'],
    ['Site 12 Partners', null],
    ['Site 13 Partners', null],
    ['Delta Air Lines', 'delta.test'],
    ['Delta Faucets', 'delta.example'],
  ]
  for (const [name, domain] of given) await addAccount(world, name, { domain })
  const elsewhere = await addAccount(world, 'Quite Different')
  await addNamed(world, 'Ann One', { account_id: elsewhere, address: 'ann@homebase.test' })
  await search()
  expect(await reasons()).toEqual([
    'account contained',
    'account same_name',
    'account people_domain',
    'account typo',
    'account typo',
  ])
})

test('searching twice finds the same; what was decided is remembered; what no longer agrees goes', async () => {
  const acme = await addAccount(world, 'Acme')
  const bob = await addNamed(world, 'Bob Smith', { account_id: acme, address: null })
  await addNamed(world, 'Robert Smith', { account_id: acme, address: null })
  await addNamed(world, 'J. Walker', { account_id: acme, address: null })
  await addNamed(world, 'Jo Walker', { account_id: acme, address: null })
  expect((await search()).found).toBe(2)
  const [nickname] = await pairs()
  const to = { id: nickname?.id ?? '', state: 'not_same', by: world.owner_id, now: world.clock.now() } as const
  expect(await decidePair(world.database.db, to)).toBe(true)
  expect(await decidePair(world.database.db, to)).toBe(false)
  world.clock.advance(1000)
  expect((await search()).found).toBe(0)
  expect((await pairs()).map(({ state }) => state)).toEqual(['not_same', 'open'])
  await world.database.db.updateTable('person').set({ name: 'Zoe Other' }).where('name', '=', 'Jo Walker').execute()
  world.clock.advance(1000)
  await search()
  expect((await pairs()).map(({ reason, state }) => [reason, state])).toEqual([['nickname', 'not_same']])
  await world.database.db.deleteFrom('person').where('id', '=', bob).execute()
  expect(await pairs()).toEqual([])
})

test('a merge takes the pair off the queue, and what was said of the lost one is said of the survivor', async () => {
  const acme = await addAccount(world, 'Acme')
  const [robert, bob, initial] = [
    await addNamed(world, 'Robert Smith', { account_id: acme, address: null }),
    await addNamed(world, 'Bob Smith', { account_id: acme, address: null }),
    await addNamed(world, 'B. Smith', { account_id: acme, address: null }),
  ]
  await search()
  const before = await pairs()
  const other = before.find(({ reason }) => reason === 'initial')
  await decidePair(world.database.db, { id: other?.id ?? '', state: 'not_same', by: null, now: world.clock.now() })
  await mergePeople(actorOf(world), { event_id: world.event_id, survivor_id: robert, lost_id: bob })
  const after = await pairs()
  expect(after.map(({ state }) => state).sort()).toEqual(['merged', 'not_same'])
  const carried = after.find(({ state }) => state === 'not_same')
  expect([carried?.first_id, carried?.second_id].sort()).toEqual([robert, initial].sort())
})

test('a thousand people of one family name at one company are compared in no time', async () => {
  const acme = await addAccount(world, 'Acme')
  const rows = Array.from({ length: 1200 }, (_, n) => ({
    id: crypto.randomUUID(),
    event_id: world.event_id,
    account_id: acme,
    name: `${String.fromCharCode(65 + (n % 26))}${['anna', 'orik', 'ulin'][n % 3]}${String.fromCharCode(97 + (n % 25))}x Kim`,
    name_key: `kim ${n}`,
    created_at: world.clock.now(),
    updated_at: world.clock.now(),
  }))
  await world.database.db.insertInto('person').values(rows).execute()
  const began = performance.now()
  await search()
  expect(performance.now() - began).toBeLessThan(20_000)
})
