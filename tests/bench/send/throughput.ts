import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../measure.ts'
import { type Bench, type EngineName, openEngine, type Stage } from './engines.ts'
import type { Child } from './processes.ts'
import type { Taken } from './sendgrid-process.ts'

const POLL_MS = 20

export interface Pace {
  sends_per_s: number
  rounds: number[]
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
  const paces = new Map<EngineName, number[]>()
  for (let round = 1; round <= rounds; round++) {
    for (const [name, makeStage] of makers) {
      const stage = await makeStage()
      await bench.databases.settle()
      const pace = await run(stage, sendgrid, mails)
      await stage.close()
      paces.set(name, [...(paces.get(name) ?? []), pace])
      say(`  round ${round}, ${name}: ${pace} sends/s`)
    }
  }
  return Object.fromEntries([...paces].map(([name, all]) => [name, { sends_per_s: median(all), rounds: all }]))
}

/** From the wake, or the worker's start, to the last mail's row. */
async function run(stage: Stage, sendgrid: Child, mails: number): Promise<number> {
  await sendgrid.ask('reset')
  const worker = await stage.start()
  const started = performance.now()
  await worker.ask('go')
  while ((await sendgrid.ask<number>('count')) < mails) await sleep(POLL_MS)
  while ((await stage.recorded()) < mails) await sleep(POLL_MS)
  const seconds = (performance.now() - started) / 1000
  await worker.end()
  const taken = await sendgrid.ask<Taken>('taken')
  if (taken.duplicates > 0) throw new Error(`${taken.duplicates} duplicates without a crash`)
  return Math.round(mails / seconds)
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
