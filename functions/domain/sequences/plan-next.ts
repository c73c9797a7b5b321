import { finishEnrollments, type Progress } from '../../../db/queries/enrollments.ts'
import { findNextDue, insertMessages, type NewMessage } from '../../../db/queries/message-plans.ts'
import { insertPassedSteps, type PassedStep, setWaiting, type Waiting } from '../../../db/queries/step-waits.ts'
import { insertStepTasks, type NewTask } from '../../../db/queries/tasks.ts'
import { setVersions } from '../../../db/queries/version-moves.ts'
import type { Row } from '../../../db/schema.ts'
import type { TaskKind } from '../../../db/tables/task.ts'
import type { TxCtx } from '../../context.ts'
import { type Calendar, openCalendar } from './calendar.ts'
import { countryCodeOf } from './country-codes.ts'
import { findTurns } from './find-turns.ts'
import { messageIdHeaderOf, messageIdOf } from './message-id.ts'
import { type Openings, type Schedule, scheduleOf } from './opening.ts'
import { type PlannedMoment, planStep, type StepPlan } from './plan.ts'
import { addDelay, noWait, type Show } from './timing.ts'
import { wake } from './wake.ts'

/** An enrollment whose step has just been done, and when. Its row is held by the caller (`lockProgress`). */
export interface Done {
  progress: Progress
  step_key: string
  done_at: Date
  /** the step was a mail, and it left */
  has_mailed?: boolean
}

/** Whose turn it is: the first of `ahead` is to be planned, from `previous` on. */
export interface Turn {
  progress: Progress
  /** in order; each of the version in which it will be said */
  ahead: readonly Row<'step'>[]
  previous: Date
  /** the step they stand at already, which is planned anew: what lay before them stays as it was */
  stays: string | null
  has_mailed: boolean
  /** the highest of each step whose mail was cancelled because the step had become a task */
  rotations: Readonly<Record<string, number>>
}

/** Steps by version and the days off, read once a drain. */
export interface PlanCache {
  steps: Map<string, Row<'step'>[]>
  calendar: Calendar | undefined
}

export const emptyPlanCache = (): PlanCache => ({ steps: new Map(), calendar: undefined })

/** Plans what comes after each finished step: the next mail, a task that holds the sequence, or the end. Idempotent. */
export async function planNext(tx: TxCtx, done: readonly Done[], cache = emptyPlanCache()): Promise<void> {
  await planTurns(tx, await findTurns(tx, done.filter(isRunning), cache.steps), cache)
}

/** What planning found, to be written in few statements. */
interface Planned {
  mails: NewMessage[]
  tasks: NewTask[]
  passed: PassedStep[]
  waiting: Waiting[]
  finished: string[]
  /** who stands in another version from here: at the step they stood at, or at a later one */
  kept: Standing[]
  moved: Standing[]
}

interface Standing {
  id: string
  version: number
}

/** The same for enrollments that stand before a step. A step whose moment has passed is passed over at once. */
export async function planTurns(tx: TxCtx, turns: readonly Turn[], cache = emptyPlanCache()): Promise<void> {
  const running = turns.filter(isRunning)
  if (running.length === 0) return
  cache.calendar ??= await openCalendar(tx.db)
  const { calendar } = cache
  const now = tx.clock.now()
  const planned: Planned = { mails: [], tasks: [], passed: [], waiting: [], finished: [], kept: [], moved: [] }
  const openings = new Map<string, Openings>()
  for (const turn of running) {
    const { sequence_id } = turn.progress
    const known = openings.get(sequence_id) ?? new Map()
    openings.set(sequence_id, known)
    planTurn(turn, { now, calendar, known }, planned)
  }
  await setVersions(tx.db, planned.kept, { keeps_step: true, now })
  await setVersions(tx.db, planned.moved, { keeps_step: false, now })
  await insertPassedSteps(tx.db, planned.passed, now)
  await insertMessages(tx.db, planned.mails, now)
  await insertStepTasks(tx.db, planned.tasks, now)
  await setWaiting(tx.db, planned.waiting, now)
  await finishEnrollments(tx.db, planned.finished, now)
  // No wake for a far moment: the drain that is under way asks for the next one when it ends.
}

export interface Circumstances {
  now: Date
  calendar: Calendar
  known: Openings
}

