import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'
import { importList } from './lists-world.ts'

let database: TestDatabase
let testApp: TestApp
let rep: SignedIn

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  testApp = openTestApp(database.db)
  rep = await signInAs(testApp)
})

const html = async (path: string, by = rep) => (await by.request(path)).text()
const details = (changes: Record<string, string | readonly string[]> = {}) => ({
  name: 'Dr. Ann Lee',
  title: 'VP of Operations',
  company: 'Acme',
  category: 'speaker',
  country: '',
  phone: '',
  linkedin_url: '',
  owner_id: '',
  notes: '',
  ...changes,
})
async function createdPerson(changes?: Record<string, string | readonly string[]>) {
  const answer = await rep.post('/dashboard/people', details(changes))
  return answer.headers.get('Location')?.split('/').at(-1) ?? ''
}
const personOf = (id: string) => database.db.selectFrom('person').selectAll().where('id', '=', id).executeTakeFirst()
const addressesOf = (id: string) =>
  database.db.selectFrom('email_address').selectAll().where('person_id', '=', id).orderBy('address_key').execute()
const accountOf = (name: string) =>
  database.db
    .selectFrom('account')
    .selectAll()
    .where('event_id', '=', rep.actor.active_event_id)
    .where('name', '=', name)
    .executeTakeFirst()

describe('the list', () => {
  beforeEach(() =>
    importList(
      testApp,
      rep.actor.active_event_id,
      [
        'Name,Category,Job Title,Company,Email,PersonScore',
        'Ann Lee,Speaker,COO,Acme,ann@acme.com,30',
        'Bo Ray,Attendee,Buyer,Acme,,10',
        'Cy Ito,Sponsor,Account Executive,Zeta,,-8',
      ].join('\n'),
    ),
  )

  test('shows who, where, personas and the address with its source', async () => {
    const page = await html('/dashboard/people')
    for (const text of ['Ann Lee', 'COO', 'Acme', 'ann@acme.com', 'imported', 'Executive', 'Procurement'])
      expect(page).toContain(text)
    expect(page.indexOf('Ann Lee')).toBeLessThan(page.indexOf('Bo Ray'))
  })

  test.each([
    ['persona=procurement', ['Bo Ray']],
    ['category=sponsor', ['Cy Ito']],
    ['address=yes', ['Ann Lee']],
    ['address=no', ['Bo Ray', 'Cy Ito']],
    ['q=buyer', ['Bo Ray']],
    ['seniority=c_level', ['Ann Lee']],
    ['persona=nobody', ['Ann Lee', 'Bo Ray', 'Cy Ito']],
  ])('filtered by %s', async (query, names) => {
    const page = await html(`/dashboard/people?${query}`)
    expect(['Ann Lee', 'Bo Ray', 'Cy Ito'].filter((name) => page.includes(`>${name}<`))).toEqual(names)
  })

  test('of one account', async () => {
    const acme = await accountOf('Acme')
    const page = await html(`/dashboard/people?account=${acme?.id}`)
    expect(page).toContain('Only people at Acme')
    expect(page).not.toContain('Cy Ito')
  })
})

test('a person is created with the personas of the title, the account with them, and its score', async () => {
  const id = await createdPerson()
  expect(await personOf(id)).toMatchObject({
    given_name: 'Ann',
    family_name: 'Lee',
    personas: expect.arrayContaining(['operations']),
    seniority: 'vp',
  })
  expect(await accountOf('Acme')).toMatchObject({ people_count: 1, icp_score: expect.any(Number) })
  expect(await html(`/dashboard/people/${id}`)).toContain('Dana Whitfield added Dr. Ann Lee')
  const again = await rep.post('/dashboard/people', details({ name: 'ann lee', company: 'ACME Inc.' }))
  expect(again.status).toBe(422)
  expect(await again.text()).toContain(`href="/dashboard/people/${id}"`)
})

