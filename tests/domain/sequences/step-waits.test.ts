import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import type { StepCondition } from '../../../db/tables/step.ts'
import { recordBoothVisit } from '../../../functions/domain/people/record-booth-visit.ts'
import { completeTask } from '../../../functions/domain/sequences/complete-task.ts'
import type { CreateSequenceInput } from '../../../functions/domain/sequences/create-sequence.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { saveSteps } from '../../../functions/domain/sequences/save-steps.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type PersonGiven, type World } from './world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

type Steps = NonNullable<CreateSequenceInput['steps']>
type Step = Steps[number]
const mail: Step = { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }
const next: Step = { ...mail, subject: 'Next', delay_amount: 1, delay_unit: 'business_days' }
const call: Step = { kind: 'call', delay_amount: 0, delay_unit: 'minutes', subject: 'Ring', body: '' }
const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 }))

async function enrol(steps: Steps, given: PersonGiven = {}, settings: Partial<CreateSequenceInput> = {}) {
  const sequence_id = await makeSequence(world, { steps, ...settings })
  const person_id = await addPerson(world, given)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  return { sequence_id, person_id }
}

const mailsOf = async (person_id: string) =>
  (await messagesOf(world, person_id)).map(({ position, state, reason }) => [position, state, reason])
const tasks = () => world.database.db.selectFrom('task').selectAll().orderBy('created_at').execute()
const receipt = async (person_id: string) =>
  (
    await world.database.db
      .selectFrom('receipt')
      .selectAll()
      .where('enrollment_id', '=', (await enrollmentOf(world, person_id)).id)
      .orderBy('line')
      .execute()
  ).map(({ what, detail }) => (detail.reason === undefined ? what : `${what}: ${detail.reason}`))
const nothingIsWrong = async () =>
  expect((await readLedger(world.database.db, world.clock.now())).alarms).toMatchObject({ lost: 0, unaccounted: 0 })
const wakes = async () =>
  (
    await world.database.db
      .selectFrom('job')
      .select('run_at')
      .where('name', '=', 'drain-messages')
      .orderBy('run_at')
      .execute()
  ).map(({ run_at }) => run_at.toISOString())

describe('a condition', () => {
  const opened: StepCondition = { kind: 'opened', negated: false }

  test('that does not hold when the mail is due skips it with its reason; the sequence goes on at once', async () => {
    const { person_id } = await enrol([mail, { ...next, condition: opened }, next])
    await drainMessages(world.ctx)
    world.clock.advance(DAY)
    await drainMessages(world.ctx)
    expect(await mailsOf(person_id)).toEqual([
      [1, 'sent', null],
      [2, 'skipped', 'condition_not_met'],
      [3, 'planned', null],
    ])
    expect(world.sender.accepted.length).toBe(1)
    expect(await receipt(person_id)).toContain('skipped: condition_not_met')
    await nothingIsWrong()
  })

  test.each([
    [{ kind: 'opened', negated: false }, { opened_at: true }, true],
    // A machine that opened is nobody who read.
    [{ kind: 'opened', negated: false }, { machine_opened_at: true }, false],
    [{ kind: 'opened', negated: true }, { opened_at: true }, false],
    [{ kind: 'opened', negated: true }, {}, true],
    [{ kind: 'clicked', negated: false }, { clicked_at: true }, true],
    [{ kind: 'clicked', negated: false }, {}, false],
    [{ kind: 'replied', negated: false }, {}, false],
    [{ kind: 'replied', negated: true }, {}, true],
    [{ kind: 'field', field: 'person.title', value: ' vp OPERATIONS', negated: false }, {}, true],
    [{ kind: 'field', field: 'person.title', value: 'CEO', negated: false }, {}, false],
    [{ kind: 'field', field: 'person.title', value: 'CEO', negated: true }, {}, true],
    [{ kind: 'field', field: 'account.industry', value: 'Steel', negated: false }, {}, false],
    [{ kind: 'field', field: 'account.industry', value: 'Steel', negated: true }, {}, true],
    [{ kind: 'field', field: 'account.list_tier', value: '1', negated: false }, {}, false],
  ] as const)('%j with %j is met: %s', async (condition, facts, isMet) => {
    const { person_id } = await enrol([mail, { ...next, condition }], { title: 'VP Operations' })
    await drainMessages(world.ctx)
    const now = world.clock.now()
    const columns = Object.fromEntries(Object.keys(facts).map((name) => [name, now]))
    if (Object.keys(columns).length > 0)
      await world.database.db.updateTable('message').set(columns).where('person_id', '=', person_id).execute()
    world.clock.advance(DAY)
    await drainMessages(world.ctx)
    expect((await mailsOf(person_id))[1]).toEqual(isMet ? [2, 'sent', null] : [2, 'skipped', 'condition_not_met'])
  })

  test('of a task is judged when it is due: the task becomes work, or is passed over', async () => {
    const conditional = { ...call, condition: opened, delay_amount: 2, delay_unit: 'hours' } as const
    const { person_id } = await enrol([mail, conditional, next])
    const { person_id: other } = await enrol([mail, conditional, next])
    await drainMessages(world.ctx)
    await world.database.db
      .updateTable('message')
      .set({ opened_at: world.clock.now() })
      .where('person_id', '=', other)
      .execute()
    expect((await wakes()).at(-1)).toBe('2026-03-02T17:00:00.000Z')
    world.clock.advance(2 * HOUR)
    await drainMessages(world.ctx)
    const now = world.clock.now()
    const taskOf = async (id: string) => (await tasks()).find((task) => task.person_id === id)
    expect(await taskOf(person_id)).toMatchObject({ judged_at: now, skipped_at: now, timed_out_at: null })
    expect(await taskOf(other)).toMatchObject({ judged_at: now, skipped_at: null })
    expect(await mailsOf(person_id)).toMatchObject([
      [1, 'sent', null],
      [3, 'planned', null],
    ])
    expect(await receipt(person_id)).toContain('task_skipped: condition_not_met')
    expect(await mailsOf(other)).toEqual([[1, 'sent', null]])
    await drainMessages(world.ctx)
    expect((await receipt(other)).filter((line) => line === 'task_ready').length).toBe(1)
    await nothingIsWrong()
  })
})

