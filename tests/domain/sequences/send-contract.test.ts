import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findNextDue } from '../../../db/queries/message-plans.ts'
import { handOverMessages } from '../../../db/queries/messages.ts'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import { receiptOf } from '../../../db/queries/receipts.ts'
import { recordEmailEvents } from '../../../functions/domain/email/record-email-events.ts'
import { suppress } from '../../../functions/domain/email/suppress.ts'
import { claimDue, nothingCounted } from '../../../functions/domain/sequences/claim-due.ts'
import { decideUnconfirmed } from '../../../functions/domain/sequences/decide-unconfirmed.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseSequence, resumeSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { stopEnrollment } from '../../../functions/domain/sequences/stop-enrollment.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { accept, addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

const MINUTE = 60_000
const DAY = 86_400_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const oneMail = [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }] as const

async function enrol(count: number, settings: Parameters<typeof makeSequence>[1] = { steps: [...oneMail] }) {
  const sequence_id = await makeSequence(world, settings)
  const person_ids: string[] = []
  for (let n = 0; n < count; n++) person_ids.push(await addPerson(world))
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  return { sequence_id, person_ids, person_id: person_ids[0] ?? '' }
}

async function claim() {
  const claim_token = crypto.randomUUID()
  const now = world.clock.now()
  const lease_until = new Date(now.getTime() + 5 * MINUTE)
  const { mails } = await world.database.db
    .transaction()
    .execute((tx) => claimDue(tx, nothingCounted(), { claim_token, now, lease_until, limit: 100, days_off: [] }))
  return { claim_token, claimed: mails }
}

const handOver = ({ claim_token, claimed }: Awaited<ReturnType<typeof claim>>) =>
  handOverMessages(world.database.db, {
    claim_token,
    now: world.clock.now(),
    mails: claimed.map(({ id, address }) => ({
      id,
      to_address: address ?? '',
      to_domain: 'x.test',
      from_address: 'rita@yardflow.test',
      subject: 'Hello',
      body_text: 'Hi',
      body_html: '<p>Hi</p>',
      in_reply_to: null,
    })),
  })

const states = async () => (await messagesOf(world)).map(({ state }) => state)

test('a crash between claim and hand-over: planned again, sent once', async () => {
  await enrol(1)
  await claim()
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  expect(await sweepMessages(world.ctx)).toMatchObject({ released: 0, unconfirmed: 0 })
  world.clock.advance(5 * MINUTE)
  expect(await sweepMessages(world.ctx)).toMatchObject({ released: 1, unconfirmed: 0 })
  await claim()
  world.clock.advance(5 * MINUTE)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(1)
})

test('a crash after the hand-over: unconfirmed, and never sent again by itself', async () => {
  await enrol(1)
  await handOver(await claim())
  world.clock.advance(5 * MINUTE)
  expect(await sweepMessages(world.ctx)).toMatchObject({ released: 0, unconfirmed: 1 })
  world.clock.advance(DAY)
  await sweepMessages(world.ctx)
  await drainMessages(world.ctx)
  expect(await states()).toEqual(['unconfirmed'])
  expect(world.sender.tried.length).toBe(0)
})

test('a yes that comes after the lease has run out still counts', async () => {
  const { person_id } = await enrol(1, {})
  world.sender.script.push(async (mail) => {
    world.clock.advance(6 * MINUTE)
    await sweepMessages(world.ctx)
    return accept(world.sender)(mail)
  })
  await drainMessages(world.ctx)
  expect((await messagesOf(world, person_id)).map(({ state }) => state)).toEqual(['sent', 'planned'])
})

test('a time-out after acceptance is unconfirmed; a person decides once', async () => {
  const lost = (mail: Parameters<ReturnType<typeof accept>>[0]) => {
    accept(world.sender)(mail)
    return { outcome: 'unconfirmed', reason: 'No answer' } as const
  }
  world.sender.script.push(lost, lost, lost)
  const { person_ids } = await enrol(3, {})
  await drainMessages(world.ctx)
  const mails = await messagesOf(world)
  expect(mails.map(({ state }) => state)).toEqual(['unconfirmed', 'unconfirmed', 'unconfirmed'])
  const decisions = ['count_as_sent', 'skip', 'send_again'] as const
  for (const [index, decision] of decisions.entries()) {
    const message_id = mails.find(({ person_id }) => person_id === person_ids[index])?.id ?? ''
    await decideUnconfirmed(world.ctx, { message_id, decision })
    await expect(decideUnconfirmed(world.ctx, { message_id, decision })).rejects.toThrow('no longer unconfirmed')
  }
  await drainMessages(world.ctx)
  const of = async (index: number) =>
    (await messagesOf(world, person_ids[index])).map(({ state, rotation, position }) => [position, rotation, state])
  expect(await of(0)).toEqual([
    [1, 0, 'sent'],
    [2, 0, 'planned'],
  ])
  expect(await of(1)).toEqual([
    [1, 0, 'skipped'],
    [2, 0, 'planned'],
  ])
  expect(await of(2)).toEqual([
    [1, 0, 'cancelled'],
    [1, 1, 'sent'],
    [2, 0, 'planned'],
  ])
})

