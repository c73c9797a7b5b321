import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findNextDue } from '../../../db/queries/message-plans.ts'
import { completeTask } from '../../../functions/domain/sequences/complete-task.ts'
import type { CreateSequenceInput } from '../../../functions/domain/sequences/create-sequence.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { simulateEnrollment } from '../../../functions/domain/simulation/simulate-enrollment.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const zones = ['America/New_York', 'America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Tokyo', null]

async function addAccounts(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => crypto.randomUUID())
  const now = world.clock.now()
  await world.database.db
    .insertInto('account')
    .values(
      ids.map((id, index) => ({
        id,
        event_id: world.event_id,
        name: `Company ${index}`,
        name_key: `company ${id}`,
        domain: `${id}.test`,
        domain_source: 'given' as const,
        domain_confidence: 1,
        icp_score: (index * 29) % 101,
        created_at: now,
        updated_at: now,
      })) as never,
    )
    .execute()
  return ids
}

async function addPeople(count: number): Promise<string[]> {
  const accounts = await addAccounts(Math.ceil(count / 4))
  const person_ids: string[] = []
  for (let n = 0; n < count; n++) {
    const id = await addPerson(world, {
      name: `Ann ${n}`,
      given_name: 'Ann',
      time_zone: zones[n % zones.length] ?? null,
    })
    const account_id = accounts[n % accounts.length] ?? null
    await world.database.db.updateTable('person').set({ account_id }).where('id', '=', id).execute()
    person_ids.push(id)
  }
  return person_ids
}

const openTasks = () =>
  world.database.db
    .selectFrom('task')
    .select(['id', 'due_at'])
    .where('event_id', '=', world.event_id)
    .where('done_at', 'is', null)
    .where('skipped_at', 'is', null)
    .orderBy('due_at')
    .execute()

/** Lets the engine run until nothing is planned: it wakes when it asks to be woken, and tasks are done when they are due. */
async function run(): Promise<void> {
  for (let wakes = 0; wakes < 5_000; wakes++) {
    const moments = [await findNextDue(world.database.db), (await openTasks())[0]?.due_at].filter(
      (at) => at !== undefined,
    )
    if (moments.length === 0) return
    const next = Math.min(...moments.map((at) => at.getTime()))
    world.clock.advance(Math.max(0, next - world.clock.now().getTime()))
    await drainMessages(world.ctx)
    for (const { id, due_at } of await openTasks())
      if (due_at <= world.clock.now()) await completeTask(world.ctx, { task_id: id })
  }
  throw new Error('The engine never came to rest')
}

async function compare(settings: Partial<CreateSequenceInput>, count: number, caps = {}) {
  const sequence_id = await makeSequence(world, settings)
  await world.database.db
    .updateTable('sender')
    .set({ updated_at: world.clock.now(), ...caps })
    .execute()
  const person_ids = await addPeople(count)
  const { simulation, people, steps } = await simulateEnrollment(world.ctx, { sequence_id, person_ids })
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  await run()
  const minute = (at: Date | null) =>
    at === null ? 'never' : new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString()
  const predicted = simulation.mails.map(
    (mail) =>
      `${people[mail.person]?.id} step ${steps[mail.step]?.position} ${new Date(mail.minute * 60_000).toISOString()}`,
  )
  const sent = (await messagesOf(world))
    .filter(({ state }) => state === 'sent')
    .map(({ person_id, position, sent_at }) => `${person_id} step ${position} ${minute(sent_at)}`)
  return { predicted: predicted.sort(), sent: sent.sort(), simulation }
}

const mail = (delay_amount: number, delay_unit: 'minutes' | 'business_days' = 'business_days') =>
  ({ kind: 'email', delay_amount, delay_unit, subject: 'Hello {{ person.given_name }}', body: 'Hi' }) as const

test('what it predicts is what the engine does, to the minute: zones and waits', async () => {
  const { predicted, sent } = await compare({ steps: [mail(0, 'minutes'), mail(2), mail(3)] }, 30)
  expect(predicted).toHaveLength(90)
  expect(sent).toEqual(predicted)
}, 120_000)

