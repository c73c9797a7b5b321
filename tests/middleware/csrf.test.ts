import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../../functions/app.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
/** Opened by a signature or by the token in a mail, never by a cookie. */
const cookieless = /^\/(jobs|webhooks|unsubscribe)\//

// The table is made from the routes themselves, so a route that is added later is in it.
const { routes } = createApp(() => Promise.reject(new Error('only the routes are read')))
const changing = [
  ...new Set(routes.filter(({ method }) => unsafe.has(method)).map(({ method, path }) => `${method} ${path}`)),
]
const guarded = changing.filter((route) => !cookieless.test(route.split(' ')[1] ?? ''))
const open = changing.filter((route) => !guarded.includes(route))

let database: TestDatabase
let testApp: TestApp
let admin: SignedIn
beforeAll(async () => {
  database = await openTestDatabase()
  testApp = openTestApp(database.db)
  admin = await signInAs(testApp, { role: 'ADMIN' })
})
afterAll(() => database.close())

function ask(route: string, headers: Record<string, string>, body: BodyInit = new URLSearchParams({ name: 'x' })) {
  const [method, pattern = ''] = route.split(' ')
  const path = pattern.replace(/:\w+/g, () => crypto.randomUUID())
  return testApp.app.request(`https://hitlist.test${path}`, { method, body, headers })
}

const foreign: Record<string, Record<string, string>> = {
  'a form on another site': { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' },
  'a form on another site that hides its origin': { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' },
  'a script on another site without Origin': { 'Sec-Fetch-Site': 'cross-site' },
  'a neighbour on the same site': { 'Sec-Fetch-Site': 'same-site', Origin: 'https://blog.hitlist.test' },
  'an address typed, which posts nothing': { 'Sec-Fetch-Site': 'none' },
  'headers that contradict each other': { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.example' },
  'a word we do not know': { 'Sec-Fetch-Site': 'same-origin, cross-site' },
  'an old browser on another site': { Origin: 'https://evil.example' },
  'an old browser that hides its origin': { Origin: 'null' },
  'our host over http': { Origin: 'http://hitlist.test' },
  'our host on another port': { Origin: 'https://hitlist.test:8443' },
  'a longer host': { Origin: 'https://hitlist.test.evil.example' },
  'a form without either header': {},
}

describe.each(guarded)('%s', (route) => {
  test.each(Object.entries(foreign))('refuses %s', async (_, headers) => {
    const answer = await ask(route, { ...headers, Cookie: admin.cookie })
    expect(answer.status).toBe(403)
  })

  test('refuses another site’s JSON as well as its forms', async () => {
    const json = { Cookie: admin.cookie, 'Content-Type': 'application/json', Origin: 'https://evil.example' }
    expect((await ask(route, json, '{}')).status).toBe(403)
  })
})

test('there is something to guard', () => {
  expect(guarded).toEqual(expect.arrayContaining(['POST /login', 'POST /logout', 'POST /dashboard/events/:id']))
})

test.each(open)('%s is opened by what it carries, so it refuses nobody for the lack of a page', async (route) => {
  expect((await ask(route, { 'Sec-Fetch-Site': 'cross-site' })).status).not.toBe(403)
})

test.each<Record<string, string>>([
  { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://hitlist.test' },
  { 'Sec-Fetch-Site': 'same-origin' },
  { 'Sec-Fetch-Site': 'none', Origin: 'https://hitlist.test' },
  { Origin: 'https://hitlist.test' },
])('our own page passes: %o', async (headers) => {
  const event = admin.actor.active_event_id
  const answer = await ask(`POST /dashboard/events/${event}/activate`, { ...headers, Cookie: admin.cookie })
  expect(answer.status).toBe(303)
})

test('on one machine localhost and 127.0.0.1 are both ours', async () => {
  const local = openTestApp(database.db, { env: { PUBLIC_URL: 'http://localhost:4280' } })
  const from = (Origin: string) =>
    local.app.request('http://127.0.0.1:4280/logout', {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'same-origin', Origin },
    })
  expect((await from('http://127.0.0.1:4280')).status).toBe(303)
  expect((await from('http://127.0.0.1:9999')).status).toBe(403)
})

test('a script without a cookie, or with JSON, needs neither header: no browser sends that', async () => {
  expect((await ask('POST /login', {})).status).toBe(422)
  const json = { Cookie: admin.cookie, 'Content-Type': 'application/json' }
  expect((await ask('POST /dashboard/events', json, '{}')).status).toBe(422)
})

test('reading needs no header', async () => {
  const answer = await testApp.app.request('https://hitlist.test/dashboard', {
    headers: { Cookie: admin.cookie, 'Sec-Fetch-Site': 'cross-site' },
  })
  expect(answer.status).toBe(200)
})