test('an event for the first mail takes back the second one that was asked for', async () => {
  world.sender.script.push(() => ({ outcome: 'unconfirmed', reason: 'No answer' }))
  const { person_id } = await enrol(1)
  await drainMessages(world.ctx)
  const [message] = await messagesOf(world)
  await decideUnconfirmed(world.ctx, { message_id: message?.id ?? '', decision: 'send_again' })
  const timestamp = Math.floor(world.clock.now().getTime() / 1000)
  await recordEmailEvents(world.ctx, [
    { event: 'delivered', message_id: message?.id, timestamp, email: message?.to_address },
  ])
  await drainMessages(world.ctx)
  expect(await states()).toEqual(['sent', 'cancelled'])
  expect(world.sender.tried.length).toBe(1)
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'finished' })
})

test('"later" plans the mail again; when the provider takes nothing the rest waits unsent', async () => {
  const later = () => ({ outcome: 'retry_later', reason: 'SendGrid answered 429.', retry_after_seconds: 120 }) as const
  world.sender.script.push(...Array.from({ length: 25 }, () => later))
  await enrol(60)
  // With those that were handed over to follow them, and had not been sent.
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, deferred: 50 })
  expect(world.sender.tried.length).toBe(25)
  const mails = await messagesOf(world)
  expect(new Set(mails.map(({ state }) => state))).toEqual(new Set(['planned']))
  expect(mails.every(({ due_at, handed_at }) => due_at <= world.clock.now() && handed_at === null)).toBe(true)
  const [hold] = await world.database.db.selectFrom('hold').selectAll().execute()
  expect(hold).toMatchObject({
    reason: 'SendGrid answered 429.',
    until_at: new Date(world.clock.now().getTime() + 120_000),
  })
  expect(await findNextDue(world.database.db)).toEqual(hold?.until_at)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  world.clock.advance(2 * MINUTE)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 60 })
  expect(new Set(world.sender.accepted.map((mail) => mail.message_id)).size).toBe(60)
  expect(await world.database.db.selectFrom('hold').selectAll().execute()).toEqual([])
})

test('a refusal fails the mail with its reason and ends the enrollment', async () => {
  world.sender.script.push(() => ({ outcome: 'refused', reason: 'SendGrid answered 400.' }))
  const { person_id } = await enrol(1, {})
  await drainMessages(world.ctx)
  expect(await messagesOf(world)).toMatchObject([{ state: 'failed', reason: 'SendGrid answered 400.' }])
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'refused' })
})

test.each([
  [
    'a stop',
    async (person_id: string) =>
      stopEnrollment(world.ctx, { enrollment_id: (await enrollmentOf(world, person_id)).id }),
  ],
  [
    'a suppression of the domain',
    async (person_id: string) => {
      const address = await world.database.db
        .selectFrom('email_address')
        .select('domain')
        .where('person_id', '=', person_id)
        .executeTakeFirstOrThrow()
      await suppress(world.ctx, { kind: 'domain', value: address.domain })
    },
  ],
  [
    'a pause of the sequence',
    async (person_id: string) =>
      pauseSequence(world.ctx, { sequence_id: (await enrollmentOf(world, person_id)).sequence_id }),
  ],
])('%s between claim and hand-over takes the mail out of our hands', async (_what, intervene) => {
  const { person_id } = await enrol(1)
  const claimed = await claim()
  expect(claimed.claimed).toMatchObject([{ verdict: 'ready' }])
  await intervene(person_id)
  expect((await handOver(claimed)).size).toBe(0)
  expect(['cancelled', 'planned']).toContain((await states())[0])
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
})

test('a mail on its way when its person is stopped is counted, and nothing follows', async () => {
  const { person_id } = await enrol(1, {})
  world.sender.script.push(async (mail) => {
    await stopEnrollment(world.ctx, { enrollment_id: (await enrollmentOf(world, person_id)).id })
    return accept(world.sender)(mail)
  })
  await drainMessages(world.ctx)
  expect(await states()).toEqual(['sent'])
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'by_hand' })
})

