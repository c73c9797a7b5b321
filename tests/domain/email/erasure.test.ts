import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importSuppressions } from '../../../functions/domain/email/import-suppressions.ts'
import { recordEmailEvents } from '../../../functions/domain/email/record-email-events.ts'
import { suppress, unsuppress } from '../../../functions/domain/email/suppress.ts'
import { erasePerson } from '../../../functions/domain/people/erase-person.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { importText } from '../imports/import-world.ts'
import { adminOf, answer } from '../sequences/colleagues.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, type World } from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const enrol = async (...person_ids: string[]) =>
  enrollPeople(world.ctx, { sequence_id: await makeSequence(world, { colleague_reply: 'nothing' }), person_ids })
const erase = (id: string) => erasePerson(adminOf(world), { event_id: world.event_id, id })
const suppression = () => world.database.db.selectFrom('suppression').selectAll().executeTakeFirstOrThrow()
const hashFile = async (address: string) => {
  const { rows } = await sql<{ hash: string }>`select address_hash(${address}::text) as hash`.execute(world.database.db)
  const text = `value,kind,reason\n${rows[0]?.hash},address_hash,erased\n`
  return { file_name: 'hashes.csv', bytes: new TextEncoder().encode(text), event_id: null }
}

/** Every table of the database that says a word anywhere. */
async function tablesThatSay(word: string): Promise<string[]> {
  const { db } = world.database
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(db)
  const found: string[] = []
  for (const { name } of rows) {
    const said = await sql`select 1 from ${sql.table(name)} x where x::text ilike ${`%${word}%`} limit 1`.execute(db)
    if (said.rows.length > 0) found.push(name)
  }
  return found
}

test('whoever is erased is named nowhere, not by what was told of them before nor by what is told afterwards', async () => {
  const address = 'zebulon.quark@secret.test'
  const person_id = await addPerson(world, { name: 'Zebulon Quark', address })
  await enrol(person_id)
  await suppress(world.ctx, { kind: 'address', value: address })
  await unsuppress(adminOf(world), { suppression_id: (await suppression()).id })
  const [message] = await messagesOf(world, person_id)
  const event = { event: 'bounce', email: address, timestamp: MONDAY.getTime() / 1000, reason: `<${address}> unknown` }
  await recordEmailEvents(world.ctx, [{ ...event, sg_message_id: 'nobody.x', sg_event_id: 'e1' }])
  await world.database.db
    .updateTable('email_event')
    .set({ raw: JSON.stringify({ email: address.toUpperCase() }), reason: address })
    .execute()
  await erase(person_id)
  await recordEmailEvents(world.ctx, [{ ...event, event: 'open', sg_event_id: 'e2', message_id: message?.id }])
  expect(await world.database.db.selectFrom('email_event').select(['type', 'raw']).orderBy('type').execute()).toEqual([
    { type: 'bounce', raw: {} },
    { type: 'open', raw: {} },
  ])
  expect(await tablesThatSay('quark')).toEqual([])
})

test('a colleague who answered for somebody is not erased with them', async () => {
  const [ann, bob] = [
    await addPerson(world, { address: 'ann@acme.test' }),
    await addPerson(world, { address: 'bob@acme.test' }),
  ]
  await enrol(ann, bob)
  world.clock.advance(1_200_000)
  await drainMessages(world.ctx)
  await answer(world, ann, { from_address: 'Bob@acme.test', text: 'Ann asked me to answer for her: yes.' })
  await answer(world, ann, { from_address: 'ann@home.test' })
  await erase(ann)
  expect(await enrollmentOf(world, bob)).toMatchObject({ status: 'active' })
  const { rows } = await sql<{ value: string }>`select k.value from (values ('ann@acme.test'), ('ann@home.test'),
    ('bob@acme.test')) k(value) join suppression x on x.value = address_hash(k.value) order by 1`.execute(
    world.database.db,
  )
  expect(rows.map(({ value }) => value)).toEqual(['ann@acme.test', 'ann@home.test'])
})

test('hashes are for admins, who may take back what a list brought in', async () => {
  const person_id = await addPerson(world, { address: 'ceo@acme.test' })
  await enrol(person_id)
  const file = await hashFile('ceo@acme.test')
  await expect(importSuppressions(world.ctx, file)).rejects.toThrow('Only an admin')
  expect((await enrollmentOf(world, person_id)).status).toBe('active')
  expect(await importSuppressions(adminOf(world), file)).toEqual({ rows: 1, added: 1, stopped: 1 })
  await unsuppress(adminOf(world), { suppression_id: (await suppression()).id })
  // Once they are erased it is for good, whatever a list had said before.
  await importSuppressions(adminOf(world), file)
  await erase(person_id)
  await expect(unsuppress(adminOf(world), { suppression_id: (await suppression()).id })).rejects.toThrow('erased')
})

test('somebody who is on a list again after they were erased stays suppressed', async () => {
  await erase(await addPerson(world, { name: 'Jane Doe', address: 'jane@acme.test' }))
  await importText(
    world.ctx,
    world.event_id,
    'Name,Company,Email\nJane Doe,Acme,JANE@Acme.test\nJo Lee,Acme,jo@acme.test',
  )
  const { db } = world.database
  const people = await db.selectFrom('person').select('id').where('event_id', '=', world.event_id).execute()
  const result = await enrol(...people.map(({ id }) => id))
  expect(result).toMatchObject({ enrolled: 1, left_out: [{ reason: 'suppressed' }] })
  world.clock.advance(1_200_000)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.map(({ to }) => to.address)).toEqual(['jo@acme.test'])
})
