import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { harmOf } from '../../../functions/domain/email/pause-what-harms.ts'
import { recordEmailEvents } from '../../../functions/domain/email/record-email-events.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { resumeSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

async function send(count = 1, settings: Parameters<typeof makeSequence>[1] = {}) {
  const sequence_id = await makeSequence(world, settings)
  const person_ids: string[] = []
  for (let n = 0; n < count; n++) person_ids.push(await addPerson(world))
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  await drainMessages(world.ctx)
  const messages = await world.database.db
    .selectFrom('message')
    .selectAll()
    .where('sequence_id', '=', sequence_id)
    .where('state', '=', 'sent')
    .orderBy('id')
    .execute()
  return { sequence_id, person_ids, messages }
}

type Sent = Awaited<ReturnType<typeof send>>['messages'][number]

const eventOf = (message: Pick<Sent, 'id' | 'to_address'>, event: string, seconds: number, more = {}) => ({
  event,
  email: message.to_address,
  message_id: message.id,
  sg_message_id: `sg-${message.id}.recvd`,
  sg_event_id: crypto.randomUUID(),
  timestamp: Math.floor(world.clock.now().getTime() / 1000) + seconds,
  ...more,
})

const record = (...events: unknown[]) => recordEmailEvents(world.ctx, events)
const one = async () => {
  const sent = await send()
  const [message] = sent.messages
  if (message === undefined) throw new Error('nothing was sent')
  return { ...sent, message, person_id: sent.person_ids[0] ?? '' }
}
const reload = async (id: string) =>
  await world.database.db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const at = (seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000)

test('an event that comes again under its own id with other content is the same event', async () => {
  const { message } = await one()
  const first = eventOf(message, 'bounce', 5, { type: 'bounce', reason: '550 unknown' })
  expect(await record(first)).toMatchObject({ recorded: 1 })
  expect(await record({ ...first, timestamp: first.timestamp + 60 })).toMatchObject({ recorded: 0, repeated: 1 })
  const twice = eventOf(message, 'open', 60)
  expect(await record(twice, { ...twice, timestamp: twice.timestamp + 1 })).toMatchObject({ recorded: 1, repeated: 1 })
})

test.each([
  { reason: null, type: null, url: null, sg_event_id: null, sg_message_id: null },
  { reason: null, timestamp: String(Math.floor(Date.parse('2026-03-02T15:00:05Z') / 1000)) },
  { email: null, timestamp: Date.parse('2026-03-02T15:00:05Z') / 1000 + 0.25 },
])('a bounce with fields that say nothing is a bounce all the same: %j', async (more) => {
  const { message, person_id } = await one()
  expect(await record(eventOf(message, 'bounce', 5, more))).toEqual({ recorded: 1, repeated: 0, bad: 0 })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped' })
})

test('an event nested thousands of levels deep, or of any nonsense, does not cost the others', async () => {
  const { message } = await one()
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)
  const wide = { a: 'x'.repeat(100_000) }
  expect(
    await record(
      eventOf(message, 'processed', 1, { deep }),
      eventOf(message, 'deferred', 1, { wide }),
      eventOf(message, 'open', 60, { timestamp: 'yesterday' }),
      { event: 'open' },
      [],
      7,
      'open',
      eventOf(message, 'delivered', 5),
    ),
  ).toMatchObject({ recorded: 2, bad: 6 })
  expect(await reload(message.id)).toMatchObject({ delivered_at: at(5) })
})

