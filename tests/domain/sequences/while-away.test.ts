import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findNextDue } from '../../../db/queries/message-plans.ts'
import type { Db } from '../../../db/schema.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { accept, addPerson, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

async function enrolOne(): Promise<void> {
  const sequence_id = await makeSequence(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [await addPerson(world)] })
  world.clock.advance(60_000)
}

/** From the moment that the provider has answered, so many transactions find no database. */
function withoutDatabase(times: number, code: string): Db {
  let left = 0
  world.sender.script.push((mail) => {
    left = times
    return accept(world.sender)(mail)
  })
  return new Proxy(world.ctx.db, {
    get(db, name) {
      if (name === 'transaction' && left > 0) {
        left -= 1
        throw Object.assign(new Error('The connection is gone'), { code })
      }
      const value = Reflect.get(db, name, db)
      return typeof value === 'function' ? value.bind(db) : value
    },
  })
}

test.each(['ECONNRESET', 'CONNECTION_CLOSED', '57P01'])(
  'what the provider said is told again when the database was away for a moment (%s)',
  async (code) => {
    await enrolOne()
    expect(await drainMessages({ ...world.ctx, db: withoutDatabase(2, code) })).toMatchObject({ sent: 1 })
    expect((await messagesOf(world))[0]).toMatchObject({ state: 'sent' })
    expect(world.sender.tried.length).toBe(1)
  },
)

test('a drain that cannot tell it fails, and somebody is woken when its lease has run out', async () => {
  await enrolOne()
  await expect(drainMessages({ ...world.ctx, db: withoutDatabase(9, 'ECONNRESET') })).rejects.toThrow('gone')
  const [mail] = await messagesOf(world)
  expect(mail).toMatchObject({ state: 'claimed' })
  expect(await findNextDue(world.database.db)).toEqual(mail?.lease_until)
})
