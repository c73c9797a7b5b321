import { finishEnrollments, type Progress } from '../../../db/queries/enrollments.ts'
import { findNextDue, insertMessages, type NewMessage } from '../../../db/queries/message-plans.ts'
import { insertStepTasks, type NewTask } from '../../../db/queries/tasks.ts'
import type { Row } from '../../../db/schema.ts'
import type { TaskKind } from '../../../db/tables/task.ts'
import type { TxCtx } from '../../context.ts'
import { goOn } from './go-on.ts'
import { messageIdHeaderOf, messageIdOf } from './message-id.ts'
import { planStep, type SendWindow } from './plan.ts'
import { wake } from './wake.ts'

/** An enrollment whose step has just been done, and when. Its row is held by the caller (`lockProgress`). */
export interface Done {
  progress: Progress
  step_key: string
  done_at: Date
}

/** Steps by version, read once a drain. */
export type StepCache = Map<string, Row<'step'>[]>

/** Plans what comes after each finished step: the next mail, a task that holds the sequence, or the end. Idempotent. */
export async function planNext(tx: TxCtx, done: readonly Done[], cache: StepCache = new Map()): Promise<void> {
  const running = done.filter(({ progress }) => progress.status === 'active' || progress.status === 'paused')
  if (running.length === 0) return
  const mails: NewMessage[] = []
  const tasks: { progress: Progress; step: Row<'step'>; previous: Date }[] = []
  const finished: string[] = []
  for (const { progress, step, previous, ...order } of await goOn(tx, running, cache)) {
    if (step === undefined) finished.push(progress.id)
    else if (step.kind === 'email') mails.push(planMail(tx, progress, step, previous, order))
    else tasks.push({ progress, step, previous })
  }
  await insertMessages(tx.db, mails, tx.clock.now())
  await planTasks(tx, tasks)
  await finishEnrollments(tx.db, finished, tx.clock.now())
  // No wake for a far moment: the drain that is under way asks for the next one when it ends.
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

export function planMail(
  tx: TxCtx,
  progress: Progress,
  step: Row<'step'>,
  previous: Date,
  { rotation, is_first }: { rotation: number; is_first: boolean },
): NewMessage {
  const id = messageIdOf(progress.id, step.step_key, rotation)
  const moment = planStep({
    delay: step,
    previous,
    now: tx.clock.now(),
    person: progress,
    window: windowOf(progress),
    spread_by: id,
  })
  return {
    id,
    enrollment_id: progress.id,
    step_key: step.step_key,
    rotation,
    sequence_id: progress.sequence_id,
    person_id: progress.person_id,
    account_id: progress.account_id,
    event_id: progress.event_id,
    position: step.position,
    version: progress.version,
    priority: progress.score,
    country: null,
    account_key: progress.account_key,
    is_first,
    ready_at: moment.due_at,
    ...moment,
    message_id_header: messageIdHeaderOf(id, progress.from_address),
  }
}

/** Tasks hold the sequence until they are done or skipped. */
export async function planTasks(
  tx: TxCtx,
  steps: readonly { progress: Progress; step: Row<'step'>; previous: Date }[],
): Promise<void> {
  const tasks = steps.map(({ progress, step, previous }) => taskOf(tx, progress, step, previous))
  await insertStepTasks(tx.db, tasks, tx.clock.now())
}

export function taskOf(tx: TxCtx, progress: Progress, step: Row<'step'>, previous: Date): NewTask {
  const id = messageIdOf(progress.id, step.step_key, 0)
  const now = tx.clock.now()
  const person = progress
  const moment = planStep({ delay: step, previous, now, person, window: windowOf(progress), spread_by: id })
  return {
    id,
    event_id: progress.event_id,
    person_id: progress.person_id,
    account_id: progress.account_id,
    enrollment_id: progress.id,
    step_key: step.step_key,
    owner_id: progress.owner_id,
    kind: step.kind as TaskKind,
    title: step.subject === '' ? titles[step.kind as TaskKind](progress.person_name) : step.subject,
    notes: step.body === '' ? null : step.body,
    due_at: moment.due_at,
    rule: moment.rule,
  }
}

const titles: Record<TaskKind, (name: string) => string> = {
  manual_email: (name) => `Write to ${name}`,
  call: (name) => `Call ${name}`,
  linkedin: (name) => `Message ${name} on LinkedIn`,
  task: (name) => `Task for ${name}`,
}

function windowOf(progress: Progress): SendWindow {
  const { window_days, window_from_minute, window_to_minute, sequence_time_zone } = progress
  return { window_days, window_from_minute, window_to_minute, time_zone: sequence_time_zone }
}
