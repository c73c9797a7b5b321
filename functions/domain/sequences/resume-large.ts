import { lockProgress } from '../../../db/queries/enrollments.ts'
import { listPlans, shiftPlansOfSequence } from '../../../db/queries/replans.ts'
import {
  deleteResumption,
  listResuming,
  listRunningBehind,
  lockResumption,
  setResumedUpTo,
} from '../../../db/queries/resumptions.ts'
import { findSequence } from '../../../db/queries/sequences.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { openCalendar } from './calendar.ts'
import { scheduleOf } from './opening.ts'
import { passGivenUp, place, stageResumption, wakeForFirst } from './replan.ts'

/** People whose mails are shifted and placed in one transaction. */
const RESUMED_AT_ONCE = 1_000
/** An enrollment has one mail before it; this is no limit, only a bound. */
const MOST_MAILS = 10 * RESUMED_AT_ONCE
/** What is left after that gets a job of its own. */
const LONGEST_RUN_MS = 20_000
const STAGED_AT_ONCE = 500

/**
 * Makes up for the pauses of a large sequence that are over: shifts its waits and places its mails, some people after the
 * other. How far it has come is written with what it did, so that a run that died, or a second one beside it, shifts nobody
 * twice. The last batch lets the mails go.
 */
export async function resumeInBackground(
  ctx: Ctx,
  { sequence_id }: { sequence_id: string },
): Promise<{ people: number }> {
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  let people = 0
  let isDone = false
  do {
    const batch = await transact(ctx, (tx) => resumeBatch(tx, sequence_id))
    people += batch.people
    isDone = batch.isDone
  } while (!isDone && ctx.clock.now().getTime() < until)
  await transact(ctx, async (tx) => {
    if (isDone) await wakeForFirst(tx)
    else await stageResumption(tx, sequence_id)
  })
  return { people }
}

/** Sees to it that a job is at work wherever one is needed, even when one was lost. Safe to run at any time. */
export async function restageResumptions(ctx: Ctx): Promise<void> {
  const ids = await listResuming(ctx.db, STAGED_AT_ONCE)
  if (ids.length === 0) return
  await transact(ctx, async (tx) => {
    for (const sequence_id of ids) await stageResumption(tx, sequence_id)
  })
}

async function resumeBatch(tx: TxCtx, sequence_id: string): Promise<{ people: number; isDone: boolean }> {
  const resumption = await lockResumption(tx.db, sequence_id)
  const sequence = await findSequence(tx.db, sequence_id)
  if (resumption === undefined || sequence === undefined) return { people: 0, isDone: true }
  const some = { sequence_id, after: resumption.after, limit: RESUMED_AT_ONCE }
  const enrollment_ids = await listRunningBehind(tx.db, some)
  const last = enrollment_ids.at(-1)
  if (last === undefined) {
    await deleteResumption(tx.db, resumption.id)
    return { people: 0, isDone: false }
  }
  // Enrollments are locked before mails, by everybody.
  await lockProgress(tx.db, enrollment_ids)
  // Paused once more, it is placed when that is over.
  const isRunning = sequence.status === 'active'
  const plans = () => listPlans(tx.db, { enrollment_ids }, MOST_MAILS)
  if (isRunning) await passGivenUp(tx, await plans())
  const { paused_at, resumed_at: until } = resumption
  await shiftPlansOfSequence(tx.db, { enrollment_ids }, { paused_at, until })
  if (isRunning) {
    const schedules = new Map([[sequence_id, scheduleOf(sequence, await openCalendar(tx.db))]])
    await place(tx, await plans(), schedules, 'resumed')
  }
  await setResumedUpTo(tx.db, { id: resumption.id, after: last })
  return { people: enrollment_ids.length, isDone: false }
}