function planTurn({ progress, ahead, stays, ...turn }: Turn, at: Circumstances, planned: Planned): void {
  let { previous } = turn
  for (const step of ahead) {
    const plan = planOf(progress, step, previous, at)
    const order = { rotation: (turn.rotations[step.step_key] ?? -1) + 1, is_first: !turn.has_mailed }
    if (plan.plan !== 'skip') {
      const isMoved = step.version !== progress.version || progress.from_version !== progress.version
      if (step.step_key !== stays && isMoved) planned.moved.push({ id: progress.id, version: step.version })
      if (step.step_key === stays && step.version !== progress.version)
        planned.kept.push({ id: progress.id, version: step.version })
      if (plan.plan === 'booth_visit') planned.waiting.push(waitingOf(progress, step, previous, plan.until_at))
      else if (step.kind === 'email') planned.mails.push(mailOf(progress, step, plan, order))
      else planned.tasks.push(taskOf(progress, step, plan, at.calendar))
      return
    }
    const id = messageIdOf(progress.id, step.step_key, order.rotation)
    const mail = step.kind === 'email' ? mailOf(progress, step, plan, order) : null
    const { reason, rule } = plan
    planned.passed.push({ id, enrollment_id: progress.id, position: step.position, reason, rule, mail })
    previous = at.now
  }
  planned.finished.push(progress.id)
}

const isRunning = ({ progress }: { progress: Progress }) => progress.status === 'active' || progress.status === 'paused'

export function planOf(progress: Progress, step: Row<'step'>, previous: Date, at: Circumstances): StepPlan {
  return planStep({
    timing: step,
    previous,
    now: at.now,
    person: progress,
    show: showOf(progress),
    schedule: scheduleOfProgress(progress, at.calendar),
    priority: progress.score,
    known: at.known,
  })
}

/** The same, for a caller that is not a drain. */
export async function planNextAndWake(tx: TxCtx, done: readonly Done[]): Promise<void> {
  await planNext(tx, done)
  await wakeForNext(tx)
}

export async function wakeForNext(tx: TxCtx): Promise<void> {
  const next = await findNextDue(tx.db)
  if (next !== undefined) await wake(tx, next)
}

/** The next rotation of a mail that may have left: at the first open minute from now on. */
export async function planAgain(
  tx: TxCtx,
  progress: Progress,
  step: Row<'step'>,
  as: { rotation: number; is_first: boolean },
): Promise<NewMessage> {
  const now = tx.clock.now()
  const calendar = await openCalendar(tx.db)
  const plan = planOf(progress, { ...step, ...noWait }, now, { now, calendar, known: new Map() })
  if (plan.plan !== 'at') throw new Error('What does not wait has a moment')
  return mailOf(progress, step, plan, as)
}

function mailOf(
  progress: Progress,
  step: Row<'step'>,
  { ready_at, due_at, time_zone, country, rule }: PlannedMoment,
  { rotation, is_first }: { rotation: number; is_first: boolean },
): NewMessage {
  const id = messageIdOf(progress.id, step.step_key, rotation)
  return {
    id,
    enrollment_id: progress.id,
    step_key: step.step_key,
    rotation,
    sequence_id: progress.sequence_id,
    person_id: progress.person_id,
    event_id: progress.event_id,
    position: step.position,
    version: step.version,
    priority: progress.score,
    country,
    account_key: progress.account_key,
    is_first,
    ready_at,
    due_at,
    time_zone,
    rule,
    message_id_header: messageIdHeaderOf(id, progress.from_address),
  }
}

/** Tasks hold the sequence until they are done, skipped or given up. */
export function taskOf(progress: Progress, step: Row<'step'>, moment: PlannedMoment, { days_off }: Calendar): NewTask {
  const kind = step.kind as TaskKind
  const { time_out_days: days } = step
  const home = { time_zone: moment.time_zone, country: moment.country, days_off }
  return {
    id: messageIdOf(progress.id, step.step_key, 0),
    event_id: progress.event_id,
    person_id: progress.person_id,
    account_id: progress.account_id,
    enrollment_id: progress.id,
    step_key: step.step_key,
    owner_id: progress.owner_id,
    kind,
    title: step.subject === '' ? titles[kind](progress.person_name) : step.subject,
    notes: step.body === '' ? null : step.body,
    due_at: moment.due_at,
    times_out_at: days === null ? null : addDelay(moment.due_at, { delay_amount: days, delay_unit: 'days' }, home),
    condition: step.condition,
    rule: moment.rule,
  }
}

const titles: Record<TaskKind, (name: string) => string> = {
  manual_email: (name) => `Write to ${name}`,
  call: (name) => `Call ${name}`,
  linkedin: (name) => `Message ${name} on LinkedIn`,
  task: (name) => `Task for ${name}`,
}

function waitingOf(progress: Progress, step: Row<'step'>, since_at: Date, until_at: Date): Waiting {
  return { enrollment_id: progress.id, step_key: step.step_key, waiting_for: 'booth_visit', since_at, until_at }
}

export function scheduleOfProgress(progress: Progress, calendar: Calendar): Schedule {
  return scheduleOf({ ...progress, time_zone: progress.sequence_time_zone }, calendar)
}

function showOf(progress: Progress): Show {
  return { ...progress, time_zone: progress.venue_time_zone, country: countryCodeOf(progress.venue_country) }
}