test('to the minute: every cap binds, the sender warms up', async () => {
  const caps = {
    daily_cap: 9,
    weekly_cap: 30,
    new_people_cap: 6,
    ramp_started_on: '2026-03-02',
    ramp_first: 3,
    ramp_step: 2,
  }
  const { predicted, sent, simulation } = await compare({ steps: [mail(0, 'minutes'), mail(1)] }, 40, caps)
  expect(new Set(simulation.moves.map(({ reason }) => reason)).size).toBeGreaterThan(1)
  expect(predicted).toHaveLength(80)
  expect(sent).toEqual(predicted)
}, 120_000)

test('to the minute: a backlog far beyond the cap', async () => {
  const { predicted, sent } = await compare({ steps: [mail(0, 'minutes'), mail(1)] }, 130, { daily_cap: 40 })
  expect(predicted).toHaveLength(260)
  expect(sent).toEqual(predicted)
}, 120_000)

test('to the minute: a gap between the mails of a sender', async () => {
  const { predicted, sent } = await compare({ steps: [mail(0, 'minutes'), mail(1)] }, 20, {
    gap_minutes: 7,
    jitter_minutes: 5,
  })
  expect(predicted).toHaveLength(40)
  expect(sent).toEqual(predicted)
}, 120_000)

test('to the minute: steps that hang on the show and on a condition', async () => {
  const steps: CreateSequenceInput['steps'] = [
    mail(0, 'minutes'),
    {
      ...mail(14),
      delay_unit: 'days',
      timing: 'event',
      anchor: 'doors_open',
      anchor_side: 'before',
      at_minute: 540,
      clock: 'venue',
    },
    { ...mail(1), condition: { kind: 'opened', negated: false } },
    { ...mail(2), timing: 'event', anchor: 'show_end', anchor_side: 'after' },
  ]
  const { predicted, sent, simulation } = await compare({ steps }, 24)
  expect(simulation.skips.every(({ reason }) => reason === 'condition_not_met')).toBe(true)
  expect(simulation.skips).toHaveLength(24)
  expect(predicted).toHaveLength(72)
  expect(sent).toEqual(predicted)
}, 120_000)

test('to the minute: whoever was passed over at first is a new person still', async () => {
  const steps: CreateSequenceInput['steps'] = [
    { ...mail(0, 'minutes'), timing: 'date', date_on: '2026-02-20', at_minute: 540 },
    { ...mail(0, 'minutes'), condition: { kind: 'field', field: 'person.title', value: 'Buyer', negated: false } },
    mail(0, 'minutes'),
    mail(1),
  ]
  const { predicted, sent, simulation } = await compare({ steps }, 20, { new_people_cap: 5 })
  expect(new Set(simulation.skips.map(({ reason }) => reason))).toEqual(new Set(['too_late', 'condition_not_met']))
  expect(new Set(simulation.moves.map(({ reason }) => reason))).toContain('cap_new_people')
  expect(predicted).toHaveLength(40)
  expect(sent).toEqual(predicted)
  const first = (await messagesOf(world)).filter(({ state, position }) => state === 'sent' && position === 3)
  const perDay = new Map<string, number>()
  for (const { sent_at } of first) {
    const day = sent_at?.toISOString().slice(0, 10) ?? ''
    perDay.set(day, (perDay.get(day) ?? 0) + 1)
  }
  expect([...perDay.values()]).toEqual([5, 5, 5, 5])
}, 120_000)

test('to the minute: tasks with a time-out are done when they are due', async () => {
  const call = { kind: 'call', delay_amount: 1, delay_unit: 'business_days', subject: 'Call', body: '' } as const
  const steps: CreateSequenceInput['steps'] = [
    { ...call, time_out_days: 2 },
    mail(0, 'minutes'),
    { ...call, time_out_days: 30 },
    mail(2),
  ]
  const { predicted, sent } = await compare({ steps }, 16, { new_people_cap: 5 })
  expect(predicted).toHaveLength(32)
  expect(sent).toEqual(predicted)
}, 120_000)
