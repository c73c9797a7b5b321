import { parseArgs } from 'node:util'
import { openRig, playRun, type Rig, type RunResult } from './faults/run.ts'
import { progress, runCommand } from './open.ts'

/** What the bar allows, in seconds of the engine's clock. */
const RECOVERY_BAR_S = 10

// npm run faults -- --runs N --seed S [--db postgres]: random crashes, and what SendGrid's own record says afterwards.
await runCommand(import.meta, async () => {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      db: { type: 'string', default: 'pglite' },
      verbose: { type: 'boolean', default: false },
    },
  })
  const [runs, seed] = [Number(values.runs), Number(values.seed)]
  const rig = await openRig(values.db === 'postgres' ? serverUrl() : null)
  // Interrupted, it says what it has seen so far and leaves no database behind.
  let is_over = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      is_over = true
    })
  try {
    const answer = await playRuns(rig, { runs, seed, is_verbose: values.verbose, isOver: () => is_over })
    return { answer, ok: isClean(answer) }
  } finally {
    await rig.close()
    // A time-out of some client may still run; nothing waits for it.
    setTimeout(() => process.exit(), 2_000).unref()
  }
})

function serverUrl(): string {
  return process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
}

type Sums = Omit<RunResult, 'about'> & { runs: number; seed: number; failing_seeds: number[]; seconds: number }

export async function playRuns(
  rig: Rig,
  {
    runs,
    seed,
    is_verbose = false,
    sabotage,
    isOver = () => false,
  }: { runs: number; seed: number; is_verbose?: boolean; sabotage?: string; isOver?: () => boolean },
): Promise<Sums> {
  const sums: Sums = {
    runs: 0,
    kills: 0,
    sent: 0,
    lost: 0,
    duplicates: 0,
    mailedAfterStop: 0,
    stuck: 0,
    unconfirmed: 0,
    max_recovery_s: 0,
    seed,
    cuts: 0,
    decided: 0,
    untrue: 0,
    max_outage_recovery_s: 0,
    failing_seeds: [],
    seconds: 0,
  }
  const started = performance.now()
  for (let n = 0; n < runs && !isOver(); n++) {
    const begun = performance.now()
    const { about, ...result } = await playRun(rig, seed + n, { sabotage }).catch(brokenOff)
    add(sums, result)
    const is_clean = isClean({ ...result, failing_seeds: [] })
    if (!is_clean) sums.failing_seeds.push(seed + n)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    if (is_verbose) for (const line of rig.notes) progress(`   ${line}`)
    progress(
      `run ${seed + n}: ${is_clean ? 'clean' : 'FAILED'}, ${result.sent} sent, ${result.kills} kills, ${result.cuts} cuts, ${result.decided} decided, recovery ${result.max_recovery_s} s / ${result.max_outage_recovery_s} s, ${seconds} s`,
    )
    if (!is_clean) for (const line of [...about, ...(is_verbose ? [] : rig.notes)]) progress(`   ${line}`)
  }
  sums.seconds = Math.round((performance.now() - started) / 100) / 10
  if (sums.failing_seeds.length > 0)
    progress(`Replay one: npm run faults -- --runs 1 --seed ${sums.failing_seeds[0]} --verbose`)
  return sums
}

/** A run that cannot be played to its end is no clean one. */
function brokenOff(error: unknown): RunResult {
  const nothing = { kills: 0, cuts: 0, decided: 0, sent: 0, lost: 0, duplicates: 0, mailedAfterStop: 0, unconfirmed: 0 }
  const about = [`broken off: ${error instanceof Error ? error.stack : String(error)}`]
  return { ...nothing, stuck: 1, untrue: 0, max_recovery_s: 0, max_outage_recovery_s: 0, about }
}

function add(sums: Sums, result: Omit<RunResult, 'about'>): void {
  sums.runs += 1
  for (const name of Object.keys(result) as (keyof typeof result)[])
    sums[name] = name.startsWith('max_') ? Math.max(sums[name], result[name]) : sums[name] + result[name]
}

function isClean(sums: Omit<RunResult, 'about'> & { failing_seeds: number[] }): boolean {
  const broken =
    sums.lost +
    sums.duplicates +
    sums.mailedAfterStop +
    sums.stuck +
    sums.unconfirmed +
    sums.untrue +
    sums.failing_seeds.length
  return broken === 0 && sums.max_recovery_s <= RECOVERY_BAR_S
}
