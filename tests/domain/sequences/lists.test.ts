import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findDashboardFigures } from '../../../db/queries/dashboard.ts'
import { listUnconfirmed } from '../../../db/queries/outreach-inbox.ts'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import { findSequencePage, listSequenceFigures } from '../../../db/queries/sequence-figures.ts'
import { listSequencePeople } from '../../../db/queries/sequence-people.ts'
import { listStepFigures } from '../../../db/queries/step-figures.ts'
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
  const of = { event_id: world.event_id, archived: false, cursor: null, limit: 10 }
  const { rows } = await listSequenceFigures(db, of)
  expect(rows).toMatchObject([{ enrolled: 3, active: 3, sent: 2, planned: 2, unconfirmed: 1, steps: 3 }])
  expect(await findSequencePage(db, { event_id: world.event_id, id: sequence_id })).toMatchObject({ sent: 2 })
  const list = { sequence_id, status: null, limit: 2 }
  const first = await listSequencePeople(db, { ...list, cursor: null })
  const last = await listSequencePeople(db, { ...list, cursor: first.next })
  const listed = [...first.rows, ...last.rows]
  expect(new Set(listed.map((person) => person.person_id))).toEqual(new Set(people))
  expect(listed.filter(({ state }) => state === 'unconfirmed')).toHaveLength(1)
  expect((await listStepFigures(db, { sequence_id, version: 1 })).map(({ sent }) => sent)).toEqual([2, 0, 0])
  const handed_before = world.clock.now()
  expect(
    (await listUnconfirmed(db, { event_id: world.event_id, handed_before, cursor: null, limit: 10 })).rows,
  ).toMatchObject([{ sequence_name: rows[0]?.name }])
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
  const { db } = world.database
  const of = async () => {
    const sequence = await findSequencePage(db, { event_id: world.event_id, id: sequence_id })
    if (sequence === undefined) throw new Error('The sequence is gone')
    const { now } = world.clock
    const day = { from: now(), to: new Date(now().getTime() + 24 * 3_600_000) }
    const figures = await findDashboardFigures(db, world.event_id, day)
    // The dashboard finds the same mail; only while the sequence is paused it looks past it.
    if (sequence.status === 'active') expect(figures?.next).toEqual(sequence.next)
    else expect(figures).toMatchObject({ next: null, has_planned: true, pause_reason: sequence.pause_reason })
    return whyNotNow(sequence, world.ctx.config, now())
  }
  expect(await of()).toEqual({ why: 'nobody' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [await addPerson(world), await addPerson(world)] })
  expect(await of()).toEqual({ why: 'sending' })
  const down = () => ({ outcome: 'retry_later', reason: 'SendGrid answered 429.', retry_after_seconds: 90 }) as const
  world.sender.script.push(down, down)
  await drainMessages(world.ctx)
  expect(await of()).toMatchObject({ why: 'provider_down', next_at: new Date(world.clock.now().getTime() + 90_000) })
  world.clock.advance(90_000)
  await drainMessages(world.ctx)
  expect(world.sender.accepted).toHaveLength(2)
  expect(await of()).toMatchObject({ why: 'later' })
  world.clock.advance(12 * 3_600_000)
  expect(await of()).toMatchObject({ why: 'window_shut' })
  await pauseSequence(world.ctx, { sequence_id, reason: 'A typo' })
  expect(await of()).toEqual({ why: 'paused', reason: 'A typo' })
  world.ctx = { ...world.ctx, config: { ...world.ctx.config, mail: { mode: 'off', missing: ['SENDGRID_API_KEY'] } } }
  expect(await of()).toEqual({ why: 'mail_off', missing: ['SENDGRID_API_KEY'] })
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
