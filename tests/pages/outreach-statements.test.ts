import { afterAll, beforeAll, expect, test } from 'vitest'
import { paths } from '../../web/paths.ts'
import { addPerson, makeSequence, openWorld, type World } from '../domain/sequences/world.ts'
import { countStatements } from '../statements.ts'
import { openSite } from './outreach-site.ts'

/** Session and shell are two of them. */
const MOST_STATEMENTS = 4

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('a list takes at most four statements, as many for one row as for many', async () => {
  const counting = countStatements(world.database.db)
  const site = await openSite({ ...world, database: { ...world.database, db: counting.db } })
  const statementsOf = async (path: string) => {
    const before = counting.count()
    expect((await site.rep.request(path)).status).toBe(200)
    return counting.count() - before
  }
  const id = await makeSequence(world)
  const lists = [
    paths.outreach(),
    paths.sequence(id),
    paths.sequencePeople(id),
    paths.enrollPeople(id),
    paths.tasks(),
    paths.replies(),
    paths.unconfirmed(),
    paths.suppressions(),
  ]
  const empty = new Map<string, number>()
  for (const path of lists) empty.set(path, await statementsOf(path))

  const person = []
  for (let count = 0; count < 60; count++) person.push(await addPerson(world))
  await site.rep.post(paths.enrollPeople(id), { person })
  for (let count = 0; count < 5; count++) await makeSequence(world)

  for (const path of lists) {
    const statements = await statementsOf(path)
    expect([path, statements]).toEqual([path, empty.get(path)])
    expect(statements).toBeLessThanOrEqual(MOST_STATEMENTS)
  }
})
