import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readLedger } from '../../db/queries/outreach-ledger.ts'
import { recordEmailEvents } from '../../functions/domain/email/record-email-events.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import { pauseSequence, resumeSequence } from '../../functions/domain/sequences/pause-sequence.ts'
import { saveSteps } from '../../functions/domain/sequences/save-steps.ts'
import { sweepMessages } from '../../functions/domain/sequences/sweep-messages.ts'
import { enrolMany } from '../domain/sequences/bulk.ts'
import { accept, addPerson, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'

// What people complain about loudest in other tools (FIELD.md), by name and number, and what happens here instead.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const oneMail = [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }] as const
const twoMails = [
  { ...oneMail[0], body: 'Hi {{ person.given_name }}' },
  { kind: 'email', delay_amount: 1, delay_unit: 'days', thread: 'reply', body: 'Still there?' },
] as const

async function enrol(count: number, settings: Parameters<typeof makeSequence>[1] = { steps: [...oneMail] }) {
  const sequence_id = await makeSequence(world, settings)
  const person_ids: string[] = []
  for (let n = 0; n < count; n++) person_ids.push(await addPerson(world))
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids })).toMatchObject({ enrolled: count })
  return { sequence_id, person_ids }
}

/** Days pass; whatever is due leaves. */
async function pass(days: number) {
  for (let hour = 0; hour < days * 24; hour++) {
    world.clock.advance(HOUR)
    await sweepMessages(world.ctx)
    await drainMessages(world.ctx)
  }
}

const addresses = () => world.sender.accepted.map(({ to }) => to.address)
const alarms = async () => (await readLedger(world.database.db, world.clock.now())).alarms

test('same mail 2–5 times after pause, error or overlap (listmonk #2313, #2070; Mautic #3669, #11763)', async () => {
  const { sequence_id } = await enrol(12)
  // An error after acceptance, drains that overlap, a pause in between, and drains again.
  world.sender.script.push((mail) => {
    accept(world.sender)(mail)
    return { outcome: 'unconfirmed', reason: 'The connection broke after the mail had left' }
  })
  await Promise.all(Array.from({ length: 4 }, () => drainMessages(world.ctx)))
  await pauseSequence(world.ctx, { sequence_id })
  await drainMessages(world.ctx)
  await resumeSequence(world.ctx, { sequence_id })
  await pass(2)
  expect(world.sender.accepted).toHaveLength(12)
  expect(new Set(addresses()).size).toBe(12)
  expect(await alarms()).toMatchObject({ duplicates: 0, lost: 0 })
})

test('finished with people unsent (listmonk #2168, #2278)', async () => {
  const { person_ids } = await enrol(10, { steps: [...twoMails] })
  world.sender.script.push(
    () => ({ outcome: 'refused', reason: 'SendGrid answered 400' }),
    () => ({ outcome: 'retry_later', reason: 'too many requests', retry_after_seconds: 30 }),
  )
  await drainMessages(world.ctx)
  await pass(4)
  const enrollments = await world.database.db.selectFrom('enrollment').selectAll().execute()
  for (const { status, stop_reason, person_id } of enrollments) {
    const mails = await messagesOf(world, person_id)
    if (status === 'finished') expect(mails.map(({ state }) => state)).toEqual(['sent', 'sent'])
    else expect([status, stop_reason]).toEqual(['stopped', 'refused'])
  }
  expect(enrollments.filter(({ status }) => status === 'finished')).toHaveLength(person_ids.length - 1)
})

test('stuck in "sending" (keila #165, sendportal #77)', async () => {
  await enrol(3)
  const dead = { ...world.ctx, db: world.ctx.db, services: { ...world.ctx.services } }
  // The process dies with the mails in its hands: it never says what became of them.
  dead.services.email = { ...world.sender, send: () => new Promise(() => {}) }
  void drainMessages(dead).catch(() => {})
  await expect.poll(async () => (await messagesOf(world)).map(({ state }) => state)).toContain('claimed')
  await expect.poll(async () => (await messagesOf(world)).every(({ handed_at }) => handed_at !== null)).toBe(true)
  world.clock.advance(DAY)
  await sweepMessages(world.ctx)
  expect((await messagesOf(world)).map(({ state }) => state)).not.toContain('claimed')
  expect(await alarms()).toMatchObject({ stuck: 0, duplicates: 0 })
})

test('one provider hiccup fails everything (listmonk #2272)', async () => {
  await enrol(8)
  for (let n = 0; n < 8; n++)
    world.sender.script.push(() => ({
      outcome: 'retry_later',
      reason: 'SendGrid answered 503',
      retry_after_seconds: 60,
    }))
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, failed: 0 })
  world.sender.script.length = 0
  await pass(1)
  expect(new Set(addresses()).size).toBe(8)
  expect((await messagesOf(world)).map(({ state }) => state)).toEqual(Array(8).fill('sent'))
})

