import { lockProgress } from '../../../db/queries/enrollments.ts'
import { findNextDue, moveMessages } from '../../../db/queries/message-plans.ts'
import {
  hasMorePlans,
  listLatePlans,
  listPlans,
  type Plan,
  shiftPlansOfEnrollments,
  shiftPlansOfSequence,
} from '../../../db/queries/replans.ts'
import { hasResumption, insertResumption, listRunningBehind } from '../../../db/queries/resumptions.ts'
import { findSequence, listSequencesById } from '../../../db/queries/sequences.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { type Calendar, openCalendar } from './calendar.ts'
import { type Openings, planOpening, type Schedule, scheduleOf } from './opening.ts'
import { passDue, passMails } from './pass-steps.ts'
import { LATE_MS } from './plan.ts'
import { scheduleOfProgress } from './plan-next.ts'
import { spreadBacklog } from './spread-backlog.ts'
import { wake } from './wake.ts'

/** More than these are placed by a job, not while somebody waits for the page. */
const MOST_AT_ONCE = 5_000
const MOVED_AT_ONCE = 1_000
const MOST_AT_ALL = 200_000
/** People whose mails are placed in one go. */
const PLACED_AT_ONCE = 2_000
/** What is left after that gets a job of its own. */
const LONGEST_RUN_MS = 20_000
const NOBODY = '00000000-0000-0000-0000-000000000000'
/** So many that are ready at one time are a backlog: they are spread, not fired. */
const BACKLOG = 50
const HOUR_MS = 3_600_000

/** Gives the unsent mails of a sequence whose schedule has changed their moments anew, and wakes for the first. */
export async function replanSequence(tx: TxCtx, sequence: Row<'sequence'>, reason: string): Promise<void> {
  if (await hasMorePlans(tx.db, [sequence.id], MOST_AT_ONCE)) await stageReplan(tx, sequence.id, reason)
  else await placeSequence(tx, sequence, reason)
  await wakeForFirst(tx)
}

/** Whether so many mails wait in these sequences that a job has to make up for their pause. */
export const isLargeResume = (tx: TxCtx, sequences: readonly Row<'sequence'>[]): Promise<boolean> =>
  hasMorePlans(
    tx.db,
    sequences.map(({ id }) => id),
    MOST_AT_ONCE,
  )

/**
 * The same after a pause: a wait goes on where it stood when the pause began. With more mails than are placed at once a job
 * does it, and none of them leaves before it has. A sequence that another pause holds goes on standing.
 *
 * @param pause `shiftPlansOfSequence`; not running while it is paused itself
 */
export async function replanAfterPause(
  tx: TxCtx,
  sequence: Row<'sequence'>,
  pause: { paused_at: Date; until: Date; isRunning: boolean; isLarge?: boolean },
): Promise<void> {
  const sequence_id = sequence.id
  const isLarge = pause.isLarge ?? (await isLargeResume(tx, [sequence]))
  if (isLarge || (await hasResumption(tx.db, sequence_id))) {
    const { paused_at, until: resumed_at } = pause
    await insertResumption(tx.db, { id: crypto.randomUUID(), sequence_id, paused_at, resumed_at })
    await stageResumption(tx, sequence_id)
  } else {
    // Before the mails are shifted: enrollments are locked before mails, by everybody.
    if (pause.isRunning) await passGivenUp(tx, await listPlans(tx.db, { sequence_id }, MOST_AT_ONCE))
    await shiftPlansOfSequence(tx.db, { sequence_id }, pause)
    if (pause.isRunning) await placeSequence(tx, sequence, 'resumed')
  }
  await wakeForFirst(tx)
}

export const stageResumption = (tx: TxCtx, sequence_id: string) =>
  stageJob(tx, 'resume-sequence', { sequence_id }, { key: `resume:${sequence_id}` })

/** Passes over what hung on a day or the show that a standstill has outlasted. */
export async function passGivenUp(tx: TxCtx, plans: readonly Plan[]): Promise<void> {
  await passMails(tx, plans.filter(isGivenUp(tx.clock.now())), 'too_late')
}

