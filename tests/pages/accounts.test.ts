import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { countStatements } from '../statements.ts'
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
const accountCalled = async (name: string) =>
  database.db
    .selectFrom('account')
    .selectAll()
    .where('event_id', '=', rep.actor.active_event_id)
    .where('name', '=', name)
    .executeTakeFirst()
const details = (changes: Record<string, string> = {}) => ({
  name: 'Acme Logistics',
  website: 'https://www.acme.com/',
  industry: 'Freight',
  country: 'Germany',
  revenue: '$250M',
  employees: '1,200',
  facilities: '',
  status: 'new',
  owner_id: '',
  notes: '',
  ...changes,
})
async function createdAccount(changes?: Record<string, string>) {
  const answer = await rep.post('/dashboard/accounts', details(changes))
  return answer.headers.get('Location')?.split('/').at(-1) ?? ''
}

describe('the list', () => {
  beforeEach(async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `Company ${i},${i},Tier ${(i % 4) + 1},Sector ${i % 2}`)
    await importList(testApp, rep.actor.active_event_id, `Company,Score,Tier,Industry\n${rows.join('\n')}`)
  })

  test('shows fifty, and the rest a page on', async () => {
    const first = await html('/dashboard/accounts?sort=list_score&direction=desc')
    expect(first).toContain('<span class="title-count">60</span>')
    expect(first.match(/href="\/dashboard\/accounts\/[0-9a-f-]{36}"/g)).toHaveLength(50)
    expect(first).toContain('>Company 59<')
    const next = /href="([^"]*)" rel="next"/.exec(first)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await html(next)
    expect(second.match(/href="\/dashboard\/accounts\/[0-9a-f-]{36}"/g)).toHaveLength(10)
    expect(second).toContain('>Company 0<')
    const previous = /href="([^"]*)" rel="prev"/.exec(second)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(await html(previous)).toContain('>Company 59<')
  })

  test.each([
    ['industry=Sector+1', 30],
    ['tier=2', 15],
    ['tier=0', 0],
    ['q=company+1', 11],
    ['status=customer', 0],
    ['owner=none', 50],
  ])('filtered by %s it shows %d', async (query, count) => {
    const page = await html(`/dashboard/accounts?${query}`)
    expect(page.match(/href="\/dashboard\/accounts\/[0-9a-f-]{36}"/g)?.length ?? 0).toBe(count)
    if (count === 0) expect(page).toContain('No account matches')
  })

  test.each(['page=x', 'page=["after","x","y"]', 'sort=drop', 'tier=9', 'owner=1', 'score=abc', 'q=%00'])(
    'an address somebody made up (%s) is no error',
    async (query) => {
      expect((await rep.request(`/dashboard/accounts?${query}`)).status).toBe(200)
    },
  )

  test('takes at most four statements, whatever is asked', async () => {
    const { db, count } = countStatements(database.db)
    const { app } = openTestApp(db)
    for (const path of ['/dashboard/accounts', '/dashboard/accounts?q=company&tier=1&sort=name', '/dashboard/people']) {
      const before = count()
      const answer = await app.request(`https://hitlist.test${path}`, {
        headers: { Cookie: rep.cookie, Accept: 'text/html' },
      })
      expect(answer.status).toBe(200)
      expect(count() - before).toBe(4)
    }
  })
})

test('an empty list says what to do, and without an event it says to choose one', async () => {
  expect(await html('/dashboard/accounts')).toContain('No account yet')
  const nowhere = await signInAs(testApp, { event: false })
  expect(await html('/dashboard/accounts', nowhere)).toContain('Choose an event')
  const posted = await nowhere.post('/dashboard/accounts', details())
  expect([posted.status, posted.headers.get('Location')]).toEqual([303, '/dashboard/events'])
})

test('an account is created, scored, shown, and there only once', async () => {
  const id = await createdAccount()
  expect(await accountCalled('Acme Logistics')).toMatchObject({
    id,
    domain: 'acme.com',
    domain_source: 'given',
    revenue_usd: 250_000_000,
    employees: 1200,
    icp_score: expect.any(Number),
  })
  const page = await html(`/dashboard/accounts/${id}`)
  for (const text of ['acme.com', 'Freight', '$250M', 'Dana Whitfield added Acme Logistics', 'Completeness'])
    expect(page).toContain(text)
  const again = await rep.post('/dashboard/accounts', details({ name: 'ACME LOGISTICS Inc.' }))
  expect(again.status).toBe(422)
  expect(await again.text()).toContain(`href="/dashboard/accounts/${id}"`)
})

