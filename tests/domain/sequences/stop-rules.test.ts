import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { setParent } from '../../../functions/domain/accounts/set-parent.ts'
import { updateAccount } from '../../../functions/domain/accounts/update-account.ts'
import { bookMeeting, unbookMeeting } from '../../../functions/domain/people/book-meeting.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { updateSequence } from '../../../functions/domain/sequences/update-sequence.ts'
import { addAccount, answer, moveToDay } from './colleagues.ts'
import {
  addPerson,
  enrollmentOf,
  MONDAY,
  makeSequence,
  messagesOf,
  openWorld,
  type PersonGiven,
  type World,
} from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const actor = () => ({ ...world.ctx, actor: world.ctx.actor as NonNullable<typeof world.ctx.actor> })

/** Two people of one account in one sequence, each with their first mail sent, unless it is said otherwise. */
async function colleagues(
  settings: Parameters<typeof makeSequence>[1] = {},
  given: PersonGiven[] = [],
  { drain = true } = {},
) {
  const account_id = await addAccount(world)
  const sequence_id = await makeSequence(world, settings)
  const ids = [
    await addPerson(world, { account_id, name: 'Jo Doe', ...given[0] }),
    await addPerson(world, { account_id, name: 'Ann Lee', ...given[1] }),
  ] as const
  await enrollPeople(world.ctx, { sequence_id, person_ids: [...ids] })
  if (drain) await drainMessages(world.ctx)
  return { account_id, sequence_id, ids }
}

test('a colleague replied: held, with the name, until a person lets them go on', async () => {
  const { ids } = await colleagues()
  await answer(world, ids[0])
  expect(await enrollmentOf(world, ids[0])).toMatchObject({ status: 'stopped', stop_reason: 'replied' })
  expect(await enrollmentOf(world, ids[1])).toMatchObject({
    status: 'paused',
    pause_reason: 'colleague_replied: Jo Doe',
    resume_at: null,
  })
  moveToDay(world, 10)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(2)
  await resumeEnrollment(world.ctx, { enrollment_id: (await enrollmentOf(world, ids[1])).id })
  // What was left of the wait when the pause began is left of it still.
  moveToDay(world, 15)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(3)
})

test.each([
  ['stop', { status: 'stopped', stop_reason: 'colleague_replied' }],
  ['nothing', { status: 'active' }],
] as const)('a colleague replied and the sequence says %s', async (colleague_reply, expected) => {
  const { ids } = await colleagues({ colleague_reply })
  await answer(world, ids[0])
  expect(await enrollmentOf(world, ids[1])).toMatchObject(expected)
})

test('who asks to be left alone, or is out of the office, holds nobody else', async () => {
  const { ids } = await colleagues()
  await answer(world, ids[0], { text: 'Please unsubscribe me.' })
  expect(await enrollmentOf(world, ids[1])).toMatchObject({ status: 'active' })
})

test('a reply holds whoever is out of the office too, who would else go on by themselves', async () => {
  const { ids } = await colleagues()
  await answer(world, ids[1], { text: '' })
  await world.database.db
    .updateTable('enrollment')
    .set({
      status: 'paused',
      stop_reason: null,
      stopped_at: null,
      paused_at: MONDAY,
      pause_reason: 'out_of_office',
      resume_at: MONDAY,
    })
    .where('person_id', '=', ids[1])
    .execute()
  await answer(world, ids[0])
  expect(await enrollmentOf(world, ids[1])).toMatchObject({
    pause_reason: 'colleague_replied: Jo Doe',
    resume_at: null,
  })
})

test('a colleague replied at enrol: the preflight names them, and another account is not concerned', async () => {
  const { account_id, ids } = await colleagues()
  await answer(world, ids[0])
  const third = await addPerson(world, { account_id })
  const stranger = await addPerson(world)
  const sequence_id = await makeSequence(world)
  const { enrolled, left_out } = await enrollPeople(world.ctx, { sequence_id, person_ids: [third, stranger] })
  expect(enrolled).toBe(1)
  expect(left_out).toMatchObject([
    { person: { id: third }, reason: 'colleague_replied', text: 'Jo Doe, a colleague, replied on 2026-03-02.' },
  ])
  const careless = await makeSequence(world, { colleague_reply: 'nothing' })
  expect(await enrollPeople(world.ctx, { sequence_id: careless, person_ids: [third] })).toMatchObject({ enrolled: 1 })
})

test('a reply that the enrolment could not see holds in the claim', async () => {
  const { ids } = await colleagues({}, [], { drain: false })
  // As if it had been enrolled by a transaction that began before the reply and ended after it.
  await world.database.db
    .updateTable('enrollment')
    .set({ replied_at: world.clock.now(), status: 'stopped', stop_reason: 'replied' })
    .where('person_id', '=', ids[0])
    .execute()
  await drainMessages(world.ctx)
  expect(world.sender.accepted.map(({ to }) => to.name)).not.toContain('Ann Lee')
  expect(await enrollmentOf(world, ids[1])).toMatchObject({
    status: 'paused',
    pause_reason: 'colleague_replied: Jo Doe',
  })
})

test('two colleagues who answer at once: both are stopped, and nobody waits for ever', async () => {
  const { ids } = await colleagues()
  await Promise.all([answer(world, ids[0]), answer(world, ids[1])])
  for (const id of ids) expect(await enrollmentOf(world, id)).toMatchObject({ stop_reason: 'replied' })
})

