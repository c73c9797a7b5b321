import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { undoMerge } from '../../../functions/domain/duplicates/undo-merge.ts'
import { suppress } from '../../../functions/domain/email/suppress.ts'
import { erasePerson } from '../../../functions/domain/people/erase-person.ts'
import { mergePeople } from '../../../functions/domain/people/merge-people.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { stopEnrollment } from '../../../functions/domain/sequences/stop-enrollment.ts'
import { tidy } from '../../../functions/jobs/tidy.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'
import { actorOf, addAccount, addNamed, dump } from './merge-world.ts'

const DAY_MS = 24 * 3_600_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const merge = (survivor_id: string, lost_id: string) =>
  mergePeople(actorOf(world), { event_id: world.event_id, survivor_id, lost_id })
const undo = (id: string) => undoMerge(actorOf(world), { event_id: world.event_id, id })
const personOf = (id: string) =>
  world.database.db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
const addressesOf = (person_id: string) =>
  world.database.db
    .selectFrom('email_address')
    .select(['address', 'source', 'status', 'is_primary', 'provenance'])
    .where('person_id', '=', person_id)
    .orderBy('address')
    .execute()

/** Days go by, and whatever is due leaves. */
async function days(count: number) {
  for (let day = 0; day < count; day++) {
    world.clock.advance(DAY_MS)
    await drainMessages(world.ctx)
  }
}

/** Which steps have been accepted for these addresses, by subject line or body: once each is what counts. */
const stepsSent = async () => {
  const { rows } = await sql<{ step_key: string; n: number }>`
    select step_key, count(*)::integer as n from message where state = 'sent' group by step_key`.execute(
    world.database.db,
  )
  return rows.map(({ n }) => n)
}

describe('fields and addresses', () => {
  test('empty fields are filled, notes are both kept, and what hangs on the one hangs on the other', async () => {
    const survivor = await addPerson(world, { name: 'Robert Smith', title: null, country: 'Spain' })
    const lost = await addPerson(world, { name: 'Bob Smith', title: 'COO', country: 'France' })
    await world.database.db.updateTable('person').set({ notes: 'Likes tea' }).where('id', '=', survivor).execute()
    await world.database.db
      .updateTable('person')
      .set({ notes: 'Met in Reno', phone: '+1 555' })
      .where('id', '=', lost)
      .execute()
    await merge(survivor, lost)
    expect(await personOf(lost)).toBeUndefined()
    expect(await personOf(survivor)).toMatchObject({
      name: 'Robert Smith',
      title: 'COO',
      country: 'Spain',
      phone: '+1 555',
      notes: 'Likes tea\n\nMet in Reno',
    })
    expect(await addressesOf(survivor)).toHaveLength(2)
  })

  test.each([
    ['a fact stays before a guess', 'given', 'guessed', 'own'],
    ['a guess makes room for a fact', 'guessed', 'given', 'other'],
    ['a fact stays before a fact', 'given', 'given', 'own'],
    ['a guess stays before a guess', 'guessed', 'guessed', 'own'],
  ] as const)('the primary address: %s', async (_, mine, theirs, wins) => {
    const survivor = await addPerson(world, { address: 'own@acme.test', source: mine })
    const lost = await addPerson(world, { address: 'other@acme.test', source: theirs })
    await merge(survivor, lost)
    const addresses = await addressesOf(survivor)
    expect(addresses.filter((one) => one.is_primary).map((one) => one.address)).toEqual([`${wins}@acme.test`])
    expect(addresses).toHaveLength(2)
  })

  test('an address that both have is kept once, as the fact, with both origins; that it bounced stays known', async () => {
    const survivor = await addPerson(world, { address: 'Bob@acme.test', source: 'guessed', confidence: 0.6 })
    const lost = await addPerson(world, { address: 'bob@acme.test', source: 'given', status: 'bounced' })
    await merge(survivor, lost)
    expect(await addressesOf(survivor)).toEqual([
      {
        address: 'Bob@acme.test',
        source: 'given',
        status: 'bounced',
        is_primary: true,
        provenance: { also: { source: 'guessed' } },
      },
    ])
  })
})

