import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { insertUser } from '../../db/queries/users.ts'
import { hashPassword } from '../../functions/auth/passwords.ts'
import { sweep } from '../../functions/jobs/sweep.ts'
import { safeReturnPath } from '../../functions/pages/return-path.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

const HOUR = 3600_000
const password = 'correct horse battery'
let database: TestDatabase
let password_hash: string
let testApp: TestApp
let email: string
let user_id: string

beforeAll(async () => {
  database = await openTestDatabase()
  password_hash = await hashPassword(password)
})
afterAll(() => database.close())
beforeEach(async () => {
  testApp = openTestApp(database.db)
  await database.db.deleteFrom('rate_count').execute()
  user_id = crypto.randomUUID()
  email = `Rep.${user_id}@yardflow.test`
  await insertUser(database.db, {
    id: user_id,
    email,
    name: 'Rep',
    role: 'MEMBER',
    password_hash,
    time_zone: 'America/Chicago',
    active_event_id: null,
    now: testApp.clock.now(),
  })
})

const login = (fields: Record<string, string>, headers: Record<string, string> = {}, on = testApp) =>
  on.app.request(`${on.ctx.config.publicUrl}/login`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { Origin: on.ctx.config.publicUrl, Accept: 'text/html', ...headers },
  })
const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .find((cookie) => /session=\w/.test(cookie))
    ?.split(';')[0] ?? ''
const open = (cookie: string, path = '/api/queue/stats-of-nothing', on = testApp) =>
  on.app.request(on.ctx.config.publicUrl + path, { headers: { Cookie: cookie, Accept: 'text/html' } })
/** 307 to the dashboard with a session, to the login without. */
const isSignedIn = async (cookie: string, on = testApp) =>
  (await open(cookie, '/', on)).headers.get('Location') === '/dashboard'

