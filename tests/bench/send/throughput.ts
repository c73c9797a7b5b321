import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../measure.ts'
import { type Bench, type EngineName, openEngine, type Stage } from './engines.ts'
import type { Child } from './processes.ts'
import type { Taken } from './sendgrid-process.ts'

const POLL_MS = 20

export interface Pace {
  sends_per_s: number
  rounds: number[]
  /** computed by the worker's process for each mail: what does not depend on who else uses the machine */
  worker_cpu_ms: number
}

/** Rounds of everybody in turn, so that a machine that slows down slows everybody; the median counts. */
export async function benchThroughput(
  bench: Bench,
  sendgrid: Child,
  engines: readonly EngineName[],
  { mails, rounds }: { mails: number; rounds: number },
): Promise<Partial<Record<EngineName, Pace>>> {
  const makers = new Map<EngineName, () => Promise<Stage>>()
  for (const name of engines) makers.set(name, await openEngine(name, bench, mails))
  const paces = new Map<EngineName, { sends_per_s: number; cpu_ms: number }[]>()
  for (let round = 1; round <= rounds; round++) {
    for (const [name, makeStage] of makers) {
      const stage = await makeStage()
      await bench.databases.settle()
      const pace = await run(stage, sendgrid, mails)
      await stage.close()
      paces.set(name, [...(paces.get(name) ?? []), pace])
      say(`  round ${round}, ${name}: ${JSON.stringify(pace)}`)
    }
  }
  return Object.fromEntries(
    [...paces].map(([name, all]) => {
      const rounds = all.map(({ sends_per_s }) => sends_per_s)
      return [name, { sends_per_s: median(rounds), rounds, worker_cpu_ms: median(all.map(({ cpu_ms }) => cpu_ms)) }]
    }),
  )
}

/** From the wake, or the worker's start, to the last mail's row. */
async function run(stage: Stage, sendgrid: Child, mails: number) {
  await sendgrid.ask('reset')
  const worker = await stage.start()
  const idle_ms = await worker.ask<number>('cpu_ms')
  const started = performance.now()
  await worker.ask('go')
  while ((await sendgrid.ask<number>('count')) < mails) await sleep(POLL_MS)
  while ((await stage.recorded()) < mails) await sleep(POLL_MS)
  const seconds = (performance.now() - started) / 1000
  const cpu_ms = (await worker.ask<number>('cpu_ms')) - idle_ms
  await worker.end()
  const taken = await sendgrid.ask<Taken>('taken')
  if (taken.duplicates > 0) throw new Error(`${taken.duplicates} duplicates without a crash`)
  return { sends_per_s: Math.round(mails / seconds), cpu_ms: Math.round((cpu_ms / mails) * 1000) / 1000 }
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
