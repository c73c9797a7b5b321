import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { insertTestEvent, type SignedIn, signInAs } from '../sign-in.ts'
import { countStatements } from '../statements.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

let database: TestDatabase
let testApp: TestApp
let admin: SignedIn
let member: SignedIn

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  testApp = openTestApp(database.db)
  admin = await signInAs(testApp, { role: 'ADMIN', event: false })
  member = await signInAs(testApp)
})

const details = (changes: Record<string, string> = {}) => ({
  name: `Manifest ${crypto.randomUUID()}`,
  venue: 'The Venetian',
  city: 'Las Vegas',
  country: 'United States',
  booth: '1822',
  time_zone: 'America/Los_Angeles',
  starts_on: '2027-02-08',
  ends_on: '2027-02-10',
  ...changes,
})
const eventCalled = (name: string) =>
  database.db.selectFrom('event').selectAll().where('name', '=', name).executeTakeFirst()
const activeOf = async (rep: SignedIn) =>
  (
    await database.db
      .selectFrom('user')
      .select('active_event_id')
      .where('id', '=', rep.actor.user_id)
      .executeTakeFirstOrThrow()
  ).active_event_id

test('a member creates an event, and its page says so once', async () => {
  const typed = details()
  const answer = await member.post('/dashboard/events', typed)
  expect(answer.status).toBe(303)
  const event = await eventCalled(typed.name)
  expect(answer.headers.get('Location')).toBe(`/dashboard/events/${event?.id}`)
  expect(event).toMatchObject(typed)
  const [flash] = answer.headers.getSetCookie()
  const page = await member.request(`/dashboard/events/${event?.id}`, {
    headers: { Cookie: `${member.cookie}; ${flash?.split(';')[0]}` },
  })
  expect(await page.text()).toContain(`${typed.name} is created.`)
  expect(page.headers.getSetCookie()[0]).toMatch(/^__Host-flash=; Max-Age=0/)
})

test('the first event of somebody who has none is active at once, a second one is not', async () => {
  const first = details()
  await admin.post('/dashboard/events', first)
  expect(await activeOf(admin)).toBe((await eventCalled(first.name))?.id)
  await admin.post('/dashboard/events', details())
  expect(await activeOf(admin)).toBe((await eventCalled(first.name))?.id)
})

test.each([
  [{ name: ' ' }, 'Type the name of the event'],
  [{ name: 'n'.repeat(121) }, 'At most 120 characters'],
  [{ time_zone: 'Mars/Olympus' }, 'There is no such time zone'],
  [{ time_zone: '+02:00' }, 'There is no such time zone'],
  [{ starts_on: '2027-02-31' }, 'There is no such day'],
  [{ starts_on: '8 February' }, 'Type the day as YYYY-MM-DD'],
  [{ starts_on: '1999-12-31' }, 'Choose a year from 2000 to 2100'],
  [{ ends_on: '2101-01-01' }, 'Choose a year from 2000 to 2100'],
  [{ ends_on: '2027-02-07' }, 'The last day cannot be before the first'],
])('%o is refused with 422 and keeps what was typed', async (changes, message) => {
  const typed = details(changes)
  const answer = await member.post('/dashboard/events', typed)
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain(message)
  expect(html).toContain('value="The Venetian"')
  expect(await eventCalled(typed.name.trim())).toBeUndefined()
})

test('a name is there once, whatever its case', async () => {
  const typed = details()
  await member.post('/dashboard/events', typed)
  const again = await member.post('/dashboard/events', { ...typed, name: typed.name.toUpperCase() })
  expect(again.status).toBe(422)
  expect(await again.text()).toContain('Another event has this name')
  const other = await insertTestEvent(testApp)
  const renamed = await member.post(`/dashboard/events/${other}`, { ...typed, booth: 'kept 7' })
  expect(renamed.status).toBe(422)
  expect(await renamed.text()).toContain('value="kept 7"')
})

test('a change is saved once and leaves a line; the same again leaves none', async () => {
  const id = await insertTestEvent(testApp)
  const typed = details({ booth: '' })
  for (let count = 0; count < 2; count += 1)
    expect((await member.post(`/dashboard/events/${id}`, typed)).status).toBe(303)
  expect(await eventCalled(typed.name)).toMatchObject({ id, booth: null, time_zone: 'America/Los_Angeles' })
  const lines = await database.db.selectFrom('activity').select('kind').where('event_id', '=', id).execute()
  expect(lines).toEqual([{ kind: 'event.updated' }])
})