/** Shifts the waits of enrollments that are about to be woken. Call it before `setEnrollmentsPaused`, `placeAfterPause` after it. */
export async function shiftAfterPause(tx: TxCtx, enrollment_ids: readonly string[]): Promise<void> {
  await lockProgress(tx.db, enrollment_ids)
  const plans = await listPlans(tx.db, { enrollment_ids }, MOST_AT_ALL)
  await passGivenUp(tx, plans)
  await shiftPlansOfEnrollments(tx.db, { enrollment_ids, now: tx.clock.now() })
}

export async function placeAfterPause(tx: TxCtx, enrollment_ids: readonly string[]): Promise<void> {
  if (enrollment_ids.length === 0) return
  const calendar = await openCalendar(tx.db)
  const progress = await lockProgress(tx.db, enrollment_ids)
  const schedules = new Map(progress.map((row) => [row.sequence_id, scheduleOfProgress(row, calendar)]))
  await place(tx, await listPlans(tx.db, { enrollment_ids }, MOST_AT_ALL), schedules, 'resumed')
  await wakeForFirst(tx)
}

/** What the job does, some people after the other; safe to run twice, for it begins with when each wait is over. */
export async function replanInBackground(
  ctx: Ctx,
  input: { sequence_id: string; reason: string; after?: string | undefined },
): Promise<{ moved: number }> {
  const { sequence_id, reason } = input
  const sequence = await findSequence(ctx.db, sequence_id)
  if (sequence === undefined) return { moved: 0 }
  const schedule = scheduleOf(sequence, await openCalendar(ctx.db))
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  let moved = 0
  let after = input.after ?? NOBODY
  let isDone = false
  do {
    const enrollment_ids = await listRunningBehind(ctx.db, { sequence_id, after, limit: PLACED_AT_ONCE })
    moved += await placeSome(ctx, enrollment_ids, schedule, reason)
    after = enrollment_ids.at(-1) ?? after
    isDone = enrollment_ids.length < PLACED_AT_ONCE
  } while (!isDone && ctx.clock.now().getTime() < until)
  await transact(ctx, async (tx) => {
    // A key of its own: a change of the schedule that comes now begins with the first again.
    if (!isDone)
      await stageJob(tx, 'replan-sequence', { sequence_id, reason, after }, { key: `replan-on:${sequence_id}` })
    await wakeForFirst(tx)
  })
  return { moved }
}

/** A mail that is moved by somebody else in the meantime stays where they put it. */
async function placeSome(ctx: Ctx, enrollment_ids: readonly string[], schedule: Schedule, reason: string) {
  const now = ctx.clock.now()
  const moves = movesOf(await listPlans(ctx.db, { enrollment_ids }, MOST_AT_ALL), schedule, now, reason)
  for (let start = 0; start < moves.length; start += MOVED_AT_ONCE)
    await moveMessages(ctx.db, moves.slice(start, start + MOVED_AT_ONCE), now)
  return moves.length
}

/**
 * Spreads what should have left more than an hour ago over the open windows, when it is more than a few: after a stand-still
 * nothing is fired at once. A drain calls it before it claims. @returns how many were moved
 */
