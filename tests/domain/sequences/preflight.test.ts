import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { suppress } from '../../../functions/domain/email/suppress.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { preflightEnrollment } from '../../../functions/domain/sequences/preflight.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type PersonGiven, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const withTitle = [
  { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hi', body: 'As {{ person.title }} you know …' },
] as const
const at = new Date('2026-03-01T00:00:00Z')

test.each<[string, PersonGiven, string, RegExp]>([
  ['no address', { address: null }, 'no_address', /no email address/],
  ['a weak guess', { source: 'guessed', confidence: 0.4 }, 'low_confidence', /guess at 40 %, below 50 %/],
  ['an invalid address', { status: 'invalid' }, 'invalid_address', /is invalid/],
  ['a bounced address', { status: 'bounced' }, 'bounced_address', /bounced/],
  ['a suppressed address', { address: 'gone@gone.test' }, 'suppressed', /gone@gone.test is suppressed \(by hand\)/],
  ['a suppressed domain', { address: 'jo@blocked.test' }, 'suppressed', /domain/],
  ['a reply', { replied_at: at }, 'replied', /replied/],
  ['a missing variable', { title: null }, 'missing_variable', /Step 1: \{\{ person.title \}\} is empty/],
])('%s is left out, with the reason', async (_what, given, reason, text) => {
  await suppress(world.ctx, { kind: 'address', value: 'Gone@gone.test' })
  await suppress(world.ctx, { kind: 'domain', value: 'blocked.test' })
  const sequence_id = await makeSequence(world, { steps: [...withTitle] })
  const id = await addPerson(world, { title: 'COO', ...given })
  const fine = await addPerson(world, { title: 'COO' })
  const preflight = await preflightEnrollment(world.ctx, { sequence_id, person_ids: [id, fine] })
  expect(preflight.enroll.map((person) => person.id)).toEqual([fine])
  expect(preflight.left_out).toMatchObject([{ person: { id }, reason, text: expect.stringMatching(text) }])
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [id, fine] })).toMatchObject({
    enrolled: 1,
    left_out: [{ reason }],
  })
})

test('a strong guess and a verified weak one are good enough', async () => {
  const sequence_id = await makeSequence(world)
  const person_ids = [
    await addPerson(world, { source: 'guessed', confidence: 0.6 }),
    await addPerson(world, { source: 'guessed', confidence: 0.1, status: 'valid' }),
  ]
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids })).toEqual({ enrolled: 2, left_out: [] })
})

test('one active sequence a person; enrolling again changes nothing', async () => {
  const first = await makeSequence(world, { name: 'First' })
  const second = await makeSequence(world)
  const person_ids = [await addPerson(world)]
  await enrollPeople(world.ctx, { sequence_id: first, person_ids })
  expect((await enrollPeople(world.ctx, { sequence_id: first, person_ids })).left_out).toMatchObject([
    { reason: 'in_this_sequence' },
  ])
  expect((await enrollPeople(world.ctx, { sequence_id: second, person_ids })).left_out).toMatchObject([
    { reason: 'in_another_sequence', text: 'Is in “First”.' },
  ])
  expect(await messagesOf(world)).toHaveLength(1)
})

test('everybody at an account, and nobody of another event', async () => {
  const { db } = world.database
  const account_id = crypto.randomUUID()
  await db
    .insertInto('account')
    .values({
      id: account_id,
      event_id: world.event_id,
      name: 'Acme',
      name_key: account_id,
      created_at: at,
      updated_at: at,
    } as never)
    .execute()
  const at_account = [await addPerson(world, { account_id }), await addPerson(world, { account_id })]
  const sequence_id = await makeSequence(world)
  const elsewhere = crypto.randomUUID()
  await db
    .insertInto('event')
    .values({
      id: elsewhere,
      name: elsewhere,
      time_zone: 'UTC',
      starts_on: '2026-05-01',
      ends_on: '2026-05-02',
      created_at: at,
      updated_at: at,
    } as never)
    .execute()
  const stranger = await addPerson(world, { event_id: elsewhere })
  const result = await preflightEnrollment(world.ctx, {
    sequence_id,
    account_ids: [account_id],
    person_ids: [stranger],
  })
  expect(new Set(result.enroll.map(({ id }) => id))).toEqual(new Set(at_account))
  expect(result.left_out).toMatchObject([{ reason: 'other_event' }])
})

// PGlite has one connection: two enrolments there only take turns.
test.skipIf(!process.env.TEST_DATABASE_URL)(
  'two reps enrol the same people at once: each person is in one sequence',
  async () => {
    const [one, two] = [await makeSequence(world), await makeSequence(world)]
    const person_ids = await Promise.all(Array.from({ length: 20 }, () => addPerson(world)))
    const results = await Promise.all(
      [one, two].map((sequence_id) => enrollPeople(world.ctx, { sequence_id, person_ids })),
    )
    expect(results.reduce((sum, { enrolled }) => sum + enrolled, 0)).toBe(20)
    expect(results.reduce((sum, { left_out }) => sum + left_out.length, 0)).toBe(20)
  },
)
