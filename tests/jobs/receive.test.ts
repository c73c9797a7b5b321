import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findJob } from '../../db/queries/jobs.ts'
import type { Ctx } from '../../functions/context.ts'
import { receiveJob } from '../../functions/jobs/receive.ts'
import { stageJob } from '../../functions/jobs/stage.ts'
import { stoppedClock } from '../../functions/ports/clock.ts'
import type { Queue, QueueMessage } from '../../functions/ports/queue.ts'
import { transact } from '../../functions/transact.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { openTestApp } from '../test-app.ts'

let database: TestDatabase
let ctx: Ctx
const published: QueueMessage[] = []
let isReachable = true

const queue: Queue = {
  mode: 'local',
  missing: [],
  async publish(messages) {
    if (!isReachable) throw new Error('down')
    published.push(...messages)
    return messages.map((_, index) => `msg_${index}`)
  },
  verify: async ({ signature }) => signature === 'good',
  setSchedules: async () => {},
  ping: async () => ({ ok: true }),
}

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(() => {
  isReachable = true
  published.length = 0
  ctx = openTestApp(database.db, { services: { queue }, clock: stoppedClock(new Date('2026-03-02T10:00:00Z')) }).ctx
})

const stageSweep = (key?: string) => transact(ctx, (tx) => stageJob(tx, 'sweep', {}, key === undefined ? {} : { key }))
const deliver = (id: string, signature = 'good') =>
  receiveJob(ctx, { name: 'sweep', body: JSON.stringify({ jobId: id }), signature, message_id: undefined })
const linesOf = async (id: string) =>
  (await database.db.selectFrom('job_log').select('line').where('job_id', '=', id).orderBy('id').execute()).map(
    (row) => row.line,
  )

test('a job leaves a line for each thing that happened to it', async () => {
  const id = await stageSweep()
  expect(published).toMatchObject([{ path: '/jobs/sweep', body: { jobId: id } }])
  expect((await deliver(id)).status).toBe(200)
  expect(await linesOf(id)).toEqual(['staged', 'dispatched', 'received', 'verified', 'claimed', 'completed'])
  expect(await findJob(ctx.db, id)).toMatchObject({ status: 'completed', attempts: 1, result: { overdue: 0 } })
})

test('a second delivery changes nothing', async () => {
  const id = await stageSweep()
  await deliver(id)
  const before = await findJob(ctx.db, id)
  expect(await deliver(id)).toMatchObject({ status: 200, body: { duplicate: true } })
  expect(await findJob(ctx.db, id)).toEqual(before)
})

test('a wrong signature is refused and changes nothing', async () => {
  const id = await stageSweep()
  expect((await deliver(id, 'forged')).status).toBe(401)
  expect(await findJob(ctx.db, id)).toMatchObject({ status: 'waiting', attempts: 0 })
})

test('a transaction that fails leaves no job', async () => {
  await expect(
    transact(ctx, async (tx) => {
      await stageJob(tx, 'sweep', {})
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(published).toEqual([])
})

test('one waiting job a key', async () => {
  const first = await stageSweep('once')
  expect(await stageSweep('once')).toBe(first)
  await deliver(first)
  expect(await stageSweep('once')).not.toBe(first)
})

test('a crash in the middle is taken over when the lease has run out, not before', async () => {
  const id = await stageSweep()
  await ctx.db
    .updateTable('job')
    .set({
      status: 'active',
      claim_token: crypto.randomUUID(),
      lease_until: new Date('2026-03-02T10:01:00Z'),
      attempts: 1,
    })
    .where('id', '=', id)
    .execute()
  expect(await deliver(id)).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } })
  const later = { ...ctx, clock: stoppedClock(new Date('2026-03-02T10:01:01Z')) }
  const answer = await receiveJob(later, {
    name: 'sweep',
    body: JSON.stringify({ jobId: id }),
    signature: 'good',
    message_id: undefined,
  })
  expect(answer.status).toBe(200)
  expect(await findJob(ctx.db, id)).toMatchObject({ status: 'completed', attempts: 2 })
})

test('a job that kills its process each time is given up after its attempts', async () => {
  const id = await stageSweep()
  await ctx.db
    .updateTable('job')
    .set({
      status: 'active',
      claim_token: crypto.randomUUID(),
      lease_until: new Date('2026-03-02T09:59:00Z'),
      attempts: 2,
      max_attempts: 2,
    })
    .where('id', '=', id)
    .execute()
  expect((await deliver(id)).status).toBe(489)
  expect(await findJob(ctx.db, id)).toMatchObject({ status: 'failed', error: expect.stringContaining('Gave up') })
})

test('the sweep forgets old jobs, and only those', async () => {
  const old = await stageSweep()
  await deliver(old)
  const waiting = await stageSweep()
  await ctx.db
    .updateTable('job')
    .set({ created_at: new Date('2026-01-01T00:00:00Z') })
    .where('id', 'in', [old, waiting])
    .execute()
  const kept = await stageSweep()
  await deliver(kept)
  expect(await findJob(ctx.db, old)).toBeUndefined()
  expect(await findJob(ctx.db, waiting)).toBeDefined()
  expect(await findJob(ctx.db, kept)).toMatchObject({ status: 'completed' })
})

test('a queue that does not answer loses nothing: the sweep hands the job over', async () => {
  isReachable = false
  const lost = await stageSweep()
  expect(await findJob(ctx.db, lost)).toMatchObject({ status: 'waiting', dispatches: 0 })
  isReachable = true
  ctx = { ...ctx, clock: stoppedClock(new Date('2026-03-02T10:05:00Z')) }
  const sweeper = await stageSweep()
  published.length = 0
  await deliver(sweeper)
  expect(published.map((message) => message.body)).toContainEqual({ jobId: lost })
})

test('a body that is not ours, or an unknown job, is final', async () => {
  const bodies = ['{', '[]', '{"jobId":"x"}', JSON.stringify({ jobId: crypto.randomUUID() })]
  for (const body of bodies)
    expect(await receiveJob(ctx, { name: 'sweep', body, signature: 'good', message_id: undefined })).toMatchObject({
      status: 489,
      headers: { 'Upstash-NonRetryable-Error': 'true' },
    })
})

test('a schedule firing that is delivered twice runs once', async () => {
  const body = JSON.stringify({ schedule: 'sweep' })
  const fire = () => receiveJob(ctx, { name: 'sweep', body, signature: 'good', message_id: 'msg_same' })
  expect((await fire()).body).toEqual({ status: 'completed' })
  expect((await fire()).body).toMatchObject({ duplicate: true })
})
