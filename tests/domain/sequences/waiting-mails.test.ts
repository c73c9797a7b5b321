import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findNextDue } from '../../../db/queries/message-plans.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment, resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { stopEnrollment } from '../../../functions/domain/sequences/stop-enrollment.ts'
import { enrolMany } from './bulk.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, raiseCaps, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const flags = async () => (await messagesOf(world)).map(({ state, is_waiting }) => [state, is_waiting])

async function enrolOne() {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  const { id: enrollment_id } = await enrollmentOf(world, person_id)
  return { sequence_id, enrollment_id }
}

test('mails of a paused person wait, until they go on or are stopped', async () => {
  const { enrollment_id } = await enrolOne()
  expect(await flags()).toEqual([['planned', false]])
  await pauseEnrollment(world.ctx, { enrollment_id })
  expect(await flags()).toEqual([['planned', true]])
  expect(await findNextDue(world.database.db)).toBeUndefined()
  await resumeEnrollment(world.ctx, { enrollment_id })
  expect(await flags()).toEqual([['planned', false]])
  await pauseEnrollment(world.ctx, { enrollment_id })
  await stopEnrollment(world.ctx, { enrollment_id })
  expect(await flags()).toEqual([['cancelled', false]])
})

test.each([
  ['is accepted', 'accepted', ['sent', 'planned']],
  ['is to be tried later', 'retry_later', ['planned']],
] as const)(
  'a mail that is under way when its person is paused, and %s: what is planned then waits',
  async (_what, outcome, states) => {
    const { enrollment_id } = await enrolOne()
    world.sender.script.push(async () => {
      await pauseEnrollment(world.ctx, { enrollment_id })
      return outcome === 'accepted'
        ? { outcome, provider_message_id: 'sg' }
        : { outcome, reason: 'busy', retry_after_seconds: 60 }
    })
    await drainMessages(world.ctx)
    expect((await flags()).map(([state]) => state)).toEqual(states)
    expect((await flags()).filter(([state]) => state === 'planned')).toEqual([['planned', true]])
    await resumeEnrollment(world.ctx, { enrollment_id })
    world.clock.advance(7 * 86_400_000)
    const before = world.sender.tried.length
    await drainMessages(world.ctx)
    expect(world.sender.tried.length).toBe(before + 1)
  },
)

test('what is due is found at the head of the queue, however many paused people are overdue', async () => {
  const sequence_id = await makeSequence(world)
  await raiseCaps(world)
  await enrolMany(world, sequence_id, 3_000, { due_at: () => new Date(MONDAY.getTime() - 3_600_000) })
  const { db } = world.database
  await sql`update enrollment set status = 'paused', paused_at = ${MONDAY}, pause_reason = 'by hand'`.execute(db)
  await enrolMany(world, sequence_id, 1)
  await sql`analyze message`.execute(db)
  const { rows } = await sql<{ 'QUERY PLAN': string }>`
    explain (analyze, timing off) select m.id from message m
    where m.sequence_id = ${sequence_id}::uuid and m.state = 'planned' and not m.is_waiting and m.due_at <= ${MONDAY}
    order by m.due_at, m.priority desc, m.id limit 100`.execute(db)
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('message_queue')
  expect(plan).not.toMatch(/Sort|Rows Removed/)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
})