test.each([
  [{ name: '' }, 'Type the name'],
  [{ linkedin_url: 'javascript:alert(1)' }, 'Begin with https://'],
  [{ category: 'guest' }, 'Choose a category'],
  [{ owner_id: crypto.randomUUID() }, 'Choose an owner from the list'],
  [{ personas: ['boss'] }, 'Choose personas from the list'],
])('%o is refused with 422 and keeps what was typed', async (changes, message) => {
  const answer = await rep.post('/dashboard/people', details(changes))
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain(message)
  expect(page).toContain('value="VP of Operations"')
})

test('a move changes both accounts, and the same again changes nothing', async () => {
  const id = await createdPerson()
  const before = (await accountOf('Acme'))?.icp_score
  const moved = details({ company: 'Zeta', personas: ['procurement', 'sales'] })
  for (let count = 0; count < 2; count++)
    expect((await rep.post(`/dashboard/people/${id}/edit`, moved)).status).toBe(303)
  expect(await personOf(id)).toMatchObject({ personas: ['procurement', 'sales'] })
  const [acme, zeta] = [await accountOf('Acme'), await accountOf('Zeta')]
  expect([acme?.people_count, zeta?.people_count]).toEqual([0, 1])
  expect(acme?.icp_score).toBeLessThan(before ?? 0)
  const lines = database.db.selectFrom('activity').select('summary').where('person_id', '=', id)
  expect((await lines.where('kind', '=', 'person.updated').execute()).map((line) => line.summary)).toEqual([
    'Dana Whitfield changed the personas, the company of Dr. Ann Lee',
  ])
})

describe('an address typed by hand', () => {
  test('is a fact, the primary one, and takes the place of a guess', async () => {
    const id = await createdPerson()
    const now = testApp.ctx.clock.now()
    await database.db
      .insertInto('email_address')
      .values({
        id: crypto.randomUUID(),
        person_id: id,
        address: 'ann.lee@acme.com',
        address_key: 'ann.lee@acme.com',
        domain: 'acme.com',
        source: 'guessed',
        confidence: 0.5,
        provenance: JSON.stringify({ pattern: 'first.last' }),
        is_primary: true,
        created_at: now,
        updated_at: now,
      })
      .execute()
    expect(await html(`/dashboard/people/${id}`)).toContain('guessed from first.last, 50 % likely')
    for (const address of ['lee@acme.com', 'Ann.Lee@acme.com', 'Ann.Lee@acme.com'])
      expect((await rep.post(`/dashboard/people/${id}/addresses`, { address })).status).toBe(303)
    expect(await addressesOf(id)).toMatchObject([
      { address_key: 'ann.lee@acme.com', source: 'given', confidence: 1, is_primary: true },
      { address_key: 'lee@acme.com', source: 'given', confidence: 1, is_primary: false },
    ])
  })

  test('that is none is refused and kept in the field', async () => {
    const id = await createdPerson()
    const answer = await rep.post(`/dashboard/people/${id}/addresses`, { address: 'ann at acme' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('value="ann at acme"')
    expect(await addressesOf(id)).toEqual([])
  })
})

test('what belongs to another event, or to nobody, is missing', async () => {
  const id = await createdPerson()
  const other = await signInAs(testApp)
  for (const missing of [id, crypto.randomUUID(), 'x']) {
    expect((await other.request(`/dashboard/people/${missing}`)).status).toBe(404)
    expect((await other.post(`/dashboard/people/${missing}/edit`, details())).status).toBe(404)
    expect((await other.post(`/dashboard/people/${missing}/addresses`, { address: 'a@b.com' })).status).toBe(404)
  }
})

test('the lists leave as CSV, those of the active event alone; there is no other list', async () => {
  for (const kind of ['people', 'accounts', 'suppressions']) {
    const answer = await rep.request(`/dashboard/export/${kind}`)
    expect([answer.status, answer.headers.get('Content-Disposition')]).toEqual([
      200,
      `attachment; filename="${kind}.csv"`,
    ])
  }
  const other = await signInAs(testApp)
  expect((await (await other.request('/dashboard/export/people')).text()).split('\n').length).toBeLessThan(3)
  expect((await rep.request('/dashboard/export/users')).status).toBe(404)
})
