import { lockProgress } from '../../../db/queries/enrollments.ts'
import { closeDueTasks, type DueWait, type Ended, endWaiting, listDueWaits } from '../../../db/queries/step-waits.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { findTurns } from './find-turns.ts'
import { allOrOneByOne } from './one-by-one.ts'
import { emptyPlanCache, type PlanCache, planNext, planTurns } from './plan-next.ts'
import { stopUnplannable } from './stop-enrollment.ts'

const CLOSED_AT_ONCE = 500

/**
 * Judges tasks with a condition that are due, gives up tasks that have timed out, and goes on without a visit to the booth
 * that nobody has written down. Safe to run at any time, and twice. @returns how many enrollments it looked at
 */
export async function closeDueWaits(ctx: Ctx, cache: PlanCache = emptyPlanCache()): Promise<number> {
  const due = await listDueWaits(ctx.db, ctx.clock.now(), CLOSED_AT_ONCE)
  if (due.length === 0) return 0
  await allOrOneByOne(
    due,
    (some) => closeWaits(ctx, some, cache),
    ({ enrollment_id }, error) => stopUnplannable(ctx, enrollment_id, error),
  )
  return due.length
}

async function closeWaits(ctx: Ctx, due: readonly DueWait[], cache: PlanCache): Promise<void> {
  await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const idsOf = (visits: boolean) =>
      due.filter(({ what }) => (what === 'visit') === visits).map(({ enrollment_id }) => enrollment_id)
    const rows = await lockProgress(tx.db, [...new Set(due.map(({ enrollment_id }) => enrollment_id))])
    const running = rows.filter(({ status }) => status === 'active').map((row) => [row.id, row] as const)
    const progress = new Map(running)
    const behind = await closeDueTasks(tx.db, { enrollment_ids: idsOf(false).filter((id) => progress.has(id)), now })
    await planNext(
      tx,
      behind.flatMap(({ enrollment_id, step_key }) => {
        const row = progress.get(enrollment_id)
        return row === undefined ? [] : [{ progress: row, step_key, done_at: now }]
      }),
      cache,
    )
    await goOn(
      tx,
      idsOf(true).filter((id) => progress.has(id)),
      cache,
    )
  })
}

/** Ends waits and plans the steps that were waited for: with the visit, or without one when it is too late for it. */
export async function goOn(tx: TxCtx, enrollment_ids: readonly string[], cache: PlanCache): Promise<void> {
  if (enrollment_ids.length === 0) return
  const ended = await endWaiting(tx.db, enrollment_ids, tx.clock.now())
  const of = new Map(ended.map((row) => [row.enrollment_id, row]))
  // Read again: a visit changes what the plan of the step depends on.
  const rows = await lockProgress(tx.db, [...of.keys()])
  const stands = rows.map((progress) => {
    const { step_key, since_at } = of.get(progress.id) as Ended
    return { progress, step_key, done_at: since_at }
  })
  await planTurns(tx, await findTurns(tx, stands, cache.steps, 'before'), cache)
}
