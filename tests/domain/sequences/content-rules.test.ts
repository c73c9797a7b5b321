import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { updateSequence } from '../../../functions/domain/sequences/update-sequence.ts'
import { type LocalSendGrid, startLocalSendGrid } from '../../../functions/local/sendgrid/server.ts'
import { openEmailSender } from '../../../functions/ports/email.ts'
import { addPerson, enrollmentOf, makeSequence, openWorld, type World } from './world.ts'

let world: World
let sendgrid: LocalSendGrid
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  sendgrid = await startLocalSendGrid({
    db: world.database.db,
    clock: world.clock,
    appUrl: 'http://127.0.0.1:9',
    environment: 'test',
    autoDeliver: false,
  })
  const email = openEmailSender({ mode: 'local', apiKey: sendgrid.apiKey, baseUrl: sendgrid.url })
  world.ctx = { ...world.ctx, services: { ...world.ctx.services, email } }
})
afterEach(() => sendgrid.close())

const mailOf = (subject: string, body = 'Hello') =>
  [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject, body }] as const
const acceptedTo = async (person_ids: readonly string[]) => {
  const rows = await world.database.db
    .selectFrom('message')
    .select('id')
    .where('person_id', 'in', [...person_ids])
    .execute()
  const ids = rows.map(({ id }) => id)
  return (await sendgrid.accepted()).filter((mail) => ids.includes(mail.custom_args.message_id ?? ''))
}

test.each([
  ['Germany', null],
  ['Schweiz', null],
  ['UK', null],
  ['IS', null],
  [null, 'France'],
])(
  'without a reason for contact nobody is written to in %s, %s; elsewhere one may',
  async (country, account_country) => {
    const account_id = crypto.randomUUID()
    const at = world.clock.now()
    await world.database.db
      .insertInto('account')
      .values({
        id: account_id,
        event_id: world.event_id,
        name: account_id,
        name_key: account_id,
        country: account_country,
        created_at: at,
        updated_at: at,
      } as never)
      .execute()
    const person_ids = [
      await addPerson(world, { country, account_id }),
      await addPerson(world, { country: 'United States' }),
      await addPerson(world),
    ]
    const sequence_id = await makeSequence(world, { contact_reason: '' })
    expect(await enrollPeople(world.ctx, { sequence_id, person_ids })).toMatchObject({
      enrolled: 2,
      left_out: [{ person: { id: person_ids[0] }, reason: 'no_contact_reason' }],
    })
    await drainMessages(world.ctx)
    expect((await acceptedTo(person_ids)).length).toBe(2)
  },
)

test('a reason that is taken away after the enrolment stops the mail where it is needed', async () => {
  const person_ids = [await addPerson(world, { country: 'Germany', time_zone: 'America/New_York' })]
  const sequence_id = await makeSequence(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  await updateSequence(world.ctx, { sequence_id, contact_reason: ' ' })
  await drainMessages(world.ctx)
  expect(await acceptedTo(person_ids)).toEqual([])
  expect(await enrollmentOf(world, person_ids[0] ?? '')).toMatchObject({ stop_reason: 'no_contact_reason' })
})

test.each([
  '{{ person.title }}',
  '{{ person.title }} and more',
  '{% if person %}{{ person.title }}{% endif %}',
  ' {{ person.title | upcase }}',
  'R{{ person.title | remove_first: "R" }}',
  '{{ "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b" }}{{ person.title }}',
])('a first subject that turns out as an answer is refused at enrol, and at send: %s', async (subject) => {
  const given = (title: string) => addPerson(world, { title })
  const sequence_id = await makeSequence(world, { steps: [...mailOf(subject)] })
  const [good, bad, late] = [await given('Head of yards'), await given('Re: your offer'), await given('Chief')]
  expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [good, bad, late] })).toMatchObject({
    enrolled: 2,
    left_out: [{ person: { id: bad }, reason: 'deceptive_subject' }],
  })
  await world.database.db.updateTable('person').set({ title: 'RE : hello' }).where('id', '=', late).execute()
  await drainMessages(world.ctx)
  expect((await acceptedTo([good, bad, late])).length).toBe(1)
  expect(await enrollmentOf(world, late)).toMatchObject({ stop_reason: 'deceptive_subject' })
})

