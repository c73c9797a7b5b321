import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../running-app.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'

let app: TestApp
let rep: SignedIn
let account_id: string

beforeAll(async () => {
  app = await startTestApp()
  rep = await signInAs(app)
  account_id = await insertAccount(rep.actor.active_event_id!)
})
afterAll(() => app.close())

async function insertAccount(event_id: string): Promise<string> {
  const id = crypto.randomUUID()
  const now = app.clock.now()
  await app.store.db
    .insertInto('account')
    .values({ id, event_id, name: `Acme ${id}`, name_key: `acme ${id}`, created_at: now, updated_at: now })
    .execute()
  return id
}
const enqueue = (body: unknown, headers: Record<string, string> = {}) =>
  rep.request('/api/queue/enrich', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const status = async (id: string) => (await rep.request(`/api/queue/status/${id}`)).json()
const countJobs = async () =>
  (
    await app.store.db
      .selectFrom('job')
      .select((of) => of.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
  ).n

test('waiting, then completed with a result and a log', async () => {
  const answer = await enqueue({ accountId: account_id, jobType: 'email-pattern' })
  expect(answer.status).toBe(202)
  const { jobId, ...rest } = await answer.json()
  expect(rest).toEqual({ status: 'waiting' })
  expect(await status(jobId)).toMatchObject({ jobId, status: 'waiting', result: null })
  await app.deliverDue()
  const done = await status(jobId)
  expect(done).toMatchObject({ status: 'completed', attempts: 1, result: { outcome: 'no_domain' } })
  expect(done.log.map((line: { line: string }) => line.line)).toEqual([
    'staged',
    'dispatched',
    'received',
    'verified',
    'claimed',
    'completed',
  ])
})

test('a failed job is failed, with its reason, and can be retried by hand', async () => {
  const gone = await insertAccount(rep.actor.active_event_id!)
  const { jobId } = await (await enqueue({ accountId: gone, jobType: 'generate-emails' })).json()
  await app.store.db.deleteFrom('account').where('id', '=', gone).execute()
  await app.deliverDue()
  expect(await status(jobId)).toMatchObject({ status: 'failed', error: 'There is no such account.', attempts: 1 })
  const page = await (await rep.request(`/dashboard/queue/${jobId}`)).text()
  expect(page).toContain('There is no such account.')
  expect(page).toContain(`/dashboard/queue/${jobId}/retry`)

  expect((await rep.post(`/dashboard/queue/${jobId}/retry`)).status).toBe(303)
  expect((await rep.post(`/dashboard/queue/${jobId}/retry`)).status).toBe(303)
  await app.deliverDue()
  const again = await status(jobId)
  expect(again).toMatchObject({ status: 'failed', attempts: 1 })
  expect(again.log.filter((line: { line: string }) => line.line === 'retried by hand')).toHaveLength(1)
})

test('a DNS that does not answer is retried with a delay, then failed', async () => {
  const { jobId } = await (await enqueue({ accountId: account_id, jobType: 'website' })).json()
  app.ctx.services.dns = {
    addresses: async () => ({ outcome: 'unknown' }),
    mailExchangers: async () => ({ outcome: 'unknown' }),
  }
  await app.deliverDue()
  expect(await status(jobId)).toMatchObject({
    status: 'retrying',
    attempts: 1,
    error: expect.stringContaining('DNS did not answer'),
  })
  await app.pass(3 * 3600, 600)
  expect(await status(jobId)).toMatchObject({ status: 'failed', attempts: 5 })
})

test.each([
  ['not JSON', '{', 'body'],
  ['no account', { jobType: 'website' }, 'accountId'],
  ['an account that is no id', { accountId: '1', jobType: 'website' }, 'accountId'],
  ['an unknown job type', { accountId: crypto.randomUUID(), jobType: 'rm -rf' }, 'jobType'],
  ['a field nobody knows', { accountId: crypto.randomUUID(), jobType: 'website', force: true }, 'force'],
])('%s is 422 and leaves no job', async (_case, body, field) => {
  const before = await countJobs()
  const answer = await enqueue(body)
  expect(answer.status).toBe(422)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  if (field !== 'body') expect((await answer.json()).errors).toHaveProperty(field)
  expect(await countJobs()).toBe(before)
})

test('an account of another event is not there', async () => {
  const other = await signInAs(app)
  const foreign = await insertAccount(other.actor.active_event_id!)
  expect((await enqueue({ accountId: foreign, jobType: 'website' })).status).toBe(404)
})

test('the same Idempotency-Key answers the same job; another body under it is refused', async () => {
  const key = { 'Idempotency-Key': 'click-1' }
  const body = { accountId: account_id, jobType: 'email-pattern' }
  const before = await countJobs()
  const answers = await Promise.all([enqueue(body, key), enqueue(body, key), enqueue(body, key)])
  const ids = await Promise.all(answers.map(async (answer) => (await answer.json()).jobId))
  expect(new Set(ids).size).toBe(1)
  expect(await countJobs()).toBe(before + 1)
  expect((await enqueue({ ...body, jobType: 'website' }, key)).status).toBe(422)
  expect((await enqueue(body, { 'Idempotency-Key': 'a key with spaces' })).status).toBe(422)
})

test('stats and status need a session', async () => {
  for (const path of ['/api/queue/stats', `/api/queue/status/${crypto.randomUUID()}`]) {
    const answer = await fetch(app.url + path)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  }
  expect(await (await rep.request('/api/queue/stats')).json()).toMatchObject({
    failed: expect.any(Number),
    mode: 'local',
  })
  expect((await rep.request('/api/queue/status/none')).status).toBe(404)
})

test('the queue page lists, filters and survives a damaged place', async () => {
  const page = await (await rep.request('/dashboard/queue?status=failed')).text()
  expect(page).toContain('Failed')
  for (const place of [
    'x',
    '["after","now()","1"]',
    JSON.stringify(['after', "2026-01-01'; drop", crypto.randomUUID()]),
  ])
    expect((await rep.request(`/dashboard/queue?page=${encodeURIComponent(place)}`)).status).toBe(200)
})

test('integrations show what stands in, and no secret', async () => {
  const page = await (await rep.request('/dashboard/settings/integrations')).text()
  expect(page).toContain('OPENAI_API_KEY')
  for (const [name, secret] of Object.entries(app.local.env))
    if (/KEY|TOKEN|SECRET/.test(name)) expect(page).not.toContain(secret)
})
