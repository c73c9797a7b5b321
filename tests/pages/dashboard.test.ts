import type { Updateable } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../db/schema.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { countStatements } from '../statements.ts'
import { openTestApp, type TestApp } from '../test-app.ts'
import { textOf } from '../text-of.ts'

/** Monday, 09:30 in Chicago. */
const now = new Date('2027-03-01T15:30:00Z')
const configured = {
  SENDGRID_API_KEY: 'SG.test',
  APP_SECRET: 'x'.repeat(32),
  POSTAL_ADDRESS: '1 Dock Street',
  QSTASH_TOKEN: 'token',
  QSTASH_CURRENT_SIGNING_KEY: 'key-1',
  QSTASH_NEXT_SIGNING_KEY: 'key-2',
}

let database: TestDatabase
let testApp: TestApp
let rep: SignedIn
let event_id: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.db.deleteFrom('job').execute()
  testApp = openTestApp(database.db, { env: configured })
  rep = await signInAs(testApp)
  event_id = rep.actor.active_event_id ?? ''
})

const dashboard = async (on = rep, headers: Record<string, string> = {}) => {
  const answer = await on.request('/dashboard', { headers })
  expect(answer.status).toBe(200)
  return textOf(answer)
}
async function insertPerson(name: string): Promise<{ account_id: string; person_id: string }> {
  const account_id = crypto.randomUUID()
  const person_id = crypto.randomUUID()
  const times = { created_at: now, updated_at: now }
  await database.db
    .insertInto('account')
    .values({ id: account_id, event_id, name: `Acme of ${name}`, name_key: `acme ${account_id}`, ...times })
    .execute()
  await database.db
    .insertInto('person')
    .values({ id: person_id, event_id, account_id, name, name_key: name.toLowerCase(), ...times })
    .execute()
  await database.db
    .insertInto('email_address')
    .values({
      id: crypto.randomUUID(),
      person_id,
      address: `${person_id}@acme.test`,
      address_key: `${person_id}@acme.test`,
      domain: 'acme.test',
      source: 'given',
      confidence: 1,
      provenance: '{}',
      is_primary: true,
      ...times,
    })
    .execute()
  return { account_id, person_id }
}

/** One person in a running sequence, with one mail planned for `due_at`. */
async function insertPlanned(due_at: Date, changes: Updateable<Database['message']> = {}) {
  const { account_id, person_id } = await insertPerson('Lee Ortiz')
  const [sequence_id, enrollment_id, message_id] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()]
  await database.db
    .insertInto('sequence')
    .values({
      id: sequence_id,
      event_id,
      name: `Before the show ${sequence_id}`,
      status: 'active',
      owner_id: rep.actor.user_id,
      from_name: 'Dana',
      from_address: 'dana@yardflow.test',
      time_zone: 'America/Chicago',
      contact_reason: 'Both exhibit',
      created_at: now,
      updated_at: now,
    })
    .execute()
  await database.db
    .insertInto('enrollment')
    .values({
      id: enrollment_id,
      sequence_id,
      person_id,
      account_id,
      account_key: account_id,
      version: 1,
      enrolled_at: now,
      colleagues_seen_at: now,
      updated_at: now,
    })
    .execute()
  await database.db
    .insertInto('message')
    .values({
      id: message_id,
      enrollment_id,
      step_key: crypto.randomUUID(),
      sequence_id,
      person_id,
      event_id,
      position: 2,
      version: 1,
      due_at,
      ready_at: due_at,
      account_key: account_id,
      is_first: false,
      time_zone: 'America/New_York',
      message_id_header: `${message_id}@yardflow.test`,
      created_at: now,
    })
    .execute()
  if (Object.keys(changes).length > 0)
    await database.db.updateTable('message').set(changes).where('id', '=', message_id).execute()
  return { sequence_id, person_id }
}

test('without an active event it offers to choose one', async () => {
  const newcomer = await signInAs(testApp, { event: false })
  expect(await dashboard(newcomer)).toContain('No event is active')
})

test('an empty event shows what to do next and nothing else', async () => {
  const text = await dashboard()
  expect(text).toContain('ProMat 2027')
  expect(text).toContain('in 14 days')
  expect(text).toContain('Next steps 1 of 6 done')
  expect(text).toContain('Nothing is planned')
  expect(text).not.toContain('Not sending now')
})

test('the figures are those of the active event', async () => {
  await insertPlanned(new Date('2027-03-01T20:00:00Z'))
  const { person_id } = await insertPerson('Robin Gone')
  await database.db.updateTable('email_address').set({ status: 'bounced' }).where('person_id', '=', person_id).execute()
  const elsewhere = await signInAs(testApp)
  const text = await dashboard()
  expect(text).toContain('Accounts 2')
  expect(text).toContain('People 2')
  expect(text).toContain('With an address 1 50 % of people')
  expect(text).toContain('In a sequence 1')
  expect(text).toContain('Sent today 0 1 more planned')
  expect(await dashboard(elsewhere)).toContain('Accounts 0')
})

test('what goes out next is told, with the recipient’s own clock; a paused sequence’s mail is not among it', async () => {
  const { sequence_id } = await insertPlanned(new Date('2027-03-01T20:00:00Z'))
  const text = await dashboard()
  expect(text).toContain('today 14:00')
  expect(text).toContain('Lee Ortiz Acme of Lee Ortiz')
  expect(text).toContain('15:00')
  await database.db.updateTable('sequence').set({ status: 'paused' }).where('id', '=', sequence_id).execute()
  const paused = await dashboard()
  expect(paused).toContain('Nothing leaves')
  expect(paused).toContain('Not sending now: every sequence with planned mail is paused.')
})

