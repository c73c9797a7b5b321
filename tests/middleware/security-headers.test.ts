import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Db } from '../../db/schema.ts'
import { createApp } from '../../functions/app.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

const { routes } = createApp(() => Promise.reject(new Error('only the routes are read')))
const readable = [...new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => path))]

let database: TestDatabase
let testApp: TestApp
let admin: SignedIn
beforeAll(async () => {
  database = await openTestDatabase()
  testApp = openTestApp(database.db)
  admin = await signInAs(testApp, { role: 'ADMIN' })
})
afterAll(() => database.close())

function expectHeaders(answer: Response) {
  const policy = answer.headers.get('Content-Security-Policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("form-action 'self'")
  expect(policy).not.toMatch(/unsafe|\*|https?:/)
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(answer.headers.get('Referrer-Policy')).toBe('same-origin')
  expect(answer.headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
  expect(answer.headers.get('Cache-Control')).toContain('no-store')
  expect(answer.headers.get('Strict-Transport-Security')).toBe('max-age=31536000; includeSubDomains')
  expect(answer.headers.get('X-Powered-By')).toBeNull()
}

test.each(readable)('GET %s answers with every header, for a stranger and for a member', async (pattern) => {
  const path = pattern.replace(/:\w+/g, () => crypto.randomUUID())
  expectHeaders(await testApp.app.request(`https://hitlist.test${path}`, { headers: { Accept: 'text/html' } }))
  expectHeaders(await admin.request(path))
})

test.each(['/nope', '/api/nope', '/dashboard/nope'])('so does %s, where nothing is', async (path) => {
  const answer = await admin.request(path)
  expect(answer.status).toBe(404)
  expectHeaders(answer)
})

test('no page carries an inline script, style or handler', async () => {
  for (const pattern of readable) {
    const html = await (await admin.request(pattern.replace(/:\w+/g, () => crypto.randomUUID()))).text()
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:/i)
  }
})

test('a defect is a page with an id, and not one word of what happened', async () => {
  const broken = openTestApp(failing(database.db))
  const answer = await broken.app.request('https://hitlist.test/dashboard', {
    headers: { Cookie: admin.cookie, Accept: 'text/html' },
  })
  expect(answer.status).toBe(500)
  expectHeaders(answer)
  const html = await answer.text()
  expect(html).toContain('This did not work')
  expect(html).toContain(answer.headers.get('X-Request-Id') ?? 'no id')
  expect(html).not.toContain('canary')
  const problem = await broken.app.request('https://hitlist.test/api/queue/stats', {
    headers: { Cookie: admin.cookie },
  })
  expect(await problem.text()).not.toContain('canary')
})

test('a request that cannot even be given a database still has an answer with headers', async () => {
  const nothing = createApp(() => Promise.reject(new Error('canary: no connection')))
  const page = await nothing.request('https://hitlist.test/dashboard', { headers: { Accept: 'text/html' } })
  expect(page.status).toBe(500)
  expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(await page.text()).not.toContain('canary')
  expect((await nothing.request('https://hitlist.test/api/queue/stats')).status).toBe(500)
})

test('nothing about https is promised on http', async () => {
  const local = openTestApp(database.db, { env: { PUBLIC_URL: 'http://localhost:4280' } })
  const answer = await local.app.request('http://localhost:4280/login')
  expect(answer.headers.get('Strict-Transport-Security')).toBeNull()
})

test('the API answers a stranger with 401 as a problem, and htmx with where to go', async () => {
  const api = await testApp.app.request('https://hitlist.test/api/queue/stats', { headers: { Accept: 'text/html' } })
  if (readable.includes('/api/queue/stats')) {
    expect(api.status).toBe(401)
    expect(api.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await api.json()).toMatchObject({ status: 401, title: 'Sign in first' })
  }
  const piece = await testApp.app.request('https://hitlist.test/dashboard', { headers: { 'HX-Request': 'true' } })
  expect(piece.status).toBe(401)
  expect(piece.headers.get('HX-Redirect')).toBe('/login')
})

test.each([
  ['/dashboard/events', 1],
  ['/login', 1],
  ['/dashboard/import', 50],
  ['/webhooks/sendgrid/inbound', 25],
])('%s takes at most %d MB and says so before it reads', async (path, megabytes) => {
  const send = (bytes: number) =>
    admin.request(path, {
      method: 'POST',
      body: 'x',
      headers: { 'Content-Length': String(bytes), 'Content-Type': 'text/plain' },
    })
  expect((await send(megabytes * 1024 * 1024 + 1)).status).toBe(413)
  expect((await send(megabytes * 1024 * 1024)).status).not.toBe(413)
})

test('a body without a length is cut off when it has become too long', async () => {
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      if (sent >= 20) return controller.close()
      sent += 1
      controller.enqueue(new Uint8Array(256 * 1024))
    },
  })
  const init = { method: 'POST', body, duplex: 'half', headers: { 'Content-Type': 'text/plain' } } as RequestInit
  expect((await admin.request('/dashboard/events', init)).status).toBe(413)
  expect(sent).toBeLessThan(20)
})

/** A database on which every statement fails, with a word that must not get out. */
function failing(db: Db): Db {
  return db.withPlugin({
    transformQuery: () => {
      throw new Error('canary: relation "user" is on fire')
    },
    transformResult: async ({ result }) => result,
  })
}