test.each([
  [{ name: ' ' }, 'Type the name of the company'],
  [{ website: 'not a site' }, 'Type an address such as acme.com'],
  [{ employees: 'many' }, 'Type a whole number'],
  [{ status: 'gone' }, 'Choose a status'],
  [{ owner_id: crypto.randomUUID() }, 'Choose an owner from the list'],
])('%o is refused with 422 and keeps what was typed', async (changes, message) => {
  const answer = await rep.post('/dashboard/accounts', details(changes))
  expect(answer.status).toBe(422)
  const page = await answer.text()
  expect(page).toContain(message)
  expect(page).toContain('value="Freight"')
  expect(await accountCalled('Acme Logistics')).toBeUndefined()
})

test('a change leaves one line that says what; the same again leaves none', async () => {
  const id = await createdAccount()
  for (let count = 0; count < 2; count++)
    expect((await rep.post(`/dashboard/accounts/${id}/edit`, details({ industry: 'Retail' }))).status).toBe(303)
  const lines = await database.db.selectFrom('activity').select('summary').where('account_id', '=', id).execute()
  expect(lines.map((line) => line.summary).sort()).toEqual([
    'Dana Whitfield added Acme Logistics',
    'Dana Whitfield changed the industry',
  ])
})

test('saving the form unchanged keeps a guessed domain a guess', async () => {
  const id = await createdAccount({ website: '' })
  await database.db
    .updateTable('account')
    .set({ domain: 'acme.com', domain_source: 'guessed', domain_confidence: 0.6 })
    .where('id', '=', id)
    .execute()
  const form = await html(`/dashboard/accounts/${id}/edit`)
  expect(form).toContain('value="acme.com"')
  await rep.post(`/dashboard/accounts/${id}/edit`, details({ website: 'acme.com', industry: 'Retail' }))
  expect(await accountCalled('Acme Logistics')).toMatchObject({ domain_source: 'guessed', domain_confidence: 0.6 })
})

describe('an override', () => {
  test('sticks through edits and imports, says who and why, and can be removed', async () => {
    const id = await createdAccount()
    const path = `/dashboard/accounts/${id}/override`
    for (let count = 0; count < 2; count++)
      expect((await rep.post(path, { score: '97', reason: 'Met the owner' })).status).toBe(303)
    await rep.post(`/dashboard/accounts/${id}/edit`, details({ industry: 'Retail' }))
    await importList(testApp, rep.actor.active_event_id, 'Company,Website,Score\nAcme Logistics,acme.com,12')
    const overridden = await accountCalled('Acme Logistics')
    expect(overridden).toMatchObject({ score_override: 97, effective_score: 97, list_score: 12 })
    expect(await html(`/dashboard/accounts/${id}`)).toContain('Met the owner')
    const history = database.db.selectFrom('score_history').selectAll().where('account_id', '=', id)
    expect(await history.where('is_override', '=', true).execute()).toHaveLength(1)
    expect((await rep.post(`${path}/remove`)).status).toBe(303)
    expect(await accountCalled('Acme Logistics')).toMatchObject({
      score_override: null,
      effective_score: overridden?.icp_score,
    })
  })

  test.each([
    [{ score: '101', reason: 'x' }, 'At most 100'],
    [{ score: 'a', reason: 'typed reason' }, 'Type a whole number'],
    [{ score: '50', reason: '' }, 'Say why'],
  ])('%o is refused', async (fields, message) => {
    const id = await createdAccount()
    const answer = await rep.post(`/dashboard/accounts/${id}/override`, fields)
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(message)
    expect(await accountCalled('Acme Logistics')).toMatchObject({ score_override: null })
  })
})

test('the buttons put an enrichment into the queue', async () => {
  const id = await createdAccount()
  const answer = await rep.post(`/dashboard/accounts/${id}/enrich`, { job_type: 'email-pattern' })
  expect(answer.headers.get('Location')).toMatch(/^\/dashboard\/queue\/[0-9a-f-]{36}$/)
  const jobs = await database.db.selectFrom('job').selectAll().where('name', '=', 'email-pattern').execute()
  expect(jobs.map((job) => job.payload)).toContainEqual({ account_id: id })
})

