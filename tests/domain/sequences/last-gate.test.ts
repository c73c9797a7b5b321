import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockProgress, stopEnrollments } from '../../../db/queries/enrollments.ts'
import { handOverMessages } from '../../../db/queries/messages.ts'
import { suppress } from '../../../functions/domain/email/suppress.ts'
import { archiveEvent } from '../../../functions/domain/events/archive-event.ts'
import { claimDue, nothingCounted } from '../../../functions/domain/sequences/claim-due.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { pauseSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

async function enrolOne() {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  return { sequence_id, enrollment_id: (await enrollmentOf(world, person_id)).id }
}

const claim_token = crypto.randomUUID()
const claimIn = async (db: World['database']['db']) => {
  const now = world.clock.now()
  const lease_until = new Date(now.getTime() + 300_000)
  return (await claimDue(db, nothingCounted(), { claim_token, now, lease_until, limit: 100, days_off: [] })).mails
}

const handOver = (ids: readonly string[]) =>
  handOverMessages(world.database.db, {
    claim_token,
    now: world.clock.now(),
    mails: ids.map((id) => ({
      id,
      to_address: 'a@b.test',
      to_domain: 'b.test',
      from_address: 'rita@yardflow.test',
      subject: 'Hello',
      body_text: 'Hi',
      body_html: '<p>Hi</p>',
      in_reply_to: null,
    })),
  })

test('an event that is archived after the claim keeps the mail here', async () => {
  await enrolOne()
  const claimed = await world.database.db.transaction().execute(claimIn)
  const actor = { ...(world.ctx.actor as NonNullable<typeof world.ctx.actor>), role: 'ADMIN' as const }
  await archiveEvent({ ...world.ctx, actor }, world.event_id)
  expect((await handOver(claimed.map(({ id }) => id))).size).toBe(0)
})

const races = {
  'the sequence': ({ sequence_id }: Awaited<ReturnType<typeof enrolOne>>) => pauseSequence(world.ctx, { sequence_id }),
  'the enrollment': ({ enrollment_id }: Awaited<ReturnType<typeof enrolOne>>) =>
    pauseEnrollment(world.ctx, { enrollment_id }),
}

if (!process.env.TEST_DATABASE_URL)
  process.stdout.write(
    'Skipped: two transactions at once need a PostgreSQL server (TEST_DATABASE_URL), PGlite has one connection\n',
  )

test.runIf(process.env.TEST_DATABASE_URL).each(Object.entries(races))(
  'a pause of %s that overtakes a claim under way keeps the mail here',
  async (_what, pause) => {
    const enrolled = await enrolOne()
    let pausing: Promise<unknown> | undefined
    const claimed = await world.database.db.transaction().execute(async (tx) => {
      const rows = await claimIn(tx)
      // A pause of the enrollment waits for the claim, that of the sequence does not.
      pausing = pause(enrolled)
      await Promise.race([pausing, setTimeout(500)])
      return rows
    })
    await pausing
    expect(claimed).toMatchObject([{ verdict: 'ready' }])
    expect((await handOver(claimed.map(({ id }) => id))).size).toBe(0)
    await drainMessages(world.ctx)
    expect(world.sender.tried.length).toBe(0)
    expect((await messagesOf(world)).every(({ handed_at }) => handed_at === null)).toBe(true)
  },
)

test.runIf(process.env.TEST_DATABASE_URL)('a stop and a claim at once do not lock each other out', async () => {
  const { enrollment_id } = await enrolOne()
  let claiming: Promise<unknown> | undefined
  await world.database.db.transaction().execute(async (tx) => {
    await lockProgress(tx, [enrollment_id])
    claiming = world.database.db.transaction().execute(claimIn)
    // Long enough to have reached the enrollment's row; were it held up there, the stop would wait for it for ever.
    await Promise.race([claiming, setTimeout(1_500)])
    await stopEnrollments(tx, [{ enrollment_id, reason: 'by_hand', by: 'test' }], world.clock.now())
  })
  await claiming
  expect((await messagesOf(world)).map(({ state }) => state)).toEqual(['cancelled'])
})

test('half a character in one mail does not hold up the others', async () => {
  const steps = [
    {
      kind: 'email',
      delay_amount: 0,
      delay_unit: 'minutes',
      subject: 'Hello {{ person.given_name | split: "" | first }}',
      body: 'Hi {{ person.given_name | split: "" | first }}',
    },
  ] as const
  const sequence_id = await makeSequence(world, { steps: [...steps] })
  const person_ids = [await addPerson(world, { given_name: '😀 Ann' }), await addPerson(world)]
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(2)
})

test('one mailbox behind two people gets a step once', async () => {
  const sequence_id = await makeSequence(world)
  const person_ids = [
    await addPerson(world, { address: 'Info@acme.test' }),
    await addPerson(world, { address: 'info@acme.test' }),
  ]
  const first = await enrollPeople(world.ctx, { sequence_id, person_ids })
  expect(first.enrolled).toBe(1)
  expect(first.left_out).toMatchObject([{ reason: 'same_address' }])
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(1)
  const other = await makeSequence(world)
  const again = await enrollPeople(world.ctx, { sequence_id: other, person_ids })
  expect(again.enrolled).toBe(0)
})

test('two people whose address becomes the same after they were enrolled get a step once', async () => {
  const sequence_id = await makeSequence(world)
  const person_ids = [await addPerson(world), await addPerson(world)]
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_ids[0] ?? ''] })
  await drainMessages(world.ctx)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_ids[1] ?? ''] })
  const { address, address_key, domain } = await world.database.db
    .selectFrom('email_address')
    .selectAll()
    .where('person_id', '=', person_ids[0] ?? '')
    .executeTakeFirstOrThrow()
  await world.database.db
    .updateTable('email_address')
    .set({ address, address_key, domain })
    .where('person_id', '=', person_ids[1] ?? '')
    .execute()
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(1)
  expect(await enrollmentOf(world, person_ids[1] ?? '')).toMatchObject({ stop_reason: 'same_address' })
})

test('a suppressed domain covers what is under it, and nothing beside it', async () => {
  const sequence_id = await makeSequence(world)
  const person_ids = [
    await addPerson(world, { address: 'jo@eu.acme.test' }),
    await addPerson(world, { address: 'jo@notacme.test' }),
  ]
  await suppress(world.ctx, { kind: 'domain', value: 'acme.test' })
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids })).toMatchObject({
    enrolled: 1,
    left_out: [{ reason: 'suppressed', person: { id: person_ids[0] } }],
  })
  await drainMessages(world.ctx)
  expect(world.sender.accepted.map(({ to }) => to.address)).toEqual(['jo@notacme.test'])
})

test('whoever opted out is not written to at another address either', async () => {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await world.database.db
    .insertInto('suppression')
    .values({
      id: crypto.randomUUID(),
      kind: 'address',
      value: 'old.address@elsewhere.test',
      reason: 'unsubscribed',
      source: 'link',
      person_id,
      created_at: world.clock.now(),
      created_by: null,
    })
    .execute()
  await drainMessages(world.ctx)
  expect(world.sender.tried.length).toBe(0)
  const other = await makeSequence(world)
  expect((await enrollPeople(world.ctx, { sequence_id: other, person_ids: [person_id] })).left_out).toMatchObject([
    { reason: 'suppressed' },
  ])
})
