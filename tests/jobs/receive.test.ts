import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findJob } from '../../db/queries/jobs.ts'
import type { Ctx } from '../../functions/context.ts'
import { keepCatchingUp, keepDispatching } from '../../functions/jobs/keep-dispatching.ts'
import { receiveJob } from '../../functions/jobs/receive.ts'
import { stageJob } from '../../functions/jobs/stage.ts'
import { catchUp } from '../../functions/jobs/sweep.ts'
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

const bodies = () => published.map((message) => message.body)
const later = (time: string) => {
  ctx = { ...ctx, clock: stoppedClock(new Date(`2026-03-02T${time}Z`)) }
}

test('a queue that does not answer loses nothing: the sweep hands the job over, also one that is not due for days', async () => {
  const sweeper = await stageSweep()
  isReachable = false
  const lost = await stageSweep()
  const far = await transact(ctx, (tx) => stageJob(tx, 'sweep', {}, { run_at: new Date('2026-03-05T10:00:00Z') }))
  expect(await findJob(ctx.db, lost)).toMatchObject({ status: 'waiting', dispatches: 0 })
  isReachable = true
  later('10:05:00')
  published.length = 0
  await deliver(sweeper)
  expect(bodies()).toEqual(expect.arrayContaining([{ jobId: lost }, { jobId: far }]))
})

test('what somebody could not hand over goes with the next job of anybody', async () => {
  isReachable = false
  const lost = await stageSweep()
  isReachable = true
  later('10:00:04')
  published.length = 0
  const next = await stageSweep()
  expect(bodies()).toEqual(expect.arrayContaining([{ jobId: lost }, { jobId: next }]))
})

test('a wake-up that was never handed over is, when it is asked for again', async () => {
  isReachable = false
  const lost = await stageSweep('minute')
  isReachable = true
  published.length = 0
  expect(await stageSweep('minute')).toBe(lost)
  expect(bodies()).toEqual([{ jobId: lost }])
  expect(await stageSweep('minute')).toBe(lost)
  expect(published).toHaveLength(1)
})

test('who asks for an earlier moment of the same key gets it', async () => {
  const at = (time: string) => new Date(`2026-03-02T${time}Z`)
  const stage = (run_at: Date) => transact(ctx, (tx) => stageJob(tx, 'sweep', {}, { key: '10:01', run_at }))
  const id = await stage(at('10:01:50'))
  expect(await stage(at('10:01:00'))).toBe(id)
  expect(published.map(({ notBefore }) => notBefore)).toEqual([at('10:01:50'), at('10:01:00')])
  expect(await stage(at('10:01:30'))).toBe(id)
  expect(published).toHaveLength(2)
})

test('a runtime is told when the queue takes nothing, and offers it again after 1, 2, 4, 8, 8, … s', async () => {
  isReachable = false
  const slept: number[] = []
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds / 1000)
    if (slept.length === 6) isReachable = true
  }
  let isOut = false
  ctx = { ...ctx, clock: { ...ctx.clock, sleep }, onQueueOut: () => (isOut = true) }
  const id = await stageSweep()
  expect(isOut).toBe(true)
  await keepDispatching(ctx, () => false)
  expect(slept).toEqual([1, 2, 4, 8, 8, 8])
  expect(bodies()).toContainEqual({ jobId: id })
})

test('a start hands over what the process before it may have been doing', async () => {
  const id = await stageSweep()
  const claim = { claim_token: crypto.randomUUID(), lease_until: new Date('2026-03-02T10:00:06Z'), attempts: 1 }
  await ctx.db
    .updateTable('job')
    .set({ status: 'active', ...claim })
    .where('id', '=', id)
    .execute()
  published.length = 0
  later('10:00:01')
  await catchUp(ctx)
  expect(bodies()).toContainEqual({ jobId: id })
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

test('a start that found no database catches up when there is one', async () => {
  isReachable = false
  const id = await stageSweep()
  isReachable = true
  let failures = 2
  const db = new Proxy(ctx.db, {
    get(target, name) {
      if (failures > 0 && failures--) throw new Error('The connection is gone')
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const slept: number[] = []
  const sleep = async (milliseconds: number) => void slept.push(milliseconds / 1000)
  await keepCatchingUp({ ...ctx, db, clock: { ...ctx.clock, sleep } }, () => false)
  expect(slept).toEqual([1, 2, 4])
  expect(bodies()).toContainEqual({ jobId: id })
})
