import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importSuppressions } from '../../../functions/domain/email/import-suppressions.ts'
import { recordReply } from '../../../functions/domain/email/record-reply.ts'
import { suppress, unsuppress } from '../../../functions/domain/email/suppress.ts'
import { exportList } from '../../../functions/domain/exports/export-list.ts'
import { addAddress } from '../../../functions/domain/people/add-address.ts'
import { erasePerson } from '../../../functions/domain/people/erase-person.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const as = (role: 'ADMIN' | 'MEMBER') => ({
  ...world.ctx,
  actor: { ...(world.ctx.actor as NonNullable<typeof world.ctx.actor>), role },
})
const listed = () =>
  world.database.db
    .selectFrom('suppression')
    .select(['kind', 'value', 'event_id', 'reason', 'source'])
    .orderBy('value')
    .orderBy('event_id')
    .execute()
const enrol = async (...person_ids: string[]) =>
  enrollPeople(world.ctx, { sequence_id: await makeSequence(world), person_ids })

test('a suppression of one event holds there, at enrol and in the claim, and nowhere else', async () => {
  const person_id = await addPerson(world, { address: 'jo@acme.test' })
  const late = await addPerson(world, { address: 'ann@acme.test' })
  await enrol(late)
  await suppress(world.ctx, { kind: 'address', value: 'jo@acme.test', event_id: world.event_id })
  expect(await enrol(person_id)).toMatchObject({ enrolled: 0, left_out: [{ reason: 'suppressed' }] })
  await suppress(world.ctx, { kind: 'domain', value: 'acme.test', event_id: world.event_id })
  expect(await enrollmentOf(world, late)).toMatchObject({ stop_reason: 'suppressed' })

  const here = world.event_id
  await world.database.db.deleteFrom('enrollment').execute()
  const suppressions = await listed()
  await world.reset()
  await world.database.db
    .insertInto('suppression')
    .values(
      suppressions.map((one) => ({
        ...one,
        id: crypto.randomUUID(),
        person_id: null,
        created_by: null,
        created_at: world.clock.now(),
      })),
    )
    .execute()
  expect(here).not.toBe(world.event_id)
  const elsewhere = await addPerson(world, { address: 'jo@acme.test' })
  expect(await enrol(elsewhere)).toMatchObject({ enrolled: 1 })
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(1)
})

test('a domain stops whoever is being written to below it', async () => {
  const person_id = await addPerson(world, { address: 'jo@eu.acme.test' })
  await enrol(person_id)
  await suppress(world.ctx, { kind: 'domain', value: 'acme.test' })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ stop_reason: 'suppressed' })
})

const csv = (text: string) => ({ file_name: 'list.csv', bytes: new TextEncoder().encode(text), event_id: null })

test('a list of addresses and domains is taken whole, with and without a header, and stops whom it names', async () => {
  const person_id = await addPerson(world, { address: 'jo@acme.test' })
  await enrol(person_id)
  expect(
    await importSuppressions(
      world.ctx,
      csv('\uFEFFEmail;Reason;Source\nJo@Acme.test;unsubscribed;old tool\nrival.test;;\n'),
    ),
  ).toEqual({
    rows: 2,
    added: 2,
    stopped: 1,
  })
  expect(await listed()).toMatchObject([
    { kind: 'address', value: 'jo@acme.test', reason: 'unsubscribed', source: 'old tool' },
    { kind: 'domain', value: 'rival.test', reason: 'by_hand', source: 'from list.csv' },
  ])
  expect(await enrollmentOf(world, person_id)).toMatchObject({ stop_reason: 'suppressed_imported' })
  await importSuppressions(world.ctx, csv('one@x.test\ntwo.test'))
  await importSuppressions(world.ctx, csv('only@x.test'))
  await importSuppressions(world.ctx, csv('JO@ACME.TEST'))
  expect((await listed()).map(({ value }) => value)).toEqual([
    'jo@acme.test',
    'one@x.test',
    'only@x.test',
    'rival.test',
    'two.test',
  ])
})

test('bad rows are named and nothing is taken', async () => {
  const bad = importSuppressions(world.ctx, csv('email\nok@x.test\nnot an address\n@@\njo@\nfine.test'))
  await expect(bad).rejects.toMatchObject({
    fields: {
      file: 'Nothing was imported. Row 3: “not an address” is neither an address nor a domain. Row 4: “@@” is neither an address nor a domain. Row 5: “jo@” is neither an address nor a domain.',
    },
  })
  await expect(importSuppressions(world.ctx, csv(''))).rejects.toThrow()
  await expect(importSuppressions(world.ctx, csv('email\n'))).rejects.toThrow()
  expect(await listed()).toEqual([])
})