export async function spreadLate(ctx: Ctx, calendar: Calendar): Promise<number> {
  const now = ctx.clock.now()
  const before = new Date(now.getTime() - HOUR_MS)
  const some = await listLatePlans(ctx.db, before, BACKLOG + 1)
  const all = some.length <= BACKLOG ? some : await listLatePlans(ctx.db, before, MOST_AT_ALL)
  const givenUp = all.filter(isGivenUp(now))
  for (let start = 0; start < givenUp.length; start += MOVED_AT_ONCE)
    await passDue(ctx, givenUp.slice(start, start + MOVED_AT_ONCE), 'too_late')
  const late = all.filter((plan) => !isGivenUp(now)(plan))
  if (late.length <= BACKLOG) return 0
  const sequences = await listSequencesById(ctx.db, [...new Set(late.map(({ sequence_id }) => sequence_id))])
  for (const sequence of sequences) {
    const plans = late.filter(({ sequence_id }) => sequence_id === sequence.id)
    const moments = spreadLatePlans(plans, scheduleOf(sequence, calendar), now)
    const moves = plans
      .map((plan, index) => moveTo(plan, moments[index] ?? now, 'backlog'))
      .filter(({ from, due_at }) => from.getTime() !== due_at.getTime())
    for (let start = 0; start < moves.length; start += MOVED_AT_ONCE)
      await moveMessages(ctx.db, moves.slice(start, start + MOVED_AT_ONCE), now)
  }
  return late.length
}

/** A schedule that never opens again holds up nobody else: its mails are looked at one by one when they are claimed. */
function spreadLatePlans(plans: readonly Plan[], schedule: Schedule, now: Date): Date[] {
  try {
    return spreadBacklog(plans, schedule, now)
  } catch (error) {
    if (error instanceof RangeError) return plans.map(({ due_at }) => due_at)
    throw error
  }
}

/** It hung on a day or the show, and a standstill has outlasted that by more than a day. */
const isGivenUp = (now: Date) => (plan: Plan) => plan.gives_up && plan.due_at.getTime() < now.getTime() - LATE_MS

const stageReplan = (tx: TxCtx, sequence_id: string, reason: string) =>
  stageJob(tx, 'replan-sequence', { sequence_id, reason }, { key: `replan:${sequence_id}` })

async function placeSequence(tx: TxCtx, sequence: Row<'sequence'>, reason: string): Promise<void> {
  const schedules = new Map([[sequence.id, scheduleOf(sequence, await openCalendar(tx.db))]])
  await place(tx, await listPlans(tx.db, { sequence_id: sequence.id }, MOST_AT_ONCE), schedules, reason)
}

/** Gives mails that have been read their moments, by the schedules of their sequences. */
export async function place(
  tx: TxCtx,
  plans: readonly Plan[],
  schedules: ReadonlyMap<string, Schedule>,
  reason: string,
): Promise<void> {
  const now = tx.clock.now()
  for (const [sequence_id, schedule] of schedules) {
    const moves = movesOf(
      plans.filter((plan) => plan.sequence_id === sequence_id),
      schedule,
      now,
      reason,
    )
    for (let start = 0; start < moves.length; start += MOVED_AT_ONCE)
      await moveMessages(tx.db, moves.slice(start, start + MOVED_AT_ONCE), now)
  }
}

interface Move {
  id: string
  from: Date
  due_at: Date
  reason: string
}

function movesOf(plans: readonly Plan[], schedule: Schedule, now: Date, reason: string): Move[] {
  const ready = plans.filter(({ ready_at }) => ready_at <= now)
  const spread = new Map<string, Date>()
  if (ready.length > BACKLOG)
    for (const [index, moment] of spreadBacklog(ready, schedule, now).entries())
      spread.set(ready[index]?.id ?? '', moment)
  const known: Openings = new Map()
  return plans
    .map((plan) => {
      const open = (from: Date) => planOpening(from, plan, schedule, known)
      const moment = spread.get(plan.id) ?? open(plan.ready_at > now ? plan.ready_at : now)
      // What a cap or a gap holds back has its place in the queue of its sender.
      const isHeldBack = plan.reason?.startsWith('cap_') === true || plan.reason === 'gap'
      return moveTo(plan, isHeldBack && plan.due_at > moment ? open(plan.due_at) : moment, reason)
    })
    .filter(({ from, due_at }) => from.getTime() !== due_at.getTime())
}

const moveTo = ({ id, due_at: from }: Plan, due_at: Date, reason: string): Move => ({ id, from, due_at, reason })

export async function wakeForFirst(tx: TxCtx): Promise<void> {
  const next = await findNextDue(tx.db)
  if (next !== undefined) await wake(tx, next)
}
