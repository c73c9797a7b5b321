import { createServer } from 'node:net'
import { Queue } from 'bullmq'
import { makeWorkerUtils } from 'graphile-worker'
import { PgBoss } from 'pg-boss'
import postgres from 'postgres'
import { assertNever } from '../../../functions/errors.ts'
import { appEnvironment, fillCampaign } from './campaign.ts'
import type { Databases } from './databases.ts'
import { peerJobs } from './peer-jobs.ts'
import { type Child, startChild } from './processes.ts'
import { bullmq, pgBoss } from './tuning.ts'

/**
 * `BullMQ ahead` takes 50 jobs up at once, of which still only `--concurrency` send. `mail alone` is nobody's queue: it
 * renders and posts, and writes nothing down, which is what one process can do at best.
 */
export const engineNames = ['ours', 'pg-boss', 'graphile-worker', 'BullMQ', 'BullMQ ahead', 'mail alone'] as const
export type EngineName = (typeof engineNames)[number]

/** What all engines are given. */
export interface Bench {
  databases: Databases
  sendgridUrl: string
  redisUrl: string
  concurrency: number
}

/** A store in which mails wait; whoever works on it can be started, killed and started again. */
export interface Stage {
  /** a process that has loaded and connected, and works when it is told to `go` */
  start(): Promise<Child>
  /** how many mails have their row */
  recorded(): Promise<number>
  /** ids of mails that wait for an event or a person */
  parked?: () => Promise<string[]>
  /** lets the time pass after which jobs of a dead worker are taken up again, where waiting for it would take minutes or hours */
  ageLocks?: () => Promise<void>
  close(): Promise<void>
}

/** @param mails how many wait @returns a maker of stages that are alike, one for each round */
export async function openEngine(name: EngineName, bench: Bench, mails: number): Promise<() => Promise<Stage>> {
  switch (name) {
    case 'ours':
      return openOurs(bench, mails)
    case 'pg-boss':
      return () => stagePgBoss(bench, mails)
    case 'graphile-worker':
      return () => stageGraphileWorker(bench, mails)
    case 'BullMQ':
      return () => stageBullmq(bench, mails, bench.concurrency)
    case 'BullMQ ahead':
      return () => stageBullmq(bench, mails, bullmq.ahead)
    case 'mail alone':
      return async () => ({
        ...(await stagePeer('./mail-alone-process.ts', bench, { MAILS: String(mails) })),
        // Nothing but SendGrid knows of them.
        recorded: async () => mails,
      })
    default:
      return assertNever(name)
  }
}

/** Filled once, copied for each round. */
async function openOurs(bench: Bench, mails: number): Promise<() => Promise<Stage>> {
  const filled = await bench.databases.create()
  await fillCampaign(filled, mails)
  return () => stageOurs(bench, filled)
}

export interface OurStage extends Stage {
  queueUrl: string
}

export async function stageOurs(bench: Bench, filled: string, extra: Record<string, string> = {}): Promise<OurStage> {
  const databaseUrl = await bench.databases.create(filled)
  const queueUrl = await bench.databases.create()
  const queue = await startChild('./queue-process.ts', { DATABASE_URL: queueUrl })
  const port = await freePort()
  const env = appEnvironment({ databaseUrl, sendgridUrl: bench.sendgridUrl, queue: await queue.ask('env'), port })
  const sql = postgres(databaseUrl, { max: 1 })
  // An app that starts wakes a drain for what it finds due: here nobody begins before it is told to go.
  await sql`update sequence set status = 'paused'`
  return {
    start: () => startChild('./our-process.ts', { ...env, ...extra, CONCURRENCY: String(bench.concurrency) }),
    async recorded() {
      const [row] = await sql`select count(*)::integer as mails from message where state = 'sent'`
      return row?.mails ?? 0
    },
    async parked() {
      const rows = await sql<{ id: string }[]>`select id from message where state = 'unconfirmed'`
      return rows.map(({ id }) => id)
    },
    queueUrl,
    async close() {
      await queue.kill()
      await sql.end()
    },
  }
}

async function stagePgBoss(bench: Bench, mails: number): Promise<Stage> {
  const stage = await stagePeer('./pg-boss-process.ts', bench)
  const boss = new PgBoss({ connectionString: stage.databaseUrl })
  await boss.start()
  await boss.createQueue('mail', pgBoss.queue)
  for (const jobs of inChunks(peerJobs(mails)))
    await boss.insert(
      'mail',
      jobs.map((data) => ({ data })),
    )
  await boss.stop({ graceful: true })
  await stage.sql`vacuum (analyze)`
  return stage
}

async function stageGraphileWorker(bench: Bench, mails: number): Promise<Stage> {
  const stage = await stagePeer('./graphile-worker-process.ts', bench)
  const utils = await makeWorkerUtils({ connectionString: stage.databaseUrl })
  await utils.migrate()
  for (const jobs of inChunks(peerJobs(mails)))
    await utils.addJobs(jobs.map((payload) => ({ identifier: 'mail', payload })))
  await utils.release()
  await stage.sql`vacuum (analyze)`
  return {
    ...stage,
    async ageLocks() {
      await stage.sql`update graphile_worker._private_jobs set locked_at = locked_at - interval '4 hours' where locked_at is not null`
    },
  }
}

async function stageBullmq(bench: Bench, mails: number, jobs_at_once: number): Promise<Stage> {
  const prefix = `yardflow_bench_${crypto.randomUUID()}`
  const stage = await stagePeer('./bullmq-process.ts', bench, {
    REDIS_URL: bench.redisUrl,
    PREFIX: prefix,
    JOBS_AT_ONCE: String(jobs_at_once),
  })
  const queue = new Queue('mail', { connection: { url: bench.redisUrl }, prefix })
  for (const jobs of inChunks(peerJobs(mails)))
    await queue.addBulk(jobs.map((data) => ({ name: 'mail', data, opts: { attempts: 3 } })))
  return {
    ...stage,
    async close() {
      await queue.obliterate({ force: true })
      await queue.close()
      await stage.close()
    },
  }
}

async function stagePeer(file: string, bench: Bench, env: Record<string, string> = {}) {
  const databaseUrl = await bench.databases.create()
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  await sql`create table sent (id uuid primary key, provider_message_id text not null, sent_at timestamptz not null default now())`
  const { sendgridUrl, concurrency } = bench
  return {
    databaseUrl,
    sql,
    start: () =>
      startChild(file, {
        ...env,
        DATABASE_URL: databaseUrl,
        SENDGRID_BASE_URL: sendgridUrl,
        CONCURRENCY: String(concurrency),
      }),
    async recorded(): Promise<number> {
      const [row] = await sql`select count(*)::integer as mails from sent`
      return row?.mails ?? 0
    },
    close: () => sql.end(),
  }
}

function* inChunks<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let start = 0; start < items.length; start += 1_000) yield items.slice(start, start + 1_000)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