test.each([
  [
    'within seconds of the arrival',
    [
      ['delivered', 5],
      ['click', 6, 'a'],
    ],
    null,
  ],
  ['before any arrival', [['click', 60, 'a']], null],
  [
    'before the arrival is known, once it is',
    [
      ['click', 60, 'a'],
      ['delivered', 5],
    ],
    60,
  ],
  [
    'earlier than the arrival',
    [
      ['delivered', 5],
      ['click', 3, 'a'],
    ],
    null,
  ],
  [
    'two links within two seconds',
    [
      ['delivered', 5],
      ['click', 60, 'a'],
      ['click', 62, 'b'],
    ],
    null,
  ],
  [
    'two links in the time a hand takes',
    [
      ['delivered', 5],
      ['click', 60, 'a'],
      ['click', 63, 'b'],
    ],
    60,
  ],
  [
    'one link twice',
    [
      ['delivered', 5],
      ['click', 60, 'a'],
      ['click', 61, 'a'],
    ],
    60,
  ],
  [
    'a person after a scanner',
    [
      ['delivered', 5],
      ['click', 5, 'a'],
      ['click', 6, 'b'],
      ['click', 600, 'b'],
    ],
    600,
  ],
] as const)('a click %s', async (_what, told, clicked) => {
  for (const backwards of [false, true]) {
    const { message } = await one()
    const events = told.map(([event, seconds, url]) =>
      eventOf(message, event, seconds, url ? { url: `https://${url}.test` } : {}),
    )
    for (const event of backwards ? events.reverse() : events) await record(event)
    expect((await reload(message.id)).clicked_at).toEqual(clicked === null ? null : at(clicked))
  }
})

test('a click ends a sequence that says so, a scanner’s does not, and no other sequence', async () => {
  const clicked = async (settings: object, seconds: number) => {
    const { messages, person_ids } = await send(1, settings)
    const [message] = messages as [Sent]
    await record(eventOf(message, 'delivered', 5), eventOf(message, 'click', seconds, { url: 'https://yardflow.test' }))
    return enrollmentOf(world, person_ids[0] ?? '')
  }
  expect(await clicked({ stop_on_click: true, track_clicks: true }, 60)).toMatchObject({
    status: 'stopped',
    stop_reason: 'clicked',
  })
  expect(await clicked({ stop_on_click: true, track_clicks: true }, 6)).toMatchObject({ status: 'active' })
  expect(await clicked({}, 60)).toMatchObject({ status: 'active' })
})

const soft = [
  { type: 'blocked', reason: '452 full' },
  { type: 'expired', reason: 'unable to deliver within 72 hours' },
  { type: 'bounce', status: '4.2.2', reason: '452 full' },
]

test('the third mail that comes back for a passing reason stops and marks the address; repeats do not count', async () => {
  const { sequence_id, message, person_id } = await one()
  const bounce = async (index: number) => {
    const mails = (await messagesOf(world, person_id)).filter(({ state }) => state === 'sent')
    const mail = mails[index] as Sent
    const event = eventOf(mail, 'bounce', 5, soft[index])
    await record(event)
    await record({ ...event, sg_event_id: crypto.randomUUID() }, eventOf(mail, 'deferred', 1))
  }
  const addressOf = () =>
    world.database.db
      .selectFrom('email_address')
      .select(['status', 'soft_bounces'])
      .where('person_id', '=', person_id)
      .executeTakeFirst()
  await bounce(0)
  expect(await addressOf()).toEqual({ status: 'unknown', soft_bounces: 1 })
  for (const index of [1, 2]) {
    expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'active' })
    world.clock.advance(7 * 86_400_000)
    await drainMessages(world.ctx)
    // The last mail is the end of the sequence: whoever else has the address is stopped.
    if (index === 2)
      await world.database.db
        .updateTable('enrollment')
        .set({ status: 'active', finished_at: null })
        .where('person_id', '=', person_id)
        .execute()
    await bounce(index)
  }
  expect(await addressOf()).toEqual({ status: 'bounced', soft_bounces: 3 })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'soft_bounced' })
  expect(await world.database.db.selectFrom('suppression').selectAll().execute()).toEqual([])
  const twin = await addPerson(world, { address: message.to_address })
  await world.database.db
    .updateTable('email_address')
    .set({ status: 'bounced' })
    .where('person_id', '=', twin)
    .execute()
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [twin] })).toMatchObject({ enrolled: 0 })
})