test('a subsidiary belongs to its parent: its people become colleagues, running enrollments and unsent mails too', async () => {
  const parent = await addAccount(world, { domain: 'mother.test', name: 'Mother' })
  const child = await addAccount(world, { domain: 'daughter.test', name: 'Daughter' })
  const sequence_id = await makeSequence(world)
  const [boss, worker] = [
    await addPerson(world, { account_id: parent, name: 'Bo Boss' }),
    await addPerson(world, { account_id: child }),
  ]
  await enrollPeople(world.ctx, { sequence_id, person_ids: [boss, worker] })
  await drainMessages(world.ctx)
  expect(await enrollmentOf(world, worker)).toMatchObject({ account_key: 'daughter.test' })
  await setParent(actor(), { event_id: world.event_id, id: child }, { parent: 'mother' })
  expect(await enrollmentOf(world, worker)).toMatchObject({ account_key: 'mother.test' })
  expect((await messagesOf(world, worker)).map(({ state, account_key }) => [state, account_key])).toEqual([
    ['sent', 'daughter.test'],
    ['planned', 'mother.test'],
  ])
  await answer(world, boss)
  expect(await enrollmentOf(world, worker)).toMatchObject({
    status: 'paused',
    pause_reason: 'colleague_replied: Bo Boss',
  })
  await setParent(actor(), { event_id: world.event_id, id: child }, { parent: null })
  expect(await enrollmentOf(world, worker)).toMatchObject({ account_key: 'daughter.test' })
})

test('a parent is another account of the event, one level up', async () => {
  const [a, b, c] = [
    await addAccount(world, { name: 'Aa' }),
    await addAccount(world, { name: 'Bb' }),
    await addAccount(world, { name: 'Cc' }),
  ]
  const set = (id: string, parent: string) => setParent(actor(), { event_id: world.event_id, id }, { parent })
  await expect(set(a, 'nobody')).rejects.toMatchObject({ fields: { parent: expect.any(String) } })
  await expect(set(a, 'Aa')).rejects.toMatchObject({ fields: { parent: expect.any(String) } })
  await set(a, 'Bb')
  await expect(set(b, 'Cc')).rejects.toMatchObject({ fields: { parent: expect.stringContaining('Aa') } })
  await expect(set(c, 'Aa')).rejects.toMatchObject({ fields: { parent: expect.stringContaining('Aa') } })
})

test('a meeting that is booked stops what runs, twice changes once, and until the show is over nobody enrols them', async () => {
  const { sequence_id, ids } = await colleagues()
  const which = { event_id: world.event_id, id: ids[0] }
  await bookMeeting(actor(), which)
  await bookMeeting(actor(), which)
  expect(await enrollmentOf(world, ids[0])).toMatchObject({ status: 'stopped', stop_reason: 'meeting_booked' })
  expect((await messagesOf(world, ids[0])).map(({ state }) => state)).toEqual(['sent', 'cancelled'])
  const lines = await world.database.db.selectFrom('activity').select('kind').where('person_id', '=', ids[0]).execute()
  expect(lines.filter(({ kind }) => kind === 'meeting.booked').length).toBe(1)
  const other = await makeSequence(world)
  const again = () => enrollPeople(world.ctx, { sequence_id: other, person_ids: [ids[0]] })
  expect(await again()).toMatchObject({ enrolled: 0, left_out: [{ reason: 'meeting_booked' }] })
  moveToDay(world, 35)
  expect(await again()).toMatchObject({ enrolled: 1 })
  // Booked before it was enrolled: the follow-up leaves.
  await drainMessages(world.ctx)
  expect(world.sender.accepted.filter(({ to }) => to.name === 'Jo Doe').length).toBe(2)
  expect(sequence_id).not.toBe(other)
})

test('a meeting is re-checked in the claim, and can be taken back', async () => {
  const { ids } = await colleagues({}, [], { drain: false })
  await world.database.db
    .updateTable('person')
    .set({ meeting_booked_at: world.clock.now() })
    .where('id', '=', ids[0])
    .execute()
  await drainMessages(world.ctx)
  expect(await enrollmentOf(world, ids[0])).toMatchObject({ stop_reason: 'meeting_booked' })
  await unbookMeeting(actor(), { event_id: world.event_id, id: ids[0] })
  const sequence_id = await makeSequence(world)
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [ids[0]] })).toMatchObject({ enrolled: 1 })
})

async function setStatus(id: string, status: 'customer' | 'engaged') {
  const account = await world.database.db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await updateAccount(
    actor(),
    { event_id: world.event_id, id },
    {
      name: account.name,
      website: account.domain,
      industry: null,
      country: null,
      revenue: null,
      employees: null,
      facilities: null,
      owner_id: null,
      notes: null,
      status,
    },
  )
}

test('an account that becomes a customer is not written to: at once, at enrol, and in the claim', async () => {
  const { account_id, ids } = await colleagues()
  await setStatus(account_id, 'engaged')
  expect(await enrollmentOf(world, ids[0])).toMatchObject({ status: 'active' })
  await setStatus(account_id, 'customer')
  for (const id of ids) expect(await enrollmentOf(world, id)).toMatchObject({ stop_reason: 'account_status' })
  const third = await addPerson(world, { account_id })
  const sequence_id = await makeSequence(world)
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [third] })).toMatchObject({
    enrolled: 0,
    left_out: [{ reason: 'account_status' }],
  })
  const upsell = await makeSequence(world, { stop_account_statuses: ['disqualified'] })
  expect(await enrollPeople(world.ctx, { sequence_id: upsell, person_ids: [third] })).toMatchObject({ enrolled: 1 })
  await updateSequence(world.ctx, { sequence_id: upsell, stop_account_statuses: ['customer'] })
  await drainMessages(world.ctx)
  expect(await enrollmentOf(world, third)).toMatchObject({ stop_reason: 'account_status' })
})
