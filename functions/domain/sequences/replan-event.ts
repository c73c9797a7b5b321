import { lockProgress, type Progress } from '../../../db/queries/enrollments.ts'
import { listEnrollmentsOnShow } from '../../../db/queries/event-plans.ts'
import { skipMessages } from '../../../db/queries/step-waits.ts'
import { listStepsOf } from '../../../db/queries/steps.ts'
import {
  listOpenTasks,
  lockOpenMails,
  type OpenMail,
  type RenewedMail,
  renewMails,
  setTaskMoments,
} from '../../../db/queries/version-moves.ts'
import { type History, listHistories } from '../../../db/queries/versions.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { openCalendar } from './calendar.ts'
import { type Circumstances, type Done, planNext, planOf, taskOf, wakeForNext } from './plan-next.ts'

const MOVED_AT_ONCE = 500
const LONGEST_RUN_MS = 20_000
/** Whoever planned a step by the old dates while they were changed has committed long before. */
const AGAIN_MS = 60_000

/** Part of the transaction that moves a show. Twice: what was planned meanwhile by its old dates is found by the second. */
export async function stageEventReplan(tx: TxCtx, event_id: string): Promise<void> {
  const again = new Date(tx.clock.now().getTime() + AGAIN_MS)
  await stageJob(tx, 'replan-event', { event_id }, { key: `replan-event:${event_id}` })
  await stageJob(tx, 'replan-event', { event_id }, { key: `replan-event:${event_id}:again`, run_at: again })
}

/**
 * Gives what hangs on a show its moment by the dates that hold now. What is on its way goes; what has become too late is
 * passed over and its sequence goes on. Batch by batch; run again it changes nothing more.
 */
export async function replanEvent(ctx: Ctx, { event_id }: { event_id: string }): Promise<{ moved: number }> {
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  let moved = 0
  let after: string | null = null
  do {
    const batch: { moved: number; last: string | null } = await transact(ctx, (tx) => replanBatch(tx, event_id, after))
    moved += batch.moved
    after = batch.last
  } while (after !== null && ctx.clock.now().getTime() < until)
  await transact(ctx, async (tx) => {
    if (after !== null) await stageJob(tx, 'replan-event', { event_id }, { key: `replan-event:${event_id}` })
    await wakeForNext(tx)
  })
  return { moved }
}

async function replanBatch(tx: TxCtx, event_id: string, after: string | null) {
  const ids = await listEnrollmentsOnShow(tx.db, { event_id, after, limit: MOVED_AT_ONCE })
  const last = ids.length < MOVED_AT_ONCE ? null : (ids.at(-1) ?? null)
  const rows = await lockProgress(tx.db, ids)
  if (rows.length === 0) return { moved: 0, last }
  const progress = new Map(rows.map((row) => [row.id, row]))
  const at = { now: tx.clock.now(), calendar: await openCalendar(tx.db), known: new Map() }
  const histories = new Map((await listHistories(tx.db, ids)).map((row) => [row.enrollment_id, row]))
  const mails = (await lockOpenMails(tx.db, ids)).filter(({ state }) => state === 'planned')
  const tasks = await listOpenTasks(tx.db, ids)
  const steps = await stepsOf(tx, rows, mails)
  const renewed: RenewedMail[] = []
  const late: OpenMail[] = []
  for (const mail of mails) {
    const row = progress.get(mail.enrollment_id)
    const step = steps.get(`${mail.version}/${mail.step_key}`)
    const history = histories.get(mail.enrollment_id)
    if (row === undefined || step === undefined || history === undefined) continue
    const move = replanned(mail, step, { progress: row, history, at })
    if (move === 'too_late') late.push(mail)
    else if (move !== null) renewed.push(move)
  }
  const moments = tasks.flatMap((task) => {
    const row = progress.get(task.enrollment_id)
    const step = row && steps.get(`${row.version}/${task.step_key}`)
    const history = histories.get(task.enrollment_id)
    if (row === undefined || step === undefined || history === undefined || !hangsOnShow(step)) return []
    const plan = planOf(row, step, history.last_done_at, at)
    if (plan.plan !== 'at' || plan.due_at.getTime() === task.due_at.getTime()) return []
    const { due_at, times_out_at, rule } = taskOf(row, step, plan, at.calendar)
    return [{ id: task.id, due_at, times_out_at, rule }]
  })
  await renewMails(tx.db, renewed, 'event_moved', at.now)
  await setTaskMoments(tx.db, moments, at.now)
  await passOver(tx, late, progress)
  return { moved: renewed.length + moments.length + late.length, last }
}

/** A mail's moment by the dates of the show that hold now; null when it stays. Pure. */
function replanned(
  mail: OpenMail,
  step: Row<'step'>,
  of: { progress: Progress; history: History; at: Circumstances },
): RenewedMail | 'too_late' | null {
  if (!hangsOnShow(step)) return null
  const plan = planOf(of.progress, step, of.history.last_done_at, of.at)
  if (plan.plan === 'skip') return 'too_late'
  // When its wait is over decides: the minute it was moved to by a cap stays as long as that is the same.
  if (plan.plan !== 'at' || plan.ready_at.getTime() === mail.ready_at.getTime()) return null
  const isDue = mail.ready_at <= of.at.now && plan.ready_at <= of.at.now
  return isDue ? null : { ...plan, id: mail.id, version: mail.version, position: step.position }
}

const hangsOnShow = ({ timing, anchor }: Row<'step'>) => timing === 'event' && anchor !== 'booth_visit'

async function stepsOf(tx: TxCtx, rows: readonly Progress[], mails: readonly OpenMail[]) {
  const versions = new Map<string, { sequence_id: string; version: number }>()
  const sequenceOf = new Map(rows.map((row) => [row.id, row.sequence_id]))
  for (const { sequence_id, version } of [
    ...rows,
    ...mails.map(({ enrollment_id, version }) => ({ sequence_id: sequenceOf.get(enrollment_id) ?? '', version })),
  ])
    versions.set(`${sequence_id}/${version}`, { sequence_id, version })
  // A step_key is of one sequence only.
  const steps = await listStepsOf(tx.db, [...versions.values()])
  return new Map(steps.map((step) => [`${step.version}/${step.step_key}`, step]))
}

async function passOver(tx: TxCtx, late: readonly OpenMail[], progress: ReadonlyMap<string, Progress>): Promise<void> {
  if (late.length === 0) return
  const now = tx.clock.now()
  const skipped = await skipMessages(tx.db, { ids: late.map(({ id }) => id), reason: 'too_late', now })
  const done = skipped.flatMap(({ enrollment_id, step_key }): Done[] => {
    const row = progress.get(enrollment_id)
    return row === undefined ? [] : [{ progress: row, step_key, done_at: now }]
  })
  await planNext(tx, done)
}