test('"later" for a mail whose person was stopped meanwhile cancels it', async () => {
  const { person_id } = await enrol(1, {})
  world.sender.script.push(async () => {
    await stopEnrollment(world.ctx, { enrollment_id: (await enrollmentOf(world, person_id)).id })
    return { outcome: 'retry_later', reason: 'busy', retry_after_seconds: 1 }
  })
  await drainMessages(world.ctx)
  expect(await messagesOf(world)).toMatchObject([{ state: 'cancelled', reason: 'by_hand' }])
})

test('what the claim finds out by itself: reply, address gone, bounced, guess too weak, suppressed', async () => {
  const { person_ids } = await enrol(5, { steps: [...oneMail], min_confidence: 0.5 })
  const [replied = '', gone = '', bounced = '', weak = '', suppressed = ''] = person_ids
  const { db } = world.database
  await db.updateTable('person').set({ replied_at: world.clock.now() }).where('id', '=', replied).execute()
  await db.deleteFrom('email_address').where('person_id', '=', gone).execute()
  await db.updateTable('email_address').set({ status: 'bounced' }).where('person_id', '=', bounced).execute()
  await db.deleteFrom('email_address').where('person_id', '=', weak).execute()
  await db
    .insertInto('email_address')
    .values({
      id: crypto.randomUUID(),
      person_id: weak,
      address: 'a@b.test',
      address_key: 'a@b.test',
      domain: 'b.test',
      source: 'guessed',
      confidence: 0.4,
      provenance: '{}',
      is_primary: true,
      verified_at: null,
      created_at: world.clock.now(),
      updated_at: world.clock.now(),
    })
    .execute()
  const { address_key } = await db
    .selectFrom('email_address')
    .select('address_key')
    .where('person_id', '=', suppressed)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('suppression')
    .values({
      id: crypto.randomUUID(),
      kind: 'address',
      value: address_key,
      reason: 'by_hand',
      source: 'import',
      person_id: null,
      created_at: world.clock.now(),
      created_by: null,
    })
    .execute()
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, stopped: 5 })
  const ended = async (id: string) => [
    (await enrollmentOf(world, id)).stop_reason,
    (await messagesOf(world, id))[0]?.state,
  ]
  expect(await ended(replied)).toEqual(['replied', 'cancelled'])
  expect(await ended(gone)).toEqual(['no_address', 'skipped'])
  expect(await ended(bounced)).toEqual(['bounced', 'skipped'])
  expect(await ended(weak)).toEqual(['low_confidence', 'skipped'])
  expect(await ended(suppressed)).toEqual(['suppressed', 'cancelled'])
})

test('the daily cap holds, and the rest moves to the next day with a reason', async () => {
  await enrol(5, { steps: [...oneMail], daily_cap: 2 })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 2, moved: 3 })
  const moved = (await messagesOf(world)).filter(({ state }) => state === 'planned')
  expect(moved.map(({ reason }) => reason)).toEqual(['cap_sequence_day', 'cap_sequence_day', 'cap_sequence_day'])
  const opens = new Date('2026-03-03T14:00:00Z').getTime()
  const days = moved.map(({ due_at }) => Math.floor((due_at.getTime() - opens) / DAY)).sort()
  expect(days).toEqual([0, 0, 1])
  for (const [index, { due_at }] of moved.sort((a, b) => Number(a.due_at) - Number(b.due_at)).entries())
    expect(due_at.getTime() - opens - (days[index] ?? 0) * DAY).toBeLessThanOrEqual(10 * MINUTE)
  for (let day = 0; day < 2; day++) {
    world.clock.advance(DAY)
    await drainMessages(world.ctx)
  }
  expect(world.sender.accepted.length).toBe(5)
})

test('a mail that is due while its window is shut moves to the next opening', async () => {
  const { person_id } = await enrol(1)
  world.clock.advance(9 * 3_600_000)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 1 })
  const [message] = await messagesOf(world)
  expect(message).toMatchObject({ state: 'planned', reason: 'window_shut' })
  expect(message?.due_at.toISOString().slice(0, 13)).toBe('2026-03-03T14')
  const lines = await receiptOf(world.ctx.db, (await enrollmentOf(world, person_id)).id)
  expect(lines.at(-1)).toMatchObject({ what: 'moved', detail: { reason: 'window_shut' } })
})

test('a paused campaign holds its sequences; without mail configured nothing is claimed', async () => {
  const { db } = world.database
  const campaign_id = crypto.randomUUID()
  const now = world.clock.now()
  await db
    .insertInto('campaign')
    .values({
      id: campaign_id,
      event_id: world.event_id,
      name: 'Spring',
      status: 'paused',
      min_score: null,
      goal_replies: null,
      goal_meetings: null,
      starts_on: null,
      ends_on: null,
      owner_id: null,
      created_at: now,
      updated_at: now,
    })
    .execute()
  await enrol(1, { steps: [...oneMail], campaign_id })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 0, stopped: 0 })
  await db.updateTable('campaign').set({ status: 'active' }).where('id', '=', campaign_id).execute()
  const config = { ...world.ctx.config, mail: { mode: 'off' as const, missing: ['APP_SECRET'] } }
  expect(await drainMessages({ ...world.ctx, config })).toMatchObject({ sent: 0, stopped: 0 })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
})