test('the list shows figures, which event is active, and the archived ones apart', async () => {
  const active = await member.actor.active_event_id
  const html = await (await member.request('/dashboard/events')).text()
  expect(html).toContain(`href="/dashboard/events/${active}"`)
  expect(html).toContain('Active')
  const away = await insertTestEvent(testApp, 'Long gone')
  await admin.post(`/dashboard/events/${away}/archive`)
  expect(await (await member.request('/dashboard/events')).text()).not.toContain('Long gone')
  expect(await (await member.request('/dashboard/events?show=archived')).text()).toContain('Long gone')
})

test('the list takes four statements, however many events there are', async () => {
  for (let count = 0; count < 5; count += 1) await insertTestEvent(testApp)
  const counted = countStatements(database.db)
  const counting = openTestApp(counted.db)
  const headers = { Cookie: member.cookie }
  expect((await counting.app.request('https://hitlist.test/dashboard/events', { headers })).status).toBe(200)
  expect(counted.count()).toBe(4)
})

test('activating changes one’s own event only, and goes back to the list one came from', async () => {
  const id = await insertTestEvent(testApp)
  const before = await activeOf(admin)
  const answer = await member.post(`/dashboard/events/${id}/activate`)
  expect(answer.headers.get('Location')).toBe('/dashboard')
  expect(await activeOf(member)).toBe(id)
  expect(await activeOf(admin)).toBe(before)
  const from = async (Referer: string) =>
    (await member.request(`/dashboard/events/${id}/activate`, { method: 'POST', headers: { Referer } })).headers.get(
      'Location',
    )
  expect(await from('https://hitlist.test/dashboard/people?q=smith')).toBe('/dashboard/people')
  expect(await from('https://hitlist.test/dashboard/people/3f1')).toBe('/dashboard')
  expect(await from('//evil.example')).toBe('/dashboard')
})

test('only an admin archives: everybody’s lists let go of it, its sequences pause, twice is once', async () => {
  const id = member.actor.active_event_id ?? ''
  const refused = await member.post(`/dashboard/events/${id}/archive`)
  expect(refused.status).toBe(403)
  expect(await refused.text()).toContain('Only an admin may archive an event.')
  const now = testApp.clock.now()
  await database.db
    .insertInto('sequence')
    .values({
      id: crypto.randomUUID(),
      event_id: id,
      name: 'Before the show',
      status: 'active',
      owner_id: member.actor.user_id,
      from_name: 'Dana',
      from_address: 'dana@yardflow.test',
      time_zone: 'America/Chicago',
      contact_reason: 'Both exhibit',
      created_at: now,
      updated_at: now,
    })
    .execute()
  for (let count = 0; count < 2; count += 1)
    expect((await admin.post(`/dashboard/events/${id}/archive`)).status).toBe(303)
  expect(await activeOf(member)).toBeNull()
  expect(
    await database.db.selectFrom('sequence').select(['status', 'pause_reason']).where('event_id', '=', id).execute(),
  ).toEqual([{ status: 'paused', pause_reason: 'event_archived' }])
  expect(await database.db.selectFrom('audit').select('action').where('subject_id', '=', id).execute()).toEqual([
    { action: 'event.archived' },
  ])
  expect((await member.post(`/dashboard/events/${id}/activate`)).status).toBe(403)
  expect((await admin.post(`/dashboard/events/${id}/activate`)).status).toBe(303)
  expect(await activeOf(admin)).toBe(id)
})

test('a demoted admin may not archive with the next request', async () => {
  const id = await insertTestEvent(testApp)
  await database.db.updateTable('user').set({ role: 'MEMBER' }).where('id', '=', admin.actor.user_id).execute()
  expect((await admin.post(`/dashboard/events/${id}/archive`)).status).toBe(403)
})

test.each(['not-an-id', crypto.randomUUID()])('an event that is missing (%s) is a 404 page', async (id) => {
  for (const answer of [
    await member.request(`/dashboard/events/${id}`),
    await member.post(`/dashboard/events/${id}`, details()),
    await member.post(`/dashboard/events/${id}/activate`),
    await admin.post(`/dashboard/events/${id}/archive`),
  ]) {
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('There is no such event')
  }
})

test('a stranger is sent to the login and back', async () => {
  const answer = await testApp.app.request('https://hitlist.test/dashboard/events?show=archived')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('Location')).toBe('/login?return_to=%2Fdashboard%2Fevents%3Fshow%3Darchived')
})
