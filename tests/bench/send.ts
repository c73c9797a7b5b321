import { parseArgs } from 'node:util'
import { say } from './measure.ts'
import { benchCost } from './send/cost.ts'
import { benchCrash } from './send/crash.ts'
import { openDatabases } from './send/databases.ts'
import { type Bench, type EngineName, engineNames } from './send/engines.ts'
import { benchIdle } from './send/idle.ts'
import { type Child, startChild } from './send/processes.ts'
import { benchScale } from './send/scale.ts'
import { benchThroughput, type Pace } from './send/throughput.ts'

const parts = ['pace', 'crash', 'cost', 'scale', 'idle'] as const

/** Bars of issue 3. */
const bars = {
  ours_to_pg_boss: 1,
  ours_to_bullmq: 2,
  qstash_messages_per_1000: 25,
  statements_per_1000: 200,
  drain_ratio: 1.2,
  qstash_messages_a_day: 100,
}

/**
 * The whole way of a mail, from the wake to its receipt, against the workers others would use, on one PostgreSQL and one
 * SendGrid that takes no time. Enqueueing is timed for nobody. Everybody renders the same text, posts it with the same
 * client, at most `--concurrency` at once (up to the six connections of a Worker), and leaves a row in PostgreSQL.
 */
export async function benchSend(): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      only: { type: 'string', default: parts.join(',') },
      engines: { type: 'string', default: engineNames.join(',') },
      mails: { type: 'string', default: '20000' },
      rounds: { type: 'string', default: '3' },
      concurrency: { type: 'string', default: '6' },
      'crash-mails': { type: 'string', default: '6000' },
      'patience-s': { type: 'string', default: '90' },
      enrollments: { type: 'string', default: '10000,1000000' },
      drains: { type: 'string', default: '5' },
    },
  })
  const only = new Set(values.only.split(','))
  const engines = engineNames.filter((name) => values.engines.split(',').includes(name))
  const [few = 0, many = 0] = values.enrollments.split(',').map(Number)
  const databases = await openDatabases(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres')
  const sendgrid = await startChild('./sendgrid-process.ts', {})
  try {
    const bench: Bench = {
      databases,
      sendgridUrl: await sendgrid.ask('url'),
      redisUrl: process.env.BENCH_REDIS_URL ?? 'redis://127.0.0.1:6379',
      concurrency: Number(values.concurrency),
    }
    const mails = Number(values.mails)
    const figures: Record<string, unknown> = { mails, concurrency: bench.concurrency, bars }
    if (only.has('pace')) Object.assign(figures, await pace(bench, sendgrid, engines, mails, Number(values.rounds)))
    if (only.has('crash'))
      figures.crash = await benchCrash(
        bench,
        sendgrid,
        engines.filter((name) => name !== 'BullMQ ahead' && name !== 'mail alone'),
        { mails: Number(values['crash-mails']), patience_s: Number(values['patience-s']) },
      )
    if (only.has('cost')) figures.cost = await benchCost(bench, sendgrid, mails)
    if (only.has('idle')) figures.idle = await benchIdle(databases)
    if (only.has('scale'))
      figures.scale = await benchScale(databases, { sizes: [few, many], times: Number(values.drains) })
    return figures
  } finally {
    await sendgrid.kill()
    await databases.close()
  }
}

async function pace(bench: Bench, sendgrid: Child, engines: readonly EngineName[], mails: number, rounds: number) {
  const paces = await benchThroughput(bench, sendgrid, engines, { mails, rounds })
  const to = (peer: EngineName) => ratio(paces.ours, paces[peer])
  const ratios = Object.fromEntries(
    engineNames.filter((name) => name !== 'ours' && paces[name]).map((peer) => [peer, to(peer)]),
  )
  say(`  ours to each: ${JSON.stringify(ratios)}`)
  return { pace: paces, ours_to: ratios, ...(await describeMails(sendgrid)) }
}

function ratio(ours: Pace | undefined, theirs: Pace | undefined): number | null {
  return ours === undefined || theirs === undefined
    ? null
    : Math.round((ours.sends_per_s / theirs.sends_per_s) * 100) / 100
}

async function describeMails(sendgrid: Child): Promise<{ bytes_a_mail: number }> {
  const { bytes, mails } = await sendgrid.ask<{ bytes: number; mails: number }>('taken')
  return { bytes_a_mail: Math.round(bytes / mails) }
}