describe('a task', () => {
  test('that nobody does is given up after its days; the sequence goes on', async () => {
    const { person_id } = await enrol([{ ...call, time_out_days: 3 }, next])
    expect((await tasks())[0]?.times_out_at?.toISOString()).toBe('2026-03-05T15:00:00.000Z')
    expect(await wakes()).toEqual(['2026-03-05T15:00:00.000Z'])
    world.clock.advance(3 * DAY - 1)
    await drainMessages(world.ctx)
    expect(await mailsOf(person_id)).toEqual([])
    world.clock.advance(1)
    await drainMessages(world.ctx)
    const [task] = await tasks()
    expect(task).toMatchObject({ timed_out_at: world.clock.now(), skipped_at: world.clock.now(), done_at: null })
    expect(await mailsOf(person_id)).toEqual([[2, 'planned', null]])
    expect(await receipt(person_id)).toContain('task_timed_out')
    // Too late: it has been given up.
    await completeTask(world.ctx, { task_id: task?.id ?? '' })
    expect(await mailsOf(person_id)).toEqual([[2, 'planned', null]])
    await nothingIsWrong()
  })

  test('without a time-out waits for ever, and one that was done in time is not given up', async () => {
    const { person_id } = await enrol([call, next])
    const { person_id: other } = await enrol([{ ...call, time_out_days: 1 }, next])
    const done = (await tasks()).find((task) => task.person_id === other)
    await completeTask(world.ctx, { task_id: done?.id ?? '' })
    world.clock.advance(200 * DAY)
    await sweepMessages(world.ctx)
    expect(await mailsOf(person_id)).toEqual([])
    expect((await tasks()).filter(({ timed_out_at }) => timed_out_at !== null)).toEqual([])
  })
})