test('an answer whose thread never began begins it, under the subject of the mail that was passed over', async () => {
  const [first] = mailOf('Our booth')
  const condition = { kind: 'field', field: 'person.title', value: 'CEO', negated: false } as const
  const steps = [
    { ...first, condition },
    { ...first, thread: 'reply', subject: '', delay_amount: 0 },
  ] as const
  const sequence_id = await makeSequence(world, { steps: [...steps] as never })
  const person_ids = [await addPerson(world, { title: 'Painter' })]
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  for (let round = 0; round < 3; round++) {
    await drainMessages(world.ctx)
    world.clock.advance(60_000)
  }
  expect((await acceptedTo(person_ids)).map(({ subject }) => subject)).toEqual(['Our booth'])
})

test('what is refused at enrol is refused at send, when it becomes true in between', async () => {
  const { db } = world.database
  const change = (id: string, columns: object) =>
    db.updateTable('email_address').set(columns).where('person_id', '=', id).execute()
  const people = {
    no_address: (id: string) => db.deleteFrom('email_address').where('person_id', '=', id).execute(),
    low_confidence: (id: string) => change(id, { confidence: 0.2 }),
    bounced: (id: string) => change(id, { status: 'bounced' }),
    invalid_address: (id: string) => change(id, { status: 'invalid' }),
    missing_variable: (id: string) => db.updateTable('person').set({ given_name: null }).where('id', '=', id).execute(),
    replied: (id: string) =>
      db.updateTable('person').set({ replied_at: world.clock.now() }).where('id', '=', id).execute(),
  }
  const sequence_id = await makeSequence(world)
  for (const [reason, happens] of Object.entries(people)) {
    const id = await addPerson(world, reason === 'low_confidence' ? { source: 'guessed', confidence: 0.9 } : {})
    expect(await enrollPeople(world.ctx, { sequence_id, person_ids: [id] })).toMatchObject({ enrolled: 1 })
    await happens(id)
    await drainMessages(world.ctx)
    expect([reason, await enrollmentOf(world, id)]).toMatchObject([reason, { stop_reason: reason }])
    expect(await acceptedTo([id])).toEqual([])
    const again = await makeSequence(world)
    expect(await enrollPeople(world.ctx, { sequence_id: again, person_ids: [id] })).toMatchObject({ enrolled: 0 })
  }
})

test.each([
  [{ country: 'Germany' }, {}, false],
  [{ country: 'United States' }, {}, true],
  [{}, {}, true],
  [{ country: 'USA' }, { untracked_countries: ['US'] }, false],
  [{ country: 'Germany' }, { untracked_countries: [] }, true],
  [{ country: 'United States' }, { track_opens: false, track_clicks: false }, false],
])('on the wire: %j, %j → tracked %s', async (person, settings, tracked) => {
  const person_ids = [await addPerson(world, { ...person, time_zone: 'America/New_York' })]
  const sequence_id = await makeSequence(world, { track_clicks: true, ...settings })
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  await drainMessages(world.ctx)
  expect(await acceptedTo(person_ids)).toMatchObject([{ track_opens: tracked, track_clicks: tracked }])
})

test('on the wire: text and HTML of one source, one-click headers, footer, and a reply in the thread', async () => {
  const person_ids = [await addPerson(world, { name: 'Ann "O" <Lee>' })]
  const sequence_id = await makeSequence(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  for (let day = 0; day < 3; day++) {
    await drainMessages(world.ctx)
    world.clock.advance(7 * 86_400_000)
  }
  const mails = (await acceptedTo(person_ids)).sort((a, b) => a.accepted_no - b.accepted_no)
  expect(mails.length).toBe(3)
  for (const mail of mails) {
    const url = /<(https:[^>]+)>/.exec(mail.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
    expect(url).toMatch(/^https:\/\/hitlist\.test\/unsubscribe\/[\w-]{43}$/)
    expect(mail.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    for (const part of [mail.text, mail.html])
      for (const words of ['You are on the list of attendees.', '1 Dock Street, Reno', url, 'Ann'])
        expect(part).toContain(words)
    expect(mail.html).not.toMatch(/<(img|script|link)/)
    expect(mail.html.replace(/<[^>]+>/g, ' ')).toContain(mail.text.split('\n\n')[0])
    expect(mail.message_id_header).toMatch(/^<[\w.-]+@yardflow\.test>$/)
  }
  const [first, second, third] = mails.map((mail) => mail.message_id_header)
  expect(mails.map(({ subject }) => subject.startsWith('Re: '))).toEqual([false, true, true])
  expect(mails[0]?.headers['In-Reply-To']).toBeUndefined()
  expect(mails[1]?.headers).toMatchObject({ 'In-Reply-To': first, References: first })
  expect(mails[2]?.headers).toMatchObject({ 'In-Reply-To': second, References: `${first} ${second}` })
  expect(third).not.toBe(second)
})