test('a paused sender’s mail is not among it, nor counted; the line over the page names the sender', async () => {
  await insertPlanned(new Date('2027-03-01T20:00:00Z'))
  await database.db
    .insertInto('sender')
    .values({
      address: 'dana@yardflow.test',
      time_zone: 'America/Chicago',
      paused_at: now,
      pause_reason: 'Paused by Jamie Rivera',
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.column('address').doUpdateSet({ paused_at: now, pause_reason: 'Paused by Jamie Rivera' }),
    )
    .execute()
  const text = await dashboard()
  expect(text).toContain('Not sending now: dana@yardflow.test was paused by Jamie Rivera.')
  expect(text).toContain('Nothing leaves')
  expect(text).not.toContain('planned today')
  expect(text).not.toContain('more planned')
  await database.db.deleteFrom('sender').execute()
})

test('the reader’s own zone decides what today is', async () => {
  await insertPlanned(new Date('2027-03-02T03:00:00Z'))
  expect(await dashboard()).toContain('1 more planned')
  const inBerlin = { Cookie: `${rep.cookie}; tz=Europe%2FBerlin` }
  expect(await dashboard(rep, inBerlin)).not.toContain('more planned')
  expect(await dashboard(rep, { Cookie: `${rep.cookie}; tz=Mars%2FOlympus` })).toContain('1 more planned')
})

test.each([
  ['2027-03-01T20:00:00Z', {}, 'no step is due yet; next today 14:00'],
  [
    '2027-03-01T20:00:00Z',
    { reason: 'cap_sequence_day' },
    'the sequence’s mails of the day had left; next today 14:00',
  ],
  ['2027-03-01T15:45:00Z', { reason: 'SendGrid answered 503' }, 'SendGrid answered 503; resumes at today 09:45'],
  ['2027-03-01T14:00:00Z', {}, 'the queue has not come for what was due 90 min ago'],
])('why nothing leaves now, the next being due at %s %o', async (due_at, changes, reason) => {
  await insertPlanned(new Date(due_at), changes)
  expect(await dashboard()).toContain(`Not sending now: ${reason}`)
})

test('outside the hours of the recipient it says which they are', async () => {
  await insertPlanned(new Date('2027-03-02T14:00:00Z'))
  testApp.clock.advance(8 * 3600_000)
  expect(await dashboard()).toContain('Not sending now: outside Mon–Fri 09:00–17:00 where the recipient is; next')
})

test('while mail is leaving it says nothing', async () => {
  await insertPlanned(new Date('2027-03-01T15:29:00Z'))
  expect(await dashboard()).not.toContain('Not sending now')
})

test('without mail or queue it names the variable', async () => {
  await insertPlanned(new Date('2027-03-01T20:00:00Z'))
  for (const name of ['POSTAL_ADDRESS', 'QSTASH_TOKEN']) {
    const without = openTestApp(database.db, { env: { ...configured, [name]: '' } })
    const answer = await without.app.request('https://hitlist.test/dashboard', {
      headers: { Cookie: rep.cookie },
    })
    expect(await textOf(answer)).toContain(`${name} is missing`)
  }
})

test('unread replies, failed jobs and unconfirmed mails wait for a person', async () => {
  const { person_id } = await insertPlanned(new Date('2027-03-01T14:00:00Z'), {
    state: 'unconfirmed',
    reason: 'timeout',
    claimed_at: now,
    handed_at: now,
    to_address: 'lee@acme.test',
  })
  await database.db
    .insertInto('reply')
    .values({
      id: crypto.randomUUID(),
      content_key: crypto.randomUUID(),
      message_id: null,
      enrollment_id: null,
      person_id,
      event_id,
      from_address: 'lee@acme.test',
      to_address: null,
      subject: '<b>Re: your yard</b>',
      text: 'Call me',
      class: 'human',
      received_at: now,
      read_at: null,
    })
    .execute()
  await database.db
    .insertInto('job')
    .values({
      id: crypto.randomUUID(),
      name: 'website',
      payload: '{}',
      status: 'failed',
      error: 'no',
      run_at: now,
      max_attempts: 5,
      created_at: now,
    })
    .execute()
  const text = await dashboard()
  expect(text).toContain('&lt;b&gt;Re: your yard')
  expect(text).toContain('Replies waiting 1 reply')
  expect(text).toContain('Failed jobs 1')
  expect(text).toContain('Unconfirmed 1')
})

test('what happened lately names whom it happened to, once', async () => {
  const { person_id } = await insertPerson('Ann Lee')
  const line = { event_id, account_id: null, person_id, actor_id: null, kind: 'message', at: now }
  for (const summary of ['Mail sent: Hello', 'Alex gave Ann Lee an address'])
    await database.db
      .insertInto('activity')
      .values({ id: crypto.randomUUID(), ...line, summary, detail: '{}' })
      .execute()
  const text = await dashboard()
  expect(text).toContain('Ann Lee : Mail sent: Hello')
  expect(text).not.toContain('Ann Lee : Alex gave')
})

test('it takes four statements, whatever is on it', async () => {
  for (let count = 0; count < 12; count += 1) await insertPlanned(new Date('2027-03-01T20:00:00Z'))
  const counted = countStatements(database.db)
  const counting = openTestApp(counted.db, { env: configured })
  const answer = await counting.app.request('https://hitlist.test/dashboard', { headers: { Cookie: rep.cookie } })
  expect(answer.status).toBe(200)
  expect(counted.count()).toBe(4)
})
