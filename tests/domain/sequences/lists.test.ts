import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import {
  listEnrolledPeople,
  listMessagesOfPerson,
  listSequences,
  listStepCounts,
  listUnconfirmed,
} from '../../../db/queries/outreach-lists.ts'
import { findSequence } from '../../../db/queries/sequences.ts'
import { previewStep } from '../../../functions/domain/email/preview-step.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { whyNotNow } from '../../../functions/domain/sequences/why-not-now.ts'
import { addPerson, makeSequence, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

test('a sequence with its counts, its people and where each stands', async () => {
  const sequence_id = await makeSequence(world)
  const people = [await addPerson(world), await addPerson(world), await addPerson(world)]
  await enrollPeople(world.ctx, { sequence_id, person_ids: people })
  world.sender.script.push(() => ({ outcome: 'unconfirmed', reason: 'No answer' }))
  await drainMessages(world.ctx)

  const { db } = world.database
  const [row] = await listSequences(db, { event_id: world.event_id })
  expect(row).toMatchObject({ enrolled: 3, active: 3, sent: 2, planned: 2, unconfirmed: 1, step_count: 3 })
  const first = await listEnrolledPeople(db, { sequence_id, limit: 2 })
  const last = first.at(-1)
  const rest = await listEnrolledPeople(db, { sequence_id, limit: 2, ...(last ? { after: last } : {}) })
  expect(new Set([...first, ...rest].map((person) => person.person_id))).toEqual(new Set(people))
  expect(await listEnrolledPeople(db, { sequence_id, limit: 9, state: 'unconfirmed' })).toHaveLength(1)
  expect((await listStepCounts(db, sequence_id)).map(({ sent }) => sent).sort()).toEqual([0, 2])
  expect(
    await listUnconfirmed(db, { event_id: world.event_id, handed_before: world.clock.now(), limit: 10 }),
  ).toMatchObject([{ sequence_name: row?.name }])
  expect(await listMessagesOfPerson(db, people[0] ?? '')).not.toHaveLength(0)
  expect(await readLedger(db, world.clock.now())).toMatchObject({
    enrolled: 3,
    messages: { sent: 2, planned: 2, unconfirmed: 1 },
    alarms: { mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 },
  })
})

test('says why nothing leaves now, and until when', async () => {
  const queue = { ...world.ctx.config, queue: { mode: 'local' } as never }
  world.ctx = { ...world.ctx, config: queue }
  const sequence_id = await makeSequence(world)
  const of = async () => {
    const sequence = await findSequence(world.database.db, sequence_id)
    return whyNotNow(world.ctx, { event_id: world.event_id, ...(sequence ? { sequence } : {}) })
  }
  expect((await of()).why).toBe('nothing_waits')
  await enrollPeople(world.ctx, { sequence_id, person_ids: [await addPerson(world), await addPerson(world)] })
  expect((await of()).why).toBe('sending')
  const down = () => ({ outcome: 'retry_later', reason: 'SendGrid answered 429.', retry_after_seconds: 90 }) as const
  world.sender.script.push(down, down)
  await drainMessages(world.ctx)
  expect(await of()).toMatchObject({ why: 'provider_down', next_at: new Date(world.clock.now().getTime() + 90_000) })
  world.clock.advance(90_000)
  await drainMessages(world.ctx)
  expect((await of()).why).toBe('later')
  world.clock.advance(12 * 3_600_000)
  expect((await of()).why).toBe('window_shut')
  await pauseSequence(world.ctx, { sequence_id })
  expect((await of()).why).toBe('paused')
  world.ctx = { ...world.ctx, config: { ...world.ctx.config, mail: { mode: 'off', missing: ['SENDGRID_API_KEY'] } } }
  expect(await of()).toMatchObject({ why: 'mail_not_configured', text: 'Mail is not configured: SENDGRID_API_KEY.' })
})

test('a step as this very person would get it, with what is missing by name', async () => {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world, { given_name: 'Ann <b>', title: null })
  const preview = await previewStep(world.ctx, {
    sequence_id,
    person_id,
    subject: 'Booth {{ event.booth }}',
    body: 'Hi {{ person.given_name }},\n\nsee https://yardflow.test/a?b=1&c=2.',
  })
  expect(preview).toMatchObject({ subject: 'Booth 4711', problems: [] })
  expect(preview.html).toContain('Ann &lt;b&gt;')
  expect(preview.html).toContain(
    '<a href="https://yardflow.test/a?b=1&amp;c=2">https://yardflow.test/a?b=1&amp;c=2</a>.',
  )
  const lacking = await previewStep(world.ctx, { sequence_id, person_id, subject: 'x', body: '{{ person.title }}' })
  expect(lacking.problems).toEqual([{ field: 'body', error: '{{ person.title }} is empty and has no default' }])
})
