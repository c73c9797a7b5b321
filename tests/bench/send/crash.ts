import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../measure.ts'
import { type Bench, type EngineName, openEngine, type Stage } from './engines.ts'
import type { Child } from './processes.ts'
import type { Taken } from './sendgrid-process.ts'

const POLL_MS = 50

export interface Crash {
  /** what SendGrid took twice */
  duplicates: number
  /** from the restart to the next mail */
  flows_again_s: number | null
  /** from the restart until nothing was left of what the dead worker held; null when it took longer than we waited */
  finished_s: number | null
  /** mails without an outcome when we stopped waiting */
  left: number
  /** parked: never sent again by itself; SendGrid's events resolve those it had taken */
  unconfirmed: number
  unconfirmed_taken: number
}

/** `kill -9` after a third of the mails, a new process at once, and then nobody helps. */
export async function benchCrash(
  bench: Bench,
  sendgrid: Child,
  engines: readonly EngineName[],
  { mails, patience_s }: { mails: number; patience_s: number },
): Promise<Partial<Record<EngineName, Crash>>> {
  const crashes: Partial<Record<EngineName, Crash>> = {}
  for (const name of engines) {
    const stage = await (await openEngine(name, bench, mails))()
    await bench.databases.settle()
    crashes[name] = await crash(name, stage, sendgrid, mails, patience_s)
    await stage.close()
    say(`  crash, ${name}: ${JSON.stringify(crashes[name])}`)
  }
  return crashes
}

async function crash(
  name: EngineName,
  stage: Stage,
  sendgrid: Child,
  mails: number,
  patience_s: number,
): Promise<Crash> {
  await sendgrid.ask('reset')
  const first = await stage.start()
  await first.ask('go')
  while ((await sendgrid.ask<number>('count')) < mails / 3) await sleep(POLL_MS / 5)
  await first.kill()
  const before = await sendgrid.ask<Taken>('taken')

  let second = await stage.start()
  const restarted = performance.now()
  // A worker asks its queue by itself; ours is called by QStash, which knows nothing of the crash.
  if (name !== 'ours') await second.ask('go')
  const seconds = () => Math.round((performance.now() - restarted) / 100) / 10
  let flows_again_s: number | null = null
  let finished_s: number | null = null
  while (finished_s === null && seconds() < patience_s) {
    await sleep(POLL_MS)
    const { mails: taken, duplicates } = await sendgrid.ask<Taken>('taken')
    if (taken + duplicates > before.mails) flows_again_s ??= seconds()
    if ((await settled(stage)) >= mails) finished_s = seconds()
  }
  const left = mails - (await settled(stage))
  if (left > 0 && stage.ageLocks !== undefined) {
    await stage.ageLocks()
    await second.kill()
    second = await stage.start()
    await second.ask('go')
    for (let waited = 0; waited < 20_000 && (await settled(stage)) < mails; waited += POLL_MS) await sleep(POLL_MS)
  }
  await second.kill()
  const taken = await sendgrid.ask<Taken>('taken')
  const ids = new Set(await sendgrid.ask<string[]>('ids'))
  const parked = (await stage.parked?.()) ?? []
  return {
    duplicates: taken.duplicates,
    flows_again_s,
    finished_s,
    left,
    unconfirmed: parked.length,
    unconfirmed_taken: parked.filter((id) => ids.has(id)).length,
  }
}

const settled = async (stage: Stage) => (await stage.recorded()) + ((await stage.parked?.()) ?? []).length
