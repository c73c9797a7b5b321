import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../running-app.ts'
import { openTestApp } from '../test-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test.each(['/health', '/api/health', '/health?deep=1'])('%s is healthy with every check', async (path) => {
  const answer = await fetch(app.url + path)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const health = await answer.json()
  expect(health).toMatchObject({
    status: 'healthy',
    buildId: expect.stringMatching(/^\w+$/),
    checks: {
      database: { status: 'ok', responseTime: expect.any(Number) },
      redis: { status: 'ok', responseTime: expect.any(Number) },
      queue: { status: 'ok', responseTime: expect.any(Number) },
      mail: { status: 'ok' },
      env: { status: 'ok' },
    },
    ledger: { messages_unconfirmed: 0, jobs_failed: 0 },
  })
  expect(new Date(health.timestamp).getTime()).toBeCloseTo(Date.now(), -5)
})

test('asked deeply it counts everything, a dozen times a minute', async () => {
  const ask = () => fetch(`${app.url}/health?deep=1`)
  const { outreach } = await (await ask()).json()
  expect(outreach.alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
  const answers = await Promise.all(Array.from({ length: 14 }, ask))
  const refused = answers.filter((answer) => answer.status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('no secret is shown', async () => {
  const text = await (await fetch(`${app.url}/health`)).text()
  const secrets = Object.entries(app.local.env).filter(([name]) => /KEY|TOKEN|SECRET/.test(name))
  expect(secrets.length).toBeGreaterThan(4)
  for (const [, secret] of secrets) expect(text).not.toContain(secret)
})

test('nothing configured is degraded, names what is missing, and answers 200', async () => {
  const answer = await openTestApp(app.store.db).app.request('/health')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    status: 'degraded',
    checks: {
      database: { status: 'ok' },
      redis: { status: 'degraded', missing: ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'] },
      queue: { status: 'degraded', missing: ['QSTASH_TOKEN', 'QSTASH_CURRENT_SIGNING_KEY', 'QSTASH_NEXT_SIGNING_KEY'] },
      mail: { status: 'degraded', missing: ['SENDGRID_API_KEY', 'APP_SECRET', 'POSTAL_ADDRESS'] },
    },
  })
})

test('unreachable Redis and queue are degraded, not dead', async () => {
  const nowhere = 'http://127.0.0.1:9'
  const env = { ...app.local.env, QSTASH_URL: nowhere, UPSTASH_REDIS_REST_URL: nowhere }
  const answer = await openTestApp(app.store.db, { env }).app.request('/health')
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    status: 'degraded',
    checks: { redis: { status: 'degraded' }, queue: { status: 'degraded', error: 'unreachable' } },
  })
})

test('no database is unhealthy: 503 with Retry-After', async () => {
  const { openMissing } = await import('../../db/open-postgres.ts')
  const { db } = openMissing(new Error('secret detail'))
  const answer = await openTestApp(db).app.request('/health')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('10')
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({
    status: 'unhealthy',
    checks: { database: { status: 'down' } },
    ledger: null,
  })
  expect(text).not.toContain('secret detail')
})