describe('nobody is written to twice, or after a stop', () => {
  test('two records at different steps of one sequence: the further one goes on, and each step leaves once', async () => {
    const sequence_id = await makeSequence(world)
    const ahead = await addPerson(world, { address: 'bob@acme.test' })
    await enrollPeople(world.ctx, { sequence_id, person_ids: [ahead] })
    await drainMessages(world.ctx)
    const behind = await addPerson(world, { address: 'robert.smith@acme.test' })
    await enrollPeople(world.ctx, { sequence_id, person_ids: [behind] })
    // The one that stays is the one that is behind.
    await merge(behind, ahead)
    await days(20)
    expect(await stepsSent()).toEqual([1, 1, 1])
    const { rows } = await sql<{ status: string; stop_reason: string | null; person_id: string }>`
      select status, stop_reason, person_id from enrollment order by enrolled_at, status`.execute(world.database.db)
    expect(rows).toEqual([
      { status: 'finished', stop_reason: null, person_id: behind },
      { status: 'stopped', stop_reason: 'merged', person_id: behind },
    ])
    const lines = await world.database.db.selectFrom('receipt').select('what').where('what', '=', 'stopped').execute()
    expect(lines).toHaveLength(1)
  })

  test('a step that only the shorter way had is passed over in the longer one', async () => {
    const sequence_id = await makeSequence(world)
    const one = await addPerson(world, { address: 'bob@acme.test' })
    const two = await addPerson(world, { address: 'robert.smith@acme.test' })
    await enrollPeople(world.ctx, { sequence_id, person_ids: [one, two] })
    await drainMessages(world.ctx)
    await days(3)
    // As an edit of the sequence may leave it: the further one never had the second step, which comes last now.
    const [first, second] = await messagesOf(world, one)
    await sql`update message set position = 9 where id = ${first?.id}`.execute(world.database.db)
    await sql`update message set state = 'planned', sent_at = null, handed_at = null, settled_at = null,
      due_at = ${world.clock.now()}, ready_at = ${world.clock.now()} where id = ${second?.id}`.execute(
      world.database.db,
    )
    await sql`update message set state = 'cancelled', reason = 'test' where person_id = ${one} and state = 'planned'
      and id <> ${second?.id}`.execute(world.database.db)
    await merge(one, two)
    await days(20)
    const again = await messagesOf(world, one)
    expect(again.find(({ id }) => id === second?.id)).toMatchObject({ state: 'skipped', reason: 'had_already' })
    expect((await stepsSent()).every((n) => n <= 2)).toBe(true)
    expect(world.sender.accepted.filter(({ message_id }) => message_id === second?.id)).toHaveLength(1)
  })

  test('of two sequences that run, the further one goes on', async () => {
    const first = await makeSequence(world)
    const second = await makeSequence(world)
    const one = await addPerson(world)
    const two = await addPerson(world)
    await enrollPeople(world.ctx, { sequence_id: first, person_ids: [one] })
    await drainMessages(world.ctx)
    await enrollPeople(world.ctx, { sequence_id: second, person_ids: [two] })
    await merge(two, one)
    const { rows } = await sql<{ sequence_id: string; status: string }>`
      select sequence_id, status from enrollment where person_id = ${two}`.execute(world.database.db)
    expect(new Map(rows.map((row) => [row.sequence_id, row.status]))).toEqual(
      new Map([
        [first, 'active'],
        [second, 'stopped'],
      ]),
    )
  })

  test('what one record answered holds for the other', async () => {
    const sequence_id = await makeSequence(world)
    const survivor = await addPerson(world)
    const lost = await addPerson(world, { replied_at: new Date('2026-02-01T10:00:00Z') })
    await enrollPeople(world.ctx, { sequence_id, person_ids: [survivor] })
    await merge(survivor, lost)
    expect(await enrollmentOf(world, survivor)).toMatchObject({ status: 'stopped', stop_reason: 'replied' })
    await days(10)
    expect(world.sender.accepted).toEqual([])
  })

  test('a colleague who stopped one record by hand stopped the person', async () => {
    const sequence_id = await makeSequence(world)
    const one = await addPerson(world)
    const two = await addPerson(world)
    await enrollPeople(world.ctx, { sequence_id, person_ids: [one, two] })
    await stopEnrollment(world.ctx, { enrollment_id: (await enrollmentOf(world, two)).id })
    await merge(one, two)
    await days(10)
    expect(world.sender.accepted).toEqual([])
  })

  test.each(['unsubscribed', 'by_hand'] as const)(
    'a suppression (%s) of one address holds for the other',
    async (reason) => {
      const sequence_id = await makeSequence(world)
      const survivor = await addPerson(world, { address: 'bob@acme.test' })
      const lost = await addPerson(world, { address: 'robert@acme.test' })
      await suppress(world.ctx, { kind: 'address', value: 'robert@acme.test' })
      await world.database.db.updateTable('suppression').set({ reason }).execute()
      await enrollPeople(world.ctx, { sequence_id, person_ids: [survivor] })
      const { merge_id } = await merge(survivor, lost)
      await days(10)
      expect(world.sender.accepted).toEqual([])
      await undo(merge_id)
      const left = await world.database.db.selectFrom('suppression').select(['value', 'person_id']).execute()
      expect(left).toEqual([{ value: 'robert@acme.test', person_id: null }])
    },
  )

  test('a mail in the hands of a drain is taken out of them when its enrollment is stopped', async () => {
    const sequence_id = await makeSequence(world)
    const one = await addPerson(world)
    const two = await addPerson(world)
    await enrollPeople(world.ctx, { sequence_id, person_ids: [one, two] })
    await sql`update message set state = 'claimed', claim_token = gen_random_uuid(), claimed_at = ${world.clock.now()},
      lease_until = ${new Date(world.clock.now().getTime() + 60_000)}`.execute(world.database.db)
    await merge(one, two)
    const states = (await messagesOf(world)).map(({ state }) => state).sort()
    expect(states).toEqual(['cancelled', 'claimed'])
  })
})

