import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { saveWorkspaceCaps } from '../../../db/queries/senders.ts'
import { findWebsite } from '../../../functions/domain/enrichment/find-website.ts'
import { updatePerson } from '../../../functions/domain/people/update-person.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { importText } from '../imports/import-world.ts'
import { addAccount, adminOf, answer, moveToDay } from './colleagues.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const details = { title: null, category: null, country: null, phone: null, linkedin_url: null, owner_id: null }

test('somebody moves to another company: they are a colleague of those there from the next claim on', async () => {
  const [one, two] = [await addAccount(world, { name: 'one' }), await addAccount(world, { name: 'two' })]
  const sequence_id = await makeSequence(world, { colleague_reply: 'stop' })
  const jo = await addPerson(world, { account_id: two, name: 'Jo Doe' })
  const ann = await addPerson(world, { account_id: one, name: 'Ann Lee' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [jo, ann] })
  await drainMessages(world.ctx)
  const { account_key } = await enrollmentOf(world, jo)
  const move = { ...details, name: 'Ann Lee', company: 'two', notes: null, personas: [] }
  await updatePerson(adminOf(world), { event_id: world.event_id, id: ann }, move)
  expect(await enrollmentOf(world, ann)).toMatchObject({ account_id: two, account_key })
  // What has left keeps the account whose caps it was counted by.
  const planned = (await messagesOf(world, ann)).map((mail) => [mail.state, mail.account_key === account_key])
  expect(planned).toEqual([
    ['sent', false],
    ['planned', true],
  ])
  world.clock.advance(3_600_000)
  await answer(world, jo)
  expect(await enrollmentOf(world, ann)).toMatchObject({ status: 'stopped', stop_reason: 'colleague_replied' })
  // Who has left their company altogether is alone.
  await updatePerson(adminOf(world), { event_id: world.event_id, id: jo }, { ...move, name: 'Jo Doe', company: null })
  expect(await enrollmentOf(world, jo)).toMatchObject({ status: 'stopped', account_id: two, account_key })
})

test('the website of an account is found between two enrolments: both are of one company', async () => {
  const account_id = await addAccount(world, { domain: null })
  const { db } = world.database
  await db.updateTable('account').set({ website: 'https://acme.test' }).where('id', '=', account_id).execute()
  await saveWorkspaceCaps(db, { account_daily_cap: 1, domain_daily_cap: null }, MONDAY)
  const sequence_id = await makeSequence(world, { colleague_reply: 'stop' })
  const jo = await addPerson(world, { account_id, address: 'jo@mail.test' })
  const ann = await addPerson(world, { account_id, address: 'ann@mail.test' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [jo] })
  expect(await findWebsite(world.ctx, { account_id })).toMatchObject({ outcome: 'saved', domain: 'acme.test' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [ann] })
  expect((await enrollmentOf(world, jo)).account_key).toBe((await enrollmentOf(world, ann)).account_key)
  world.clock.advance(1_200_000)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(1)
  moveToDay(world, 1)
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(2)
  await answer(world, jo)
  expect(await enrollmentOf(world, ann)).toMatchObject({ status: 'stopped', stop_reason: 'colleague_replied' })
})

test('a list brings the domain of a company whose people are enrolled: they are colleagues of those enrolled after', async () => {
  const account_id = await addAccount(world, { domain: null, name: 'zeta' })
  const sequence_id = await makeSequence(world)
  const jo = await addPerson(world, { account_id, address: 'jo@mail.test' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [jo] })
  const list = 'Company,Website,Score\nZeta,https://zeta.test,12\n'
  expect(await importText(world.ctx, world.event_id, list)).toMatchObject({ updated: 1 })
  expect((await enrollmentOf(world, jo)).account_key).toBe('zeta.test')
  expect((await messagesOf(world, jo))[0]?.account_key).toBe('zeta.test')
})