describe('signing in', () => {
  test('works without regard to the case of the address, and leads to the dashboard', async () => {
    const answer = await login({ email: ` ${email.toLowerCase()} `, password })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe('/dashboard')
    expect(await isSignedIn(cookieOf(answer))).toBe(true)
  })

  test('the token is stored nowhere, only its hash', async () => {
    const token = cookieOf(await login({ email, password })).split('=')[1] ?? ''
    expect(token.length).toBeGreaterThanOrEqual(40)
    const rows = await database.db.selectFrom('session').selectAll().where('user_id', '=', user_id).execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(rows[0]?.id).toMatch(/^[0-9a-f]{64}$/)
  })

  test('a wrong password, an unknown user, one without a password and one who left get the same answer', async () => {
    const ask = async (fields: Record<string, string>) => {
      const answer = await login({ password: 'wrong password', ...fields })
      const body = (await answer.text()).replaceAll(fields.email ?? '', 'EMAIL')
      const headers = [...answer.headers].filter(([name]) => name !== 'x-request-id')
      return { status: answer.status, headers, body }
    }
    const wrong = await ask({ email })
    expect(wrong.status).toBe(422)
    expect(wrong.body).toContain('The email address or the password is wrong.')
    expect(wrong.body).toMatch(/<input(?=[^>]*name="password")[^>]*autofocus/)
    expect(wrong.body).toContain('value="EMAIL"')
    expect(wrong.body).not.toContain('wrong password')
    expect(await ask({ email: 'nobody@yardflow.test' })).toEqual(wrong)
    await database.db.updateTable('user').set({ password_hash: null }).where('id', '=', user_id).execute()
    expect(await ask({ email })).toEqual(wrong)
    await database.db
      .updateTable('user')
      .set({ password_hash, deactivated_at: testApp.clock.now() })
      .where('id', '=', user_id)
      .execute()
    expect(await ask({ email, password })).toEqual(wrong)
  })

  test('an empty field says what to do', async () => {
    const answer = await login({ email: '', password: '' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('Type your email address')
  })

  test('a sixth try for one account is refused, right or wrong, until the window is over', async () => {
    for (let count = 0; count < 5; count += 1) expect((await login({ email, password: 'wrong one' })).status).toBe(422)
    const refused = await login({ email, password })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(cookieOf(refused)).toBe('')
    testApp.clock.advance(10 * 60_000)
    expect((await login({ email, password })).status).toBe(303)
  })

  test('right passwords do not use the tries up', async () => {
    for (let count = 0; count < 7; count += 1) {
      expect((await login({ email, password })).status).toBe(303)
      testApp.clock.advance(1000)
    }
  })

  test('one address of the internet has a limit over all accounts; X-Forwarded-For does not lift it', async () => {
    const busy = '203.0.113.9'
    const ten_minutes = 600_000
    await database.db
      .insertInto('rate_count')
      .values({
        rule: 'login_by_ip',
        key_hash: createHash('sha256').update(busy).digest('hex'),
        window_start: new Date(Math.floor(testApp.clock.now().getTime() / ten_minutes) * ten_minutes),
        count: 60,
      })
      .execute()
    const from = (ip: string) =>
      login({ email, password }, { 'CF-Connecting-IP': ip, 'X-Forwarded-For': '198.51.100.1' })
    expect((await from(busy)).status).toBe(429)
    expect((await from('198.51.100.2')).status).toBe(303)
  })

  test('when nothing can count, nobody passes', async () => {
    const broken = openTestApp(database.db)
    await database.db.schema.alterTable('rate_count').renameTo('rate_count_away').execute()
    try {
      expect((await login({ email, password }, {}, broken)).status).toBe(429)
    } finally {
      await database.db.schema
        .alterTable('rate_count_away' as 'rate_count')
        .renameTo('rate_count')
        .execute()
    }
  })

  test('a token planted before is not taken over, and the session before it ends', async () => {
    const planted = '__Host-session=planted'
    const first = cookieOf(await login({ email, password }, { Cookie: planted }))
    expect(first).not.toBe(planted)
    const second = cookieOf(await login({ email, password }, { Cookie: first }))
    expect(second).not.toBe(first)
    expect(await isSignedIn(first)).toBe(false)
    expect(await isSignedIn(second)).toBe(true)
  })

  test('a hash with older parameters is made anew', async () => {
    const { scryptSync } = await import('node:crypto')
    const salt = Buffer.from('0123456789abcdef')
    const key = scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 })
    const old = `scrypt$1024$8$1$${salt.toString('base64url')}$${key.toString('base64url')}`
    await database.db.updateTable('user').set({ password_hash: old }).where('id', '=', user_id).execute()
    expect((await login({ email, password })).status).toBe(303)
    const { password_hash: stored } = await database.db
      .selectFrom('user')
      .select('password_hash')
      .where('id', '=', user_id)
      .executeTakeFirstOrThrow()
    expect(stored).toMatch(/^scrypt\$16384\$8\$5\$/)
    expect((await login({ email, password })).status).toBe(303)
  })

  test('the cookie on https', async () => {
    const [cookie] = (await login({ email, password })).headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-session=\w+; HttpOnly; Max-Age=604800; Path=\/; SameSite=Lax; Secure$/)
  })

  test('the cookie on http://localhost', async () => {
    const local = openTestApp(database.db, { env: { PUBLIC_URL: 'http://localhost:4280' } })
    const [cookie] = (await login({ email, password }, {}, local)).headers.getSetCookie()
    expect(cookie).toMatch(/^session=\w+; HttpOnly; Max-Age=604800; Path=\/; SameSite=Lax$/)
    expect(await isSignedIn(cookie?.split(';')[0] ?? '', local)).toBe(true)
  })
})

describe('a session', () => {
  let rep: SignedIn
  const isIn = () => isSignedIn(rep.cookie)
  beforeEach(async () => {
    rep = await signInAs(testApp)
  })

  test('ends when it is not used for 12 hours', async () => {
    testApp.clock.advance(12 * HOUR - 1000)
    expect(await isIn()).toBe(true)
    testApp.clock.advance(12 * HOUR)
    expect(await isIn()).toBe(false)
  })

  test('goes on while it is used, but never longer than 7 days', async () => {
    for (let hours = 11; hours < 7 * 24; hours += 11) {
      testApp.clock.advance(11 * HOUR)
      expect(await isIn()).toBe(true)
    }
    testApp.clock.advance(11 * HOUR)
    expect(await isIn()).toBe(false)
  })

  test('does not write while it is used within the hour', async () => {
    const seen = async () =>
      (
        await database.db
          .selectFrom('session')
          .select('last_seen_at')
          .where('user_id', '=', rep.actor.user_id)
          .executeTakeFirstOrThrow()
      ).last_seen_at.toISOString()
    const before = await seen()
    testApp.clock.advance(HOUR - 1000)
    await isIn()
    expect(await seen()).toBe(before)
    testApp.clock.advance(1000)
    await isIn()
    expect(await seen()).not.toBe(before)
  })

  test('that has run out is forgotten by the sweep, one that is good is not', async () => {
    testApp.clock.advance(12 * HOUR)
    const other = await signInAs(testApp)
    await sweep(testApp.ctx)
    const left = await database.db
      .selectFrom('session')
      .select('user_id')
      .where('user_id', 'in', [rep.actor.user_id, other.actor.user_id])
      .execute()
    expect(left).toEqual([{ user_id: other.actor.user_id }])
  })

  test('is worth nothing after signing out', async () => {
    const answer = await rep.post('/logout')
    expect(answer.status).toBe(303)
    expect(answer.headers.get('Location')).toBe('/login')
    expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-session=; HttpOnly; Max-Age=0; Path=\/;/)
    expect(await isIn()).toBe(false)
    expect((await rep.post('/logout')).status).toBe(303)
  })

  test('signing out everywhere ends all of this user and nobody else’s', async () => {
    await database.db.updateTable('user').set({ password_hash }).where('id', '=', rep.actor.user_id).execute()
    const laptop = cookieOf(await login({ email: rep.actor.email, password }))
    const other = await signInAs(testApp)
    expect((await rep.post('/logout/everywhere')).status).toBe(303)
    expect(await isIn()).toBe(false)
    expect(await isSignedIn(laptop)).toBe(false)
    expect(await isSignedIn(other.cookie)).toBe(true)
  })

  test.each([
    [
      'deactivated',
      (id: string) =>
        database.db.updateTable('user').set({ deactivated_at: new Date() }).where('id', '=', id).execute(),
    ],
    ['deleted', (id: string) => database.db.deleteFrom('user').where('id', '=', id).execute()],
  ])('of a %s user ends at once', async (_, change) => {
    expect(await isIn()).toBe(true)
    await change(rep.actor.user_id)
    expect(await isIn()).toBe(false)
  })
})

