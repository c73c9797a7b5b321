import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { say } from '../measure.ts'
import { fillCampaign } from './campaign.ts'
import { type Bench, stageOurs } from './engines.ts'
import type { Child } from './processes.ts'

const POLL_MS = 50

export interface Cost {
  mails: number
  /** published to QStash and called back, counted by it */
  qstash_messages_per_1000: number
  /** by the whole app from its wake on, begin and commit included */
  statements_per_1000: number
}

/** One run of its own: counting statements takes time that the others do not spend. */
export async function benchCost(bench: Bench, sendgrid: Child, mails: number): Promise<Cost> {
  const filled = await bench.databases.create()
  await fillCampaign(filled, mails)
  const stage = await stageOurs(bench, filled, { COUNT: 'yes' })
  await sendgrid.ask('reset')
  const app = await stage.start()
  const before = await app.ask<number>('statements')
  await app.ask('go')
  while ((await stage.recorded()) < mails) await sleep(POLL_MS)
  const statements = (await app.ask<number>('statements')) - before
  await app.end()
  const messages = await countMessages(stage.queueUrl)
  await stage.close()
  const per1000 = (count: number) => Math.round((count / mails) * 10_000) / 10
  const cost = {
    mails,
    qstash_messages_per_1000: per1000(messages),
    statements_per_1000: per1000(statements),
  }
  say(`  cost: ${JSON.stringify(cost)}`)
  return cost
}

/** Attempts rather than messages, if there are more: a retry is paid for too. */
async function countMessages(queueUrl: string): Promise<number> {
  const sql = postgres(queueUrl, { max: 1 })
  const [row] = await sql`select greatest(count(*) filter (where state = 'CREATED'),
    count(*) filter (where state = 'ACTIVE'))::integer as messages from local.qstash_event`
  await sql.end()
  return row?.messages ?? 0
}