test('a row of an unknown event and a public mail provider are bad rows', async () => {
  await expect(
    importSuppressions(world.ctx, csv('email,event\na@x.test,Moon Expo\nb.test,\ngmail.com,\n')),
  ).rejects.toThrow(
    'Nothing was imported. Row 2: there is no event “moon expo”. Row 4: gmail.com is a public mail provider, not one company',
  )
  expect(await listed()).toEqual([])
})

test('what is exported can be imported again', async () => {
  await importSuppressions(world.ctx, csv('email,reason,source\njo@acme.test,complained,=they did\nrival.test,,\n'))
  await suppress(world.ctx, { kind: 'domain', value: 'here.test', event_id: world.event_id })
  await suppress(world.ctx, { kind: 'domain', value: 'rival.test', event_id: world.event_id })
  const person_id = await addPerson(world, { address: 'gone@acme.test' })
  await erasePerson(as('ADMIN'), { event_id: world.event_id, id: person_id })
  const before = await listed()
  let file = ''
  for await (const { text } of exportList(world.ctx, { kind: 'suppressions', event_id: world.event_id })) file += text
  expect(file).not.toContain('gone@acme.test')
  expect(await importSuppressions(as('ADMIN'), csv(file))).toMatchObject({ rows: 5, added: 0 })
  expect(await listed()).toEqual(before)
  await world.database.db.deleteFrom('suppression').execute()
  expect(await importSuppressions(as('ADMIN'), csv(file))).toMatchObject({ rows: 5, added: 5 })
  expect(await listed()).toEqual(before)
})

test('whoever is erased leaves nothing but a hash, and stays suppressed when they are imported and enrolled again', async () => {
  const person_id = await addPerson(world, { address: 'Jane.Doe@acme.test', name: 'Jane Doe' })
  const boss = await addPerson(world, { address: 'boss@acme.test' })
  await enrol(person_id, boss)
  await drainMessages(world.ctx)
  await addAddress(as('ADMIN'), { event_id: world.event_id, id: person_id }, { address: 'jane@home.test' })
  const [message] = await messagesOf(world, person_id)
  await recordReply(world.ctx, {
    from_address: 'jane.private@home.test',
    to_addresses: [],
    subject: 'Re',
    text: 'I am Jane Doe and demand my data to be deleted.',
    html: '<p>Jane Doe</p>',
    returned: '',
    headers: new Map([['in-reply-to', `<${message?.message_id_header}>`]]),
  })
  await expect(erasePerson(as('MEMBER'), { event_id: world.event_id, id: person_id })).rejects.toThrow('Only an admin')
  expect(await erasePerson(as('ADMIN'), { event_id: world.event_id, id: person_id })).toEqual({ erased: 1 })

  for (const table of [
    'person',
    'email_address',
    'message',
    'enrollment',
    'receipt',
    'reply',
    'activity',
    'email_event',
    'suppression',
    'audit',
    'task',
    'import_row',
    'ai_call',
  ] as const)
    expect(JSON.stringify(await world.database.db.selectFrom(table).selectAll().execute()).toLowerCase()).not.toMatch(
      /jane|home\.test/,
    )
  expect(await listed()).toMatchObject(Array(3).fill({ kind: 'address_hash', reason: 'erased', event_id: null }))
  expect((await messagesOf(world, boss)).length).toBeGreaterThan(0)

  const back = await addPerson(world, { address: 'JANE.DOE@acme.test', name: 'Jane Doe' })
  expect(await enrol(back)).toMatchObject({ enrolled: 0, left_out: [{ reason: 'suppressed' }] })
  const smuggled = await addPerson(world, { address: 'x@new.test' })
  await enrol(smuggled)
  await addAddress(as('ADMIN'), { event_id: world.event_id, id: smuggled }, { address: 'jane@home.test' })
  const sent = world.sender.accepted.length
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(sent)
  expect(await enrollmentOf(world, smuggled)).toMatchObject({ stop_reason: 'suppressed' })
  const [hash] = await world.database.db.selectFrom('suppression').select('id').execute()
  await expect(unsuppress(as('ADMIN'), { suppression_id: hash?.id ?? '' })).rejects.toThrow('erased')
})

test('the same human at another event is erased too; who only shares a mailbox is stopped and stays', async () => {
  const address = 'info@acme.test'
  const person_id = await addPerson(world, { address, name: 'Jane Doe' })
  const twin = await addPerson(world, { address, name: 'Jane Doe' })
  const other = await addPerson(world, { address, name: 'Bob' })
  await world.database.db
    .updateTable('person')
    .set({ name_key: 'doe jane', namesake: 1 })
    .where('id', '=', person_id)
    .execute()
  await world.database.db
    .updateTable('person')
    .set({ name_key: 'doe jane', namesake: 2 })
    .where('id', '=', twin)
    .execute()
  await enrol(other)
  expect(await erasePerson(as('ADMIN'), { event_id: world.event_id, id: person_id })).toEqual({ erased: 2 })
  expect(await enrollmentOf(world, other)).toMatchObject({ stop_reason: 'suppressed' })
})