test('merging twice merges once; another event’s person, or oneself, is not found', async () => {
  const [survivor, lost, stranger] = [await addPerson(world), await addPerson(world), await addPerson(world)]
  const { merge_id } = await merge(survivor, lost)
  expect(await merge(survivor, lost)).toEqual({ merge_id })
  await expect(merge(survivor, survivor)).rejects.toThrow('no such person')
  await expect(merge(stranger, lost)).rejects.toThrow('no such person')
  await expect(
    mergePeople(actorOf(world), { event_id: crypto.randomUUID(), survivor_id: survivor, lost_id: stranger }),
  ).rejects.toThrow('no such person')
  expect(
    await world.database.db.selectFrom('merge').select('id').where('survivor_id', '=', survivor).execute(),
  ).toHaveLength(1)
})

describe('undoing', () => {
  test('gives back every row as it was', async () => {
    const acme = await addAccount(world, 'Acme', { domain: 'acme.test' })
    const sequence_id = await makeSequence(world)
    const survivor = await addNamed(world, 'Robert Smith', {
      account_id: acme,
      address: 'bob@acme.test',
      source: 'guessed',
    })
    const lost = await addNamed(world, 'Bob Smith', { account_id: acme, address: 'BOB@acme.test', title: 'COO' })
    await enrollPeople(world.ctx, { sequence_id, person_ids: [lost] })
    await drainMessages(world.ctx)
    const before = await dump(world)
    const { merge_id } = await merge(survivor, lost)
    expect(await dump(world)).not.toEqual(before)
    expect((await undo(merge_id)).kept).toEqual([])
    expect(await dump(world)).toEqual(before)
    expect((await undo(merge_id)).kept).toEqual([])
    expect(await dump(world)).toEqual(before)
  })

  test('what has changed since stays, and is named', async () => {
    const survivor = await addPerson(world, { name: 'Robert Smith', title: null, address: 'bob@acme.test' })
    const lost = await addPerson(world, { name: 'Bob Smith', title: 'COO', country: 'Spain', address: 'b@acme.test' })
    const { merge_id } = await merge(survivor, lost)
    await world.database.db.updateTable('person').set({ title: 'CEO' }).where('id', '=', survivor).execute()
    await world.database.db
      .updateTable('email_address')
      .set({ status: 'bounced' })
      .where('address', '=', 'b@acme.test')
      .execute()
    const { kept } = await undo(merge_id)
    expect(kept).toEqual([
      'The title of Robert Smith was changed since, and stays.',
      'What is known of b@acme.test has changed since, and stays.',
    ])
    expect(await personOf(survivor)).toMatchObject({ title: 'CEO', country: null })
    expect(await personOf(lost)).toMatchObject({ title: 'COO', country: 'Spain' })
    expect(await addressesOf(lost)).toMatchObject([{ address: 'b@acme.test', status: 'bounced', is_primary: true }])
  })

  test('is possible for 30 days, and after what came later has been undone', async () => {
    const [a, b, c] = [await addPerson(world), await addPerson(world), await addPerson(world, { name: 'Cy Last' })]
    const first = await merge(b, a)
    const second = await merge(c, b)
    await expect(undo(first.merge_id)).rejects.toThrow('was merged into Cy Last since: undo that first')
    await undo(second.merge_id)
    world.clock.advance(31 * DAY_MS)
    await expect(undo(first.merge_id)).rejects.toThrow('30 days')
  })

  test('what the merge stopped stays stopped: no mail leaves because of an undo', async () => {
    const sequence_id = await makeSequence(world)
    const [one, two] = [await addPerson(world), await addPerson(world)]
    await enrollPeople(world.ctx, { sequence_id, person_ids: [one, two] })
    const { merge_id } = await merge(one, two)
    const { kept } = await undo(merge_id)
    expect(kept).toEqual([expect.stringMatching(/was stopped by the merge, and stays stopped/)])
    await days(10)
    expect(await stepsSent()).toEqual([1, 1, 1])
  })
})