test.each([
  [39, 3, 0, false],
  [40, 1, 0, false],
  [40, 2, 0, true],
  [1_000, 49, 0, false],
  [299, 0, 2, false],
  [300, 0, 1, true],
  [1_000, 0, 2, false],
  [1_000, 0, 3, true],
])('of %i mails %i bounced and %i were marked as spam: harmful is %s', (mails, bounced, complained, harmful) => {
  expect(harmOf({ mails, bounced, complained }) !== undefined).toBe(harmful)
})

const sequenceOf = (id: string) =>
  world.database.db.selectFrom('sequence').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const senderRow = () =>
  world.database.db
    .selectFrom('sender')
    .selectAll()
    .where('address', '=', 'rita@yardflow.test')
    .executeTakeFirstOrThrow()
const hardBounce = (message: Sent) =>
  eventOf(message, 'bounce', 5, { type: 'bounce', status: '5.1.1', reason: '550 unknown' })
/** One sender writes in all these tests: what it sent before is judged. */
async function freshSender() {
  const rated_from = world.clock.now()
  await world.database.db.updateTable('sender').set({ paused_at: null, pause_reason: null, rated_from }).execute()
  world.clock.advance(60_000)
}

test('5 % of 40 mails that bounce pause the sequence and its sender in the same transaction, and only a person resumes', async () => {
  await freshSender()
  const { sequence_id, messages } = await send(40)
  await record(hardBounce(messages[0] as Sent), eventOf(messages[1] as Sent, 'bounce', 5, soft[0]))
  expect(await sequenceOf(sequence_id)).toMatchObject({ status: 'active' })
  await record(hardBounce(messages[2] as Sent))
  expect(await sequenceOf(sequence_id)).toMatchObject({
    status: 'paused',
    pause_reason:
      'Paused by itself: 5.0 % of 40 mails of the last 7 days bounced (2). Verify the addresses that are left, then resume.',
  })
  expect((await senderRow()).pause_reason).toContain('5.0 % of 40 mails')
  const audit = await world.database.db.selectFrom('audit').select(['action', 'subject_id']).orderBy('action').execute()
  expect(audit).toMatchObject([
    { action: 'sender.paused_by_itself', subject_id: 'rita@yardflow.test' },
    { action: 'sequence.paused_by_itself', subject_id: sequence_id },
  ])
  expect(
    await world.database.db
      .selectFrom('activity')
      .select('kind')
      .where('kind', 'like', '%.paused')
      .where('event_id', '=', world.event_id)
      .execute(),
  ).toHaveLength(2)

  await resumeSequence(world.ctx, { sequence_id })
  // What led to the pause does not lead to the next one.
  await record(hardBounce(messages[3] as Sent))
  expect(await sequenceOf(sequence_id)).toMatchObject({ status: 'active' })
})

test('mails of last week do not count, and a sender is judged over all its sequences', async () => {
  await freshSender()
  const old = await send(21)
  const other = await send(20)
  await record(hardBounce(old.messages[0] as Sent), hardBounce(other.messages[0] as Sent))
  expect(await sequenceOf(old.sequence_id)).toMatchObject({ status: 'active' })
  expect((await senderRow()).paused_at).toBeNull()
  await record(hardBounce(other.messages[1] as Sent))
  expect(await sequenceOf(other.sequence_id)).toMatchObject({ status: 'active' })
  expect((await senderRow()).pause_reason).toContain('7.3 % of 41 mails')

  await freshSender()
  const late = await send(40)
  world.clock.advance(8 * 86_400_000)
  await record(
    hardBounce(late.messages[0] as Sent),
    hardBounce(late.messages[1] as Sent),
    hardBounce(late.messages[2] as Sent),
  )
  expect(await sequenceOf(late.sequence_id)).toMatchObject({ status: 'active' })
})
