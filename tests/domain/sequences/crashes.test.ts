import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import { recordEmailEvents } from '../../../functions/domain/email/record-email-events.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { addPerson, makeSequence, messagesOf, openWorld, threeSteps, type World } from './world.ts'

const DAY = 86_400_000
const PEOPLE = 2
const STEPS = 2
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

/** Dies at the nth statement: before it reaches the database, or after it had its effect and before anybody knows. */
function dyingAt(nth: number, when: 'before' | 'after', died: () => void): KyselyPlugin {
  let count = 0
  const die = () => {
    died()
    throw new Error('killed')
  }
  return {
    transformQuery({ node }) {
      count += 1
      if (when === 'before' && count === nth) die()
      return node
    },
    async transformResult({ result }) {
      if (when === 'after' && count === nth) die()
      return result
    },
  }
}

/** Drains with a process that dies once, then recovers, and lets the provider's events arrive. */
async function liveThrough(nth: number, when: 'before' | 'after'): Promise<boolean> {
  const alive = world.ctx
  let hasDied = false
  const mortal = {
    ...alive,
    db: alive.db.withPlugin(
      dyingAt(nth, when, () => {
        hasDied = true
      }),
    ),
  }
  for (let round = 0; round <= STEPS; round++) {
    await drainMessages(hasDied ? alive : mortal).catch((error: Error) => {
      if (error.message !== 'killed') throw error
    })
    world.clock.advance(6 * 60_000)
    await sweepMessages(alive)
    await recordEmailEvents(
      alive,
      world.sender.accepted.map((mail) => ({
        event: 'processed',
        message_id: mail.message_id,
        email: mail.to.address,
        timestamp: Math.floor(world.clock.now().getTime() / 1000),
      })),
    )
    await drainMessages(alive)
    world.clock.advance(2 * DAY)
  }
  return hasDied
}

test.each(['before', 'after'] as const)(
  'killed %s any statement of a drain: nobody twice, nothing lost',
  async (when) => {
    for (let nth = 1; ; nth++) {
      await world.reset()
      const sequence_id = await makeSequence(world, { steps: threeSteps.slice(0, STEPS) })
      const person_ids: string[] = []
      for (let n = 0; n < PEOPLE; n++) person_ids.push(await addPerson(world))
      await enrollPeople(world.ctx, { sequence_id, person_ids })
      const hasDied = await liveThrough(nth, when)

      const accepted = world.sender.accepted.map((mail) => mail.message_id)
      expect(new Set(accepted).size, `killed ${when} statement ${nth}: a mail left twice`).toBe(accepted.length)
      const mails = await messagesOf(world)
      // Handed over, and dead before the call: nobody can know that it did not leave, so a person is asked.
      const unconfirmed = mails.filter(({ state }) => state === 'unconfirmed')
      expect(unconfirmed.every(({ id }) => !accepted.includes(id))).toBe(true)
      const waiting = unconfirmed.filter(({ position }) => position === 1).length
      expect(accepted.length, `killed ${when} statement ${nth}`).toBe(PEOPLE * STEPS - unconfirmed.length - waiting)
      const ledger = await readLedger(world.database.db, world.clock.now())
      expect(ledger.alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
      expect(ledger.enrollments).toMatchObject({ finished: PEOPLE - unconfirmed.length })
      if (!hasDied) {
        expect(nth).toBeGreaterThan(10)
        return
      }
    }
  },
  240_000,
)