test('one poisoned row blocks all behind it (craft-campaign #540)', async () => {
  const sequence_id = await makeSequence(world, { steps: [...twoMails] })
  const person_ids: string[] = []
  for (let n = 0; n < 6; n++) person_ids.push(await addPerson(world))
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  // Without the name that the mail greets them by, since they were enrolled.
  await world.database.db
    .updateTable('person')
    .set({ given_name: null })
    .where('id', '=', person_ids[0] ?? '')
    .execute()
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 5, stopped: 1 })
  const [poisoned] = await messagesOf(world, person_ids[0])
  expect(poisoned?.state).toBe('skipped')
  expect(poisoned?.reason).toContain('given_name')
})

test('backlog fires at once after downtime (Mautic #3340, listmonk #1801)', async () => {
  // Nobody drains for a weekend and a day: 60 mails are overdue, and the sequence may send 20 a day.
  const sequence_id = await makeSequence(world, { steps: [...oneMail], daily_cap: 20 })
  await enrolMany(world, sequence_id, 60)
  world.clock.advance(7 * DAY)
  for (let hour = 0; hour < 6 * 24; hour++) {
    await drainMessages(world.ctx)
    world.clock.advance(HOUR)
  }
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' })
  const perDay = new Map<string, number>()
  for (const { sent_at } of await messagesOf(world)) {
    const on = sent_at === null ? 'never' : day.format(sent_at)
    perDay.set(on, (perDay.get(on) ?? 0) + 1)
  }
  expect([...perDay.values()]).toEqual([20, 20, 20])
})

test('cron overlap and lag (Mautic #2004, #6614)', async () => {
  await enrol(15)
  const runs = await Promise.all(Array.from({ length: 6 }, () => drainMessages(world.ctx)))
  expect(runs.reduce((sum, { sent }) => sum + sent, 0)).toBe(15)
  expect(new Set(addresses()).size).toBe(15)
  // A drain that comes hours late still finds what was due, and one that comes for nothing does nothing.
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 0 })
})

test('retry after acceptance = duplicate (postal PR #3488)', async () => {
  await enrol(1)
  world.sender.script.push((mail) => {
    accept(world.sender)(mail)
    return { outcome: 'unconfirmed', reason: 'SendGrid answered 502.' }
  })
  await drainMessages(world.ctx)
  await pass(2)
  expect(world.sender.accepted).toHaveLength(1)
  const [mail] = await messagesOf(world)
  expect(mail?.state).toBe('unconfirmed')
  await recordEmailEvents(world.ctx, [
    {
      event: 'delivered',
      message_id: mail?.id,
      email: mail?.to_address,
      timestamp: Math.floor(world.clock.now().getTime() / 1000),
    },
  ])
  expect((await messagesOf(world))[0]?.state).toBe('sent')
})

test('live sequence cannot be edited (lemlist)', async () => {
  const { sequence_id, person_ids } = await enrol(2, { steps: [...twoMails] })
  await drainMessages(world.ctx)
  const { version } = await saveSteps(world.ctx, {
    sequence_id,
    steps: [
      { ...oneMail[0], subject: 'A new first' },
      { ...oneMail[0], subject: 'A new second', delay_amount: 5 },
    ],
  })
  expect(version).toBe(2)
  const late = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [late] })
  await drainMessages(world.ctx)
  expect(world.sender.accepted.at(-1)?.subject).toBe('A new first')
  await pass(3)
  // Nobody got a step of either version twice.
  expect(new Set(addresses().filter((address, index) => addresses().indexOf(address) === index)).size).toBe(3)
  for (const person_id of [...person_ids, late])
    expect((await messagesOf(world, person_id)).filter(({ state }) => state === 'sent').length).toBeLessThanOrEqual(2)
})

test('small hard limits: bulk enrol at most 50 at a time (HubSpot)', async () => {
  const sequence_id = await makeSequence(world, { steps: [...oneMail] })
  const { db } = world.database
  const people = Array.from({ length: 1_200 }, (_, n) => ({ id: crypto.randomUUID(), n }))
  const written = { created_at: world.clock.now(), updated_at: world.clock.now() }
  await db
    .insertInto('person')
    .values(
      people.map(({ id, n }) => ({
        id,
        event_id: world.event_id,
        name: `Ann ${n}`,
        name_key: id,
        given_name: 'Ann',
        ...written,
      })),
    )
    .execute()
  await db
    .insertInto('email_address')
    .values(
      people.map(({ id, n }) => ({
        id: crypto.randomUUID(),
        person_id: id,
        address: `ann@${n}.test`,
        address_key: `ann@${n}.test`,
        domain: `${n}.test`,
        source: 'given' as const,
        confidence: 1,
        provenance: '{}',
        is_primary: true,
        ...written,
      })),
    )
    .execute()
  const enrolled = await enrollPeople(world.ctx, { sequence_id, person_ids: people.map(({ id }) => id) })
  expect(enrolled).toEqual({ enrolled: 1_200, left_out: [] })
})