test('whoever is erased takes the records with them that were merged into theirs, and theirs alone', async () => {
  const [a, b, c, other] = [
    await addPerson(world, { name: 'Bob Erased' }),
    await addPerson(world),
    await addPerson(world),
    await addPerson(world),
  ]
  await merge(b, a)
  await merge(c, b)
  const stays = await merge(other, await addPerson(world))
  await erasePerson(
    { ...actorOf(world), actor: { ...actorOf(world).actor, role: 'ADMIN' } },
    { event_id: world.event_id, id: c },
  )
  const left = await world.database.db.selectFrom('merge').select('id').where('event_id', '=', world.event_id).execute()
  expect(left).toEqual([{ id: stays.merge_id }])
})

test('after its time what undoing needs is forgotten, and that it was done is not', async () => {
  const { merge_id } = await merge(await addPerson(world), await addPerson(world))
  world.clock.advance(29 * DAY_MS)
  await tidy(world.ctx)
  const kept = world.database.db.selectFrom('merge').select(['lost', 'lost_name']).where('id', '=', merge_id)
  expect((await kept.executeTakeFirstOrThrow()).lost).not.toBeNull()
  world.clock.advance(2 * DAY_MS)
  await tidy(world.ctx)
  expect(await kept.executeTakeFirstOrThrow()).toEqual({ lost: null, lost_name: expect.any(String) })
  expect(
    await world.database.db.selectFrom('merge_row').selectAll().where('merge_id', '=', merge_id).execute(),
  ).toEqual([])
})

test('every column that refers to a person or an account is moved, or is meant to be left', async () => {
  const { rows } = await sql<{ reference: string }>`
    select conrelid::regclass || '.' || a.attname as reference from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid in ('person'::regclass, 'account'::regclass) order by 1`.execute(
    world.database.db,
  )
  const { PERSON_REFERENCES, ACCOUNT_REFERENCES } = await import('../../../db/queries/merge-references.ts')
  const moved = [...PERSON_REFERENCES, ...ACCOUNT_REFERENCES].map(({ table, column }) => `${table}.${column}`)
  // These meet, and have statements of their own.
  expect(rows.map(({ reference }) => reference)).toEqual(
    [...moved, 'email_address.person_id', 'person.account_id', 'account.parent_id'].sort(),
  )
})