describe('without a session', () => {
  test('/ leads to the login', async () => {
    const answer = await open('', '/')
    expect(answer.status).toBe(307)
    expect(answer.headers.get('Location')).toBe('/login')
  })

  test('/ leads to the dashboard with one, and so does the login', async () => {
    const rep = await signInAs(testApp)
    expect((await rep.request('/')).status).toBe(307)
    expect((await rep.request('/')).headers.get('Location')).toBe('/dashboard')
    expect((await rep.request('/login')).headers.get('Location')).toBe('/dashboard')
  })

  test('an unknown address is a page for a browser and a problem for a program', async () => {
    for (const path of ['/nope', '/dashboard/nope/nope']) {
      const page = await open('', path)
      expect(page.status).toBe(404)
      expect(page.headers.get('Content-Type')).toContain('text/html')
      expect(await page.text()).toContain('There is no such page')
    }
    const answer = await testApp.app.request('https://hitlist.test/api/nope')
    expect(answer.status).toBe(404)
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  })

  test('whatever is mounted below /dashboard and /api, in whatever way, is shut', async () => {
    const { app } = openTestApp(database.db)
    const reached = () => Promise.reject(new Error('reached'))
    app.get('/dashboard/later', reached)
    app.all('/dashboard/any', reached)
    app.all('/api/any', reached)
    const ask = async (path: string) => (await app.request(`https://hitlist.test${path}`)).status
    expect(await ask('/dashboard/later')).toBe(303)
    expect(await ask('/dashboard/any')).toBe(404)
    expect(await ask('/api/any')).toBe(404)
  })

  test('a page sends the browser to the login and back', async () => {
    const answer = await login({ email, password, return_to: '/dashboard/people?q=a%26b&tier=1' })
    expect(answer.headers.get('Location')).toBe('/dashboard/people?q=a%26b&tier=1')
    const page = await open('', '/login?return_to=%2Fdashboard%2Fqueue')
    expect(await page.text()).toContain('name="return_to" value="/dashboard/queue"')
  })

  test('the login leads nowhere else', async () => {
    const answer = await login({ email, password, return_to: '//evil.example' })
    expect(answer.headers.get('Location')).toBe('/dashboard')
    expect(await (await open('', '/login?return_to=//evil.example')).text()).not.toContain('evil.example')
  })

  test.each([
    '/dashboard',
    '/dashboard/people?q=a%26b&tier=1',
    '/dashboard/people?back=//evil.example',
    '/dashboard/accounts?q=50%25',
  ])('%s is a way back', (path) => {
    expect(safeReturnPath(path)).toBe(path)
  })

  test.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/%09/evil.example',
    '/\n/evil.example',
    '/%2f%2fevil.example',
    '/%2fevil.example',
    '/%5cevil.example',
    '/%252fevil.example',
    '/..//evil.example',
    '/a/..//evil.example',
    '/%2e%2e//evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    'evil.example',
    '@evil.example',
    '/login',
    '/login?return_to=/login',
    '/logout',
    '',
  ])('%j is none', (path) => {
    expect(safeReturnPath(path)).toBeNull()
  })

  test('a path longer than any of ours is none', () => {
    expect(safeReturnPath(`/${'a'.repeat(3000)}`)).toBeNull()
  })
})