test('the page of a job follows it, leads back to the account, and says what came of it', async () => {
  const id = await createdAccount()
  const answer = await rep.post(`/dashboard/accounts/${id}/enrich`, { job_type: 'generate-emails' })
  const path = answer.headers.get('Location') ?? ''
  const open = await (await rep.request(path)).text()
  for (const text of ['Generate addresses', `hx-get="${path}?seen=waiting"`, `href="/dashboard/accounts/${id}"`])
    expect(open).toContain(text)

  const still = await rep.request(`${path}?seen=waiting`, { headers: { 'HX-Request': 'true' } })
  expect(still.headers.get('HX-Refresh')).toBeNull()

  const [done] = await database.db
    .updateTable('job')
    .set({ status: 'completed', result: JSON.stringify({ outcome: 'no_domain', saved: 0 }), finished_at: new Date() })
    .where('id', '=', path.split('/').at(-1) ?? '')
    .returning('id')
    .execute()
  expect(done).toBeDefined()
  const asked = await rep.request(`${path}?seen=waiting`, { headers: { 'HX-Request': 'true' } })
  expect(asked.headers.get('HX-Refresh')).toBe('true')
  const over = await rep.request(path)
  expect(over.headers.get('HX-Refresh')).toBeNull()
  const html = await over.text()
  expect(html).toContain('no domain is known')
  expect(html).not.toContain('hx-get')
})

test('what belongs to another event, or to nobody, is missing', async () => {
  const id = await createdAccount()
  const other = await signInAs(testApp)
  for (const missing of [id, crypto.randomUUID(), 'x']) {
    expect((await other.request(`/dashboard/accounts/${missing}`)).status).toBe(404)
    expect((await other.request(`/dashboard/accounts/${missing}/edit`)).status).toBe(404)
    for (const change of ['edit', 'override', 'override/remove', 'enrich'])
      expect((await other.post(`/dashboard/accounts/${missing}/${change}`, details())).status).toBe(404)
  }
  expect(await accountCalled('Acme Logistics')).toMatchObject({ industry: 'Freight' })
})

test('a stranger is sent to the sign-in', async () => {
  const answer = await testApp.app.request('https://hitlist.test/dashboard/accounts', {
    headers: { Accept: 'text/html' },
  })
  expect([answer.status, answer.headers.get('Location')]).toEqual([303, '/login?return_to=%2Fdashboard%2Faccounts'])
})

describe('enriching ticked accounts', () => {
  const waiting = () =>
    database.db.selectFrom('job').select(['name', 'payload']).where('name', '=', 'generate-emails').execute()

  test('is a job each, once, and only for accounts of this event', async () => {
    const mine = [
      await insertOwnAccount(rep.actor.active_event_id!),
      await insertOwnAccount(rep.actor.active_event_id!),
    ]
    const other = await insertOwnAccount((await signInAs(testApp)).actor.active_event_id!)
    const press = () =>
      rep.post('/dashboard/accounts/enrich', { account: [...mine, other], job_type: 'generate-emails' })
    expect((await press()).headers.get('location')).toBe('/dashboard/queue?name=generate-emails')
    await press()
    const ids = (await waiting()).map(({ payload }) => payload.account_id)
    expect(ids.filter((id) => [...mine, other].includes(String(id))).sort()).toEqual([...mine].sort())
  })

  test('nothing ticked, a wrong id or a job nobody knows changes nothing', async () => {
    const before = (await waiting()).length
    for (const fields of [
      { job_type: 'generate-emails' },
      { account: 'x', job_type: 'generate-emails' },
      { account: crypto.randomUUID(), job_type: 'sweep' },
    ] as Record<string, string>[])
      expect((await rep.post('/dashboard/accounts/enrich', fields)).headers.get('location')).toBe('/dashboard/accounts')
    expect(await waiting()).toHaveLength(before)
  })
})

async function insertOwnAccount(event_id: string): Promise<string> {
  const id = crypto.randomUUID()
  const now = testApp.ctx.clock.now()
  await database.db
    .insertInto('account')
    .values({ id, event_id, name: `Ticked ${id}`, name_key: `ticked ${id}`, created_at: now, updated_at: now })
    .execute()
  return id
}
