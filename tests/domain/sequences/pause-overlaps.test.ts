import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { handOverMessages } from '../../../db/queries/messages.ts'
import { pauseSender, resumeSender } from '../../../functions/domain/senders/pause-sender.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment, resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { pauseSequence, resumeSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { enrolMany } from './bulk.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const DAY_MS = 86_400_000
const inDays = (days: number) => world.clock.advance(MONDAY.getTime() + days * DAY_MS - world.clock.now().getTime())
const address = 'rita@yardflow.test'

type Pausable = 'sender' | 'sequence' | 'person'
/** What is paused from which day until which. */
const overlaps: Partial<Record<Pausable, [number, number]>>[] = [
  { sender: [1, 11], sequence: [1, 11] },
  { sender: [1, 11], sequence: [3, 5] },
  { sender: [3, 5], sequence: [1, 11] },
  { sender: [1, 5], sequence: [3, 11] },
  { sender: [3, 11], sequence: [1, 5] },
  { sender: [1, 5], person: [3, 11] },
  { sender: [3, 11], person: [1, 5] },
  { sender: [5, 11], sequence: [3, 9], person: [1, 7] },
  { sender: [1, 7], sequence: [3, 9], person: [5, 11] },
]

test.each(overlaps)('a wait is shifted by the days that it stood, once: %j', async (pauses) => {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await drainMessages(world.ctx)
  const { id: enrollment_id } = await enrollmentOf(world, person_id)
  const ready = async () => (await messagesOf(world, person_id)).find(({ state }) => state === 'planned')?.ready_at
  const before = (await ready())?.getTime() ?? 0
  const set = {
    sender: [() => pauseSender(world.ctx, { address }), () => resumeSender(world.ctx, { address })],
    sequence: [() => pauseSequence(world.ctx, { sequence_id }), () => resumeSequence(world.ctx, { sequence_id })],
    person: [() => pauseEnrollment(world.ctx, { enrollment_id }), () => resumeEnrollment(world.ctx, { enrollment_id })],
  } as const
  const changes = Object.entries(pauses).flatMap(([what, days]) =>
    days.map((day, index) => ({ day, change: set[what as Pausable][index] })),
  )
  for (const { day, change } of changes.sort((one, other) => one.day - other.day)) {
    inDays(day)
    await change?.()
  }
  expect(((await ready())?.getTime() ?? 0) - before).toBe(10 * DAY_MS)
})

test('two who resume a sender at once shift its waits once', async () => {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await drainMessages(world.ctx)
  const ready = async () => (await messagesOf(world, person_id))[1]?.ready_at.getTime() ?? 0
  const before = await ready()
  await pauseSender(world.ctx, { address })
  inDays(10)
  await Promise.all([resumeSender(world.ctx, { address }), resumeSender(world.ctx, { address })])
  expect((await ready()) - before).toBe(10 * DAY_MS)
})

// PGlite has one connection: nobody waits for anybody there.
test.runIf(process.env.TEST_DATABASE_URL)(
  'pausing a sender beside hand-overs locks nobody out, and nothing is handed over after it',
  async () => {
    await enrolMany(world, await makeSequence(world), 1_000)
    const { db } = world.database
    for (let round = 0; round < 30; round++) {
      const claim_token = crypto.randomUUID()
      const now = world.clock.now()
      const order = sql.raw(round % 2 === 0 ? 'ctid desc' : 'id')
      const { rows } = await sql<{ id: string }>`
        update message set state = 'claimed', claim_token = ${claim_token}::uuid, claimed_at = ${now}::timestamptz,
          lease_until = ${now}::timestamptz + interval '5 minutes'
        where id in (select id from message where state = 'planned' order by ${order} limit 700) returning id`.execute(
        db,
      )
      const text = { subject: 's', body_text: 't', body_html: 'h', in_reply_to: null }
      const mails = rows.map(({ id }) => ({
        id,
        to_address: 'a@b.test',
        to_domain: 'b.test',
        from_address: address,
        ...text,
      }))
      if (round % 3 === 0) mails.reverse()
      const handing = handOverMessages(db, { claim_token, mails, now })
      await new Promise((resolve) => setTimeout(resolve, (round * 5) % 60))
      await pauseSender(world.ctx, { address })
      const handed = () => db.selectFrom('message').select('id').where('handed_at', 'is not', null).execute()
      const before = await handed()
      expect((await handing).size).toBe(before.length)
      expect(await handed()).toHaveLength(before.length)
      await db.updateTable('sender').set({ paused_at: null, pause_reason: null }).execute()
      await sql`update message set state = 'planned', handed_at = null, claim_token = null, lease_until = null`.execute(
        db,
      )
    }
  },
  120_000,
)
