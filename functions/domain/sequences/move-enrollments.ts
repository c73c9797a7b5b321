import { lockProgress, type Progress } from '../../../db/queries/enrollments.ts'
import { endWaiting } from '../../../db/queries/step-waits.ts'
import { listStepsOf } from '../../../db/queries/steps.ts'
import {
  cancelMails,
  dropTasks,
  listEnrollmentsBehind,
  listOpenTasks,
  lockOpenMails,
  type OpenMail,
  type OpenTask,
  type RenewedMail,
  type RenewedTask,
  renewMails,
  renewTasks,
  setVersions,
} from '../../../db/queries/version-moves.ts'
import { type History, listHistories, markMoved } from '../../../db/queries/versions.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { openCalendar } from './calendar.ts'
import { diffSteps } from './diff-steps.ts'
import { findTurns, type Stand } from './find-turns.ts'
import { type Circumstances, planOf, planTurns, taskOf, wakeForNext } from './plan-next.ts'

/** One transaction's worth: a fraction of a second, and a drain that wants one of them waits no longer. */
const MOVED_AT_ONCE = 500
/** The job ends long before its lease does and goes on in another. */
const LONGEST_RUN_MS = 20_000
/** A mail that is on its way is moved when it has come back, unless it has left. */
const AGAIN_MS = 60_000

export interface Move {
  sequence_id: string
  version: number
}

export interface Moved {
  moved: number
  /** whose mail was on its way: they go on in the new version once it has left, or are moved when it has come back */
  in_flight: number
}

export async function stageMove(tx: TxCtx, move: Move, run_at: Date = tx.clock.now()): Promise<void> {
  await stageJob(tx, 'move-enrollments', move, { key: `move:${move.sequence_id}:${move.version}`, run_at })
}

/**
 * Brings everybody of a sequence who stands in an older version into this one, at once: unsent mails and open tasks take
 * its text and timing; where their step is gone the next is planned. Batch by batch; run again it goes on where it stopped.
 */
export async function moveEnrollments(ctx: Ctx, move: Move): Promise<Moved> {
  const total: Moved = { moved: 0, in_flight: 0 }
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  let isClaimed = false
  let after: string | null = null
  do {
    const batch: Batch = await transact(ctx, (tx) => moveBatch(tx, { ...move, after }))
    total.moved += batch.moved
    total.in_flight += batch.in_flight
    isClaimed ||= batch.is_claimed
    after = batch.last
  } while (after !== null && ctx.clock.now().getTime() < until)
  const now = ctx.clock.now()
  await transact(ctx, async (tx) => {
    if (after !== null) await stageMove(tx, move)
    else if (isClaimed) await stageMove(tx, move, new Date(now.getTime() + AGAIN_MS))
    else await markMoved(tx.db, { ...move, now })
    await wakeForNext(tx)
  })
  return total
}

interface Batch extends Moved {
  /** null: nobody is left behind it */
  last: string | null
  is_claimed: boolean
}

async function moveBatch(tx: TxCtx, move: Move & { after: string | null }): Promise<Batch> {
  const ids = await listEnrollmentsBehind(tx.db, { ...move, limit: MOVED_AT_ONCE })
  // The rows first, then what they stand at: whatever a drain did before we had them is seen, and it does nothing after.
  const behind = (await lockProgress(tx.db, ids)).filter(
    ({ status, version }) => version < move.version && (status === 'active' || status === 'paused'),
  )
  const standing = await readStanding(tx, move, behind)
  const changes: Changes = {
    mails: [],
    cancelled: [],
    tasks: [],
    dropped: [],
    waits: [],
    gone: [],
    anew: [],
    kept: [],
  }
  const at = { now: tx.clock.now(), calendar: await openCalendar(tx.db), known: new Map() }
  for (const progress of behind) change(standing, progress, at, changes)
  await write(tx, move, changes)
  const claimed = [...standing.mails.values()].filter(({ state }) => state !== 'planned')
  return {
    moved: changes.kept.length + changes.gone.length,
    in_flight: claimed.length,
    is_claimed: claimed.some(({ state }) => state === 'claimed'),
    last: ids.length < MOVED_AT_ONCE ? null : (ids.at(-1) ?? null),
  }
}

/** What a batch of enrollments stands at, by enrollment, and the steps of their versions and of the new one. */
interface Standing {
  version: number
  mails: ReadonlyMap<string, OpenMail>
  tasks: ReadonlyMap<string, OpenTask>
  histories: ReadonlyMap<string, History>
  steps: readonly Row<'step'>[]
  /** by old version, the keys of the steps that are due at another time now */
  retimed: ReadonlyMap<number, ReadonlySet<string>>
}

