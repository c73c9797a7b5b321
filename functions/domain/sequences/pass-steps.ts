import type { JudgedMessage } from '../../../db/queries/claims.ts'
import { lockProgress } from '../../../db/queries/enrollments.ts'
import { skipMessages } from '../../../db/queries/step-waits.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { allOrOneByOne } from './one-by-one.ts'
import { type PlanCache, planNext } from './plan-next.ts'
import { stopUnplannable } from './stop-enrollment.ts'

type Passed = Pick<JudgedMessage, 'id' | 'enrollment_id'>

/** Passes over mails that are due and not to be sent; their sequences go on at once. @returns how many */
export async function passDue(
  ctx: Ctx,
  messages: readonly Passed[],
  reason: 'condition_not_met' | 'too_late',
  cache?: PlanCache,
): Promise<number> {
  if (messages.length === 0) return 0
  const passed = await allOrOneByOne(
    messages,
    (some) => transact(ctx, (tx) => passMails(tx, some, reason, cache)),
    ({ enrollment_id }, error) => stopUnplannable(ctx, enrollment_id, error),
  )
  return passed.reduce((sum, count) => sum + count, 0)
}

/** Skips mails that have not left and plans what comes after them. @returns how many */
export async function passMails(
  tx: TxCtx,
  messages: readonly Passed[],
  reason: 'condition_not_met' | 'too_late',
  cache?: PlanCache,
): Promise<number> {
  if (messages.length === 0) return 0
  const now = tx.clock.now()
  const enrollments = messages.map(({ enrollment_id }) => enrollment_id)
  const progress = new Map((await lockProgress(tx.db, enrollments)).map((row) => [row.id, row]))
  const skipped = await skipMessages(tx.db, { ids: messages.map(({ id }) => id), reason, now })
  await planNext(
    tx,
    skipped.flatMap(({ enrollment_id, step_key }) => {
      const row = progress.get(enrollment_id)
      return row === undefined ? [] : [{ progress: row, step_key, done_at: now }]
    }),
    cache,
  )
  return skipped.length
}