test('pause and resume: nothing leaves in between, and the backlog waits for the window', async () => {
  const { sequence_id } = await enrol(2)
  await pauseSequence(world.ctx, { sequence_id })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  world.clock.advance(9 * 3_600_000)
  await resumeSequence(world.ctx, { sequence_id })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  world.clock.advance(15 * 3_600_000)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 2 })
})

test('a mail that cannot be written is skipped by name and holds up nobody', async () => {
  const { person_ids, sequence_id } = await enrol(3, {
    steps: [{ ...oneMail[0], body: 'Hi {{ person.given_name }}' }],
  })
  const [poison = ''] = person_ids
  await world.database.db.updateTable('person').set({ given_name: null }).where('id', '=', poison).execute()
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 2, stopped: 1 })
  expect(await messagesOf(world, poison)).toMatchObject([
    { state: 'skipped', reason: 'missing_variable: {{ person.given_name }} is empty and has no default' },
  ])
  await world.database.db
    .updateTable('step')
    .set({ body: '{{ 1 | nonsense }}' })
    .where('sequence_id', '=', sequence_id)
    .execute()
  await enrollPeople(world.ctx, { sequence_id, person_ids: [await addPerson(world)] })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
})

test('a zone that nobody knows gives way to the sequence’s, and stops nobody', async () => {
  await enrol(2)
  const [first] = await messagesOf(world)
  const mars = (columns: object) =>
    world.database.db
      .updateTable('message')
      .set({ time_zone: 'Mars/Olympus', ...columns })
      .where('id', '=', first?.id ?? '')
      .execute()
  await mars({})
  world.clock.advance(9 * 3_600_000)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 2 })
  world.clock.advance(15 * 3_600_000)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 2 })
})

test('a task holds the sequence until it is done', async () => {
  const { completeTask } = await import('../../../functions/domain/sequences/complete-task.ts')
  const { person_id } = await enrol(1, {
    steps: [
      oneMail[0],
      { kind: 'call', delay_amount: 1, delay_unit: 'business_days', body: 'Ask for the gate count.' },
      { kind: 'email', delay_amount: 0, delay_unit: 'minutes', thread: 'reply', body: 'As discussed.' },
    ],
  })
  await drainMessages(world.ctx)
  const [task] = await world.database.db.selectFrom('task').selectAll().where('person_id', '=', person_id).execute()
  expect(task).toMatchObject({ kind: 'call', title: expect.stringMatching(/^Call Ann/) })
  world.clock.advance(DAY)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  await completeTask(world.ctx, { task_id: task?.id ?? '' })
  await completeTask(world.ctx, { task_id: task?.id ?? '' })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'finished' })
  expect((await readLedger(world.database.db, world.clock.now())).alarms).toEqual({
    mailed_after_stop: 0,
    duplicates: 0,
    lost: 0,
    stuck: 0,
    unaccounted: 0,
  })
})

// PGlite has one connection, so that two drains there only take turns: this needs a PostgreSQL (TEST_DATABASE_URL).
test.skipIf(!process.env.TEST_DATABASE_URL)('four drains at once send each mail once and keep the cap', async () => {
  await enrol(250, { steps: [...oneMail], daily_cap: 200 })
  await Promise.all([1, 2, 3, 4].map(() => drainMessages(world.ctx)))
  expect(world.sender.accepted.length).toBe(200)
  expect(new Set(world.sender.accepted.map((mail) => mail.message_id)).size).toBe(200)
})

test.skipIf(!process.env.TEST_DATABASE_URL)(
  'stops and drains at once lock nobody out, and nothing leaves after a stop',
  async () => {
    const { person_ids } = await enrol(60, {})
    const ids = await Promise.all(person_ids.map(async (id) => (await enrollmentOf(world, id)).id))
    await Promise.all([
      ...[1, 2, 3].map(() => drainMessages(world.ctx)),
      ...ids.map((enrollment_id) => stopEnrollment(world.ctx, { enrollment_id })),
    ])
    const { alarms, enrollments, messages } = await readLedger(world.database.db, world.clock.now())
    expect(alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
    expect(enrollments.stopped).toBe(60)
    expect(messages.sent).toBe(world.sender.accepted.length)
    expect(messages.planned + messages.claimed).toBe(0)
  },
)