async function readStanding(tx: TxCtx, { sequence_id, version }: Move, behind: readonly Progress[]): Promise<Standing> {
  const ids = behind.map(({ id }) => id)
  const mails = await lockOpenMails(tx.db, ids)
  const tasks = await listOpenTasks(tx.db, ids)
  const histories = await listHistories(tx.db, ids)
  const versions = [...new Set([version, ...behind.map((progress) => progress.version)])]
  const all = await listStepsOf(
    tx.db,
    versions.map((one) => ({ sequence_id, version: one })),
  )
  const stepsOf = (one: number) => all.filter((step) => step.version === one)
  const retimed = versions.map((one) => {
    const changes = diffSteps(stepsOf(one), stepsOf(version)).filter(({ is_timing_changed }) => is_timing_changed)
    return [one, new Set(changes.map(({ step_key }) => step_key))] as const
  })
  return {
    version,
    mails: new Map(mails.map((mail) => [mail.enrollment_id, mail])),
    tasks: new Map(tasks.map((task) => [task.enrollment_id, task])),
    histories: new Map(histories.map((history) => [history.enrollment_id, history])),
    steps: stepsOf(version),
    retimed: new Map(retimed),
  }
}

type Drop = { id: string; reason: 'step_removed' | 'step_changed' }

/** What a batch changes; each is one statement. */
interface Changes {
  mails: RenewedMail[]
  cancelled: Drop[]
  tasks: RenewedTask[]
  dropped: Drop[]
  /** enrollments that wait for nothing any more */
  waits: string[]
  /** their step is gone: the next one is planned */
  gone: Stand[]
  /** their step is done in another way or at no time that is known: it is planned anew */
  anew: Stand[]
  /** the ids of all who stand at the step they stood at */
  kept: string[]
}

function change(standing: Standing, progress: Progress, at: Circumstances, changes: Changes): void {
  const history = standing.histories.get(progress.id)
  const mail = standing.mails.get(progress.id)
  const task = standing.tasks.get(progress.id)
  const step_key = mail?.step_key ?? task?.step_key ?? progress.waiting_step_key
  // What is on its way goes as it is. Nothing open: whatever plans the next step takes the new version.
  if (history === undefined || step_key === null || (mail !== undefined && mail.state !== 'planned')) return
  const stand = { progress, step_key, done_at: history.last_done_at }
  const drop = (reason: Drop['reason']) => {
    if (mail !== undefined) changes.cancelled.push({ id: mail.id, reason })
    else if (task !== undefined) changes.dropped.push({ id: task.id, reason })
    else changes.waits.push(progress.id)
  }
  const step = standing.steps.find((one) => one.step_key === step_key)
  if (step === undefined) {
    drop('step_removed')
    changes.gone.push(stand)
    return
  }
  changes.kept.push(progress.id)
  const isRetimed = standing.retimed.get(progress.version)?.has(step_key) === true
  const plan = isRetimed ? planOf(progress, step, stand.done_at, at) : null
  const isOtherKind = (step.kind === 'email') !== (mail !== undefined) && (mail ?? task) !== undefined
  if (isOtherKind || (plan !== null && (plan.plan !== 'at' || (mail ?? task) === undefined))) {
    drop('step_changed')
    changes.anew.push(stand)
  } else if (mail !== undefined) {
    const { version, position } = step
    const moment = plan?.plan === 'at' ? plan : unmoved
    changes.mails.push({ ...moment, id: mail.id, version, position })
  } else if (task !== undefined) {
    const { due_at } = task
    const moment = plan?.plan === 'at' ? plan : { ready_at: due_at, due_at, time_zone: 'UTC', country: null, rule: '' }
    const { kind, title, notes, condition, times_out_at } = taskOf(progress, step, moment, at.calendar)
    const times = plan === null ? { due_at: null, times_out_at: null } : { due_at: moment.due_at, times_out_at }
    changes.tasks.push({ id: task.id, kind, title, notes, condition, ...times })
  }
}

const unmoved = { due_at: null, ready_at: null, rule: null, time_zone: null, country: null }

async function write(tx: TxCtx, { version }: Move, changes: Changes): Promise<void> {
  const now = tx.clock.now()
  const kept = changes.kept.map((id) => ({ id, version }))
  await setVersions(tx.db, kept, { keeps_step: true, now })
  await renewMails(tx.db, changes.mails, 'new_version', now)
  await cancelMails(tx.db, changes.cancelled, now)
  await renewTasks(tx.db, changes.tasks)
  await dropTasks(tx.db, changes.dropped, now)
  await endWaiting(tx.db, changes.waits, now)
  await planTurns(tx, await findTurns(tx, await readAgain(tx, changes.anew), new Map(), 'before'))
  await planTurns(tx, await findTurns(tx, await readAgain(tx, changes.gone), new Map()))
}

/** Their rows say now what was written above. */
async function readAgain(tx: TxCtx, stands: readonly Stand[]): Promise<Stand[]> {
  const rows = await lockProgress(
    tx.db,
    stands.map(({ progress }) => progress.id),
  )
  const of = new Map(rows.map((row) => [row.id, row]))
  return stands.map((stand) => ({ ...stand, progress: of.get(stand.progress.id) ?? stand.progress }))
}
