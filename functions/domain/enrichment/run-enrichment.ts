import {
  completeRun,
  findRun,
  listStrandedRuns,
  listWaitingSubjects,
  settleSubjects,
} from '../../../db/queries/enrichment-runs.ts'
import type { Row } from '../../../db/schema.ts'
import type { EnrichmentKind } from '../../../db/tables/enrichment-run.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { workOn } from './work-on-subjects.ts'

/** A job works this long, well within its lease, and leaves the rest to the next one. */
const BUDGET_MS = 20_000
const STAGED_AT_ONCE = 100

/** Settled together, so that a crash repeats at most so many. A website is two look-ups and a page, a verification nothing where the domain is known. */
const AT_ONCE: Readonly<Record<EnrichmentKind, number>> = {
  website: 9,
  'email-pattern': 25,
  'generate-emails': 25,
  verify: 100,
}

export interface RunState {
  status: Row<'enrichment_run'>['status']
  total: number
  done: number
  failed: number
  cancelled: number
}

/**
 * Goes on with a run where it stands: whoever waits is worked on, some at a time, until time is up; then another job takes
 * over. What is behind it may run twice for the same subject, after a crash or beside another delivery, and is counted once.
 */
export async function continueRun(
  ctx: Ctx,
  { run_id, budget_ms = BUDGET_MS }: { run_id: string; budget_ms?: number },
): Promise<RunState> {
  const until = ctx.clock.now().getTime() + budget_ms
  for (;;) {
    const run = await findRun(ctx.db, run_id)
    if (run === undefined) throw new NotFoundError('run')
    if (run.status !== 'running') return stateOf(run)
    const subjects = await listWaitingSubjects(ctx.db, run_id, { now: ctx.clock.now(), limit: AT_ONCE[run.kind] })
    if (subjects.length > 0) {
      const settled = await workOn(ctx, run, subjects)
      await transact(ctx, (tx) => settleSubjects(tx.db, run_id, settled, tx.clock.now()))
    }
    const next = await transact(ctx, (tx) => goOn(tx, run_id, until))
    if (next === 'over') return stateOf((await findRun(ctx.db, run_id)) ?? run)
  }
}

/** Whether there is more for this job: another one takes over when time is up, or when those left have to wait. */
async function goOn(tx: TxCtx, run_id: string, until: number): Promise<'more' | 'over'> {
  const now = tx.clock.now()
  const next_at = await completeRun(tx.db, run_id, now)
  if (next_at === null) return 'over'
  if (next_at <= now && now.getTime() < until) return 'more'
  await stageRun(tx, run_id, next_at)
  return 'over'
}

const keyOf = (run_id: string) => `enrich-run ${run_id}`

/** Among waiting jobs there is one a run at most. */
export async function stageRun(tx: TxCtx, run_id: string, run_at: Date = tx.clock.now()): Promise<void> {
  await stageJob(tx, 'enrich-run', { run_id }, { key: keyOf(run_id), run_at })
}

/** Sees to it that a job is at work wherever one is needed, even when one was lost. Safe to run at any time. */
export async function restageRuns(ctx: Ctx): Promise<void> {
  const ids = await listStrandedRuns(ctx.db, STAGED_AT_ONCE)
  if (ids.length === 0) return
  await transact(ctx, async (tx) => {
    for (const id of ids) await stageRun(tx, id)
  })
}

function stateOf(run: Row<'enrichment_run'>): RunState {
  const { status, total, done_count, failed_count, cancelled_count } = run
  return { status, total, done: done_count, failed: failed_count, cancelled: cancelled_count }
}