describe('a step an hour after the booth visit', () => {
  const thanks: Step = {
    ...mail,
    subject: 'Good to meet you',
    timing: 'event',
    anchor: 'booth_visit',
    anchor_side: 'after',
    delay_amount: 1,
    delay_unit: 'hours',
  }
  const visit = (person_id: string) => recordBoothVisit(world.ctx, { event_id: world.event_id, person_id })
  const showDay = () => world.clock.advance(Date.parse('2026-04-02T18:20:00Z') - world.clock.now().getTime())

  test('waits for the visit, and nobody takes it for lost', async () => {
    const { person_id } = await enrol([mail, thanks], {}, { windows: always })
    await drainMessages(world.ctx)
    expect(await enrollmentOf(world, person_id)).toMatchObject({
      waiting_for: 'booth_visit',
      waiting_until_at: new Date('2026-04-11T00:00:00Z'),
    })
    await sweepMessages(world.ctx)
    expect(await mailsOf(person_id)).toEqual([[1, 'sent', null]])
    await nothingIsWrong()
    showDay()
    expect(await visit(person_id)).toEqual({ outcome: 'recorded' })
    expect((await messagesOf(world, person_id))[1]?.due_at.toISOString()).toBe('2026-04-02T19:20:00.000Z')
    expect(await enrollmentOf(world, person_id)).toMatchObject({ waiting_for: null, waiting_until_at: null })
    world.clock.advance(10 * 60_000)
    expect(await visit(person_id)).toEqual({ outcome: 'known' })
    world.clock.advance(HOUR)
    await drainMessages(world.ctx)
    expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'finished' })
    expect(world.sender.accepted.map(({ subject }) => subject)).toEqual(['Hello', 'Good to meet you'])
  })

  test('as a first step waits from the enrolment on; a week after the show it is passed over', async () => {
    const { person_id } = await enrol([thanks, { ...mail, subject: 'Sorry we missed you' }], {}, { windows: always })
    expect(await mailsOf(person_id)).toEqual([])
    expect(await wakes()).toEqual(['2026-03-08T15:00:00.000Z'])
    world.clock.advance(Date.parse('2026-04-11T00:00:00Z') - world.clock.now().getTime())
    await drainMessages(world.ctx)
    expect(await mailsOf(person_id)).toEqual([
      [1, 'skipped', 'no_booth_visit'],
      [2, 'sent', null],
    ])
    await nothingIsWrong()
  })

  test('whose person was met before is planned like any other', async () => {
    const { person_id } = await enrol([mail, thanks], {}, { windows: always })
    await visit(person_id)
    await drainMessages(world.ctx)
    expect((await mailsOf(person_id))[1]).toEqual([2, 'planned', null])
  })

  test('is not planned for somebody who has been stopped', async () => {
    const { person_id } = await enrol([thanks], {}, { windows: always })
    const { stopEnrollment } = await import('../../../functions/domain/sequences/stop-enrollment.ts')
    await stopEnrollment(world.ctx, { enrollment_id: (await enrollmentOf(world, person_id)).id })
    await visit(person_id)
    expect(await mailsOf(person_id)).toEqual([])
  })
})

test('a step whose moment has passed is skipped with a line that tells, and the next one follows', async () => {
  const before: Step = {
    ...mail,
    timing: 'event',
    anchor: 'doors_open',
    anchor_side: 'before',
    delay_amount: 60,
    delay_unit: 'days',
  }
  const { person_id } = await enrol([before, { ...call, timing: 'date', date_on: '2026-01-05' }, mail])
  expect(await mailsOf(person_id)).toEqual([
    [1, 'skipped', 'too_late'],
    [3, 'planned', null],
  ])
  expect(await receipt(person_id)).toEqual(['enrolled', 'skipped: too_late', 'task_skipped: too_late', 'planned'])
  const { person_id: sent } = await enrol([{ ...before, when_late: 'send' }])
  expect(await mailsOf(sent)).toEqual([[1, 'planned', null]])
})

test('what does not go together is refused at its field', async () => {
  const sequence_id = await makeSequence(world)
  const save = (step: object) => saveSteps(world.ctx, { sequence_id, steps: [{ ...mail, ...step }] })
  const refused = (fields: object) => ({ fields })
  await expect(save({ timing: 'date' })).rejects.toMatchObject(refused({ 'steps.0.date_on': 'On which day?' }))
  await expect(save({ timing: 'date', date_on: '2026-02-30' })).rejects.toMatchObject(
    refused({ 'steps.0.date_on': 'There is no such day.' }),
  )
  await expect(save({ timing: 'event' })).rejects.toMatchObject(refused({ 'steps.0.anchor': 'Before or after what?' }))
  await expect(save({ timing: 'event', anchor: 'booth_visit', anchor_side: 'before' })).rejects.toMatchObject(
    refused({ 'steps.0.anchor_side': 'Nobody knows of a visit before it.' }),
  )
  await expect(
    save({ condition: { kind: 'field', field: 'person.title', value: ' ', negated: false } }),
  ).rejects.toMatchObject(refused({ 'steps.0.condition.value': 'What should it be?' }))
})
