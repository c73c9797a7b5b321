import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createEvent } from '../../../functions/domain/events/create-event.ts'
import { eventDetailsSchema } from '../../../functions/domain/events/event-details.ts'
import { updateEvent } from '../../../functions/domain/events/update-event.ts'
import { parseInput } from '../../../functions/domain/parse-input.ts'
import type { CreateSequenceInput } from '../../../functions/domain/sequences/create-sequence.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { simulateEnrollment } from '../../../functions/domain/simulation/simulate-enrollment.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

type Step = NonNullable<CreateSequenceInput['steps']>[number]
const mail: Step = { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }

/** As rows were written before years had limits. */
const setShow = (starts_on: string, ends_on: string) =>
  world.database.db.updateTable('event').set({ starts_on, ends_on }).where('id', '=', world.event_id).execute()

const far = [
  ['9999-12-30', '9999-12-31', 'show_end', 'after', 'send'],
  ['9999-12-30', '9999-12-31', 'show_end', 'after', 'skip'],
  ['0001-01-01', '0001-01-02', 'doors_open', 'before', 'send'],
  ['0001-01-01', '0001-01-02', 'doors_open', 'before', 'skip'],
] as const

test.each(far)('a show from %s to %s, %s %s, late: %s: whoever is enrolled is planned', async (...given) => {
  const [starts_on, ends_on, anchor, anchor_side, when_late] = given
  await setShow(starts_on, ends_on)
  for (const delay_unit of ['business_days', 'days', 'minutes'] as const) {
    const step = { timing: 'event', anchor, anchor_side, when_late, delay_amount: 10_000, delay_unit } as const
    const sequence_id = await makeSequence(world, { steps: [{ ...mail, ...step }, mail] })
    const person_ids = [await addPerson(world)]
    const { simulation } = await simulateEnrollment(world.ctx, { sequence_id, person_ids })
    expect(simulation.mails.length + simulation.skips.length).toBe(2)
    expect(await enrollPeople(world.ctx, { sequence_id, person_ids })).toMatchObject({ enrolled: 1 })
    expect((await messagesOf(world, person_ids[0])).some(({ state }) => state === 'planned')).toBe(true)
  }
})

test('one odd event holds up no drain and no sweep', async () => {
  await setShow('9999-12-30', '9999-12-31')
  const call: Step = { ...mail, kind: 'call', subject: 'Call', body: '', time_out_days: 1 }
  const after: Step = { ...mail, timing: 'event', anchor: 'show_end', delay_amount: 10, delay_unit: 'days' }
  const visit: Step = { ...mail, timing: 'event', anchor: 'booth_visit' }
  const odd: string[] = []
  for (const step of [after, visit]) {
    const sequence_id = await makeSequence(world, { steps: [call, step] })
    const person = await addPerson(world)
    await enrollPeople(world.ctx, { sequence_id, person_ids: [person] })
    odd.push(person)
  }
  const other = await addPerson(world)
  world.clock.advance(2 * 86_400_000)
  await enrollPeople(world.ctx, { sequence_id: await makeSequence(world), person_ids: [other] })
  await sweepMessages(world.ctx)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  const [planned] = await messagesOf(world, odd[0])
  expect(planned).toMatchObject({ state: 'planned' })
  expect(planned?.due_at.getUTCFullYear()).toBe(2200)
  const { rows } = await sql<{ year: number }>`
    select extract(year from waiting_until_at)::integer as year from enrollment where person_id = ${odd[1]}::uuid`.execute(
    world.database.db,
  )
  expect(rows).toEqual([{ year: 2200 }])
})

test('years beyond 2000 to 2100 are refused at the field, whoever asks', async () => {
  const { actor } = world.ctx
  if (actor === null) throw new Error('Somebody asks')
  const ctx = { ...world.ctx, actor }
  const usual = parseInput(eventDetailsSchema, {
    name: `Show ${crypto.randomUUID()}`,
    time_zone: 'Europe/Berlin',
    starts_on: '2000-01-01',
    ends_on: '2100-12-31',
  })
  expect(await createEvent(ctx, usual)).toMatchObject({ outcome: 'created' })
  const ends_on = 'Choose a year from 2000 to 2100'
  const odd = { ...usual, name: 'Odd', ends_on: '9999-12-31' }
  await expect(createEvent(ctx, odd)).rejects.toMatchObject({ code: 'invalid', fields: { ends_on } })
  await expect(updateEvent(ctx, world.event_id, odd)).rejects.toMatchObject({ code: 'invalid', fields: { ends_on } })
  for (const date_on of ['1999-12-31', '2101-01-01', '9999-12-31'])
    await expect(makeSequence(world, { steps: [{ ...mail, timing: 'date', date_on }] })).rejects.toMatchObject({
      code: 'invalid',
      fields: { 'steps.0.date_on': 'Choose a day from 2000 to 2100.' },
    })
})
