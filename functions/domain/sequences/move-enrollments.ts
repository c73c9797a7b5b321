import { lockProgress, type Progress } from '../../../db/queries/enrollments.ts'
import { insertMessages, type NewMessage } from '../../../db/queries/message-plans.ts'
import { listStepsOf } from '../../../db/queries/steps.ts'
import {
  cancelMails,
  dropTasks,
  listEnrollmentsBehind,
  listOpenTasks,
  lockOpenMails,
  type OpenMail,
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
import { diffSteps } from './diff-steps.ts'
import { type Done, planMail, planNext, planTasks, taskOf, wakeForNext } from './plan-next.ts'

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
    again: [],
    by_hand: [],
    gone: [],
    moved: [],
  }
  for (const progress of behind) change(tx, standing, progress, changes)
  await write(tx, move, changes)
  const claimed = [...standing.mails.values()].filter(({ state }) => state !== 'planned')
  return {
    moved: changes.moved.length + changes.gone.length,
    in_flight: claimed.length,
    is_claimed: claimed.some(({ state }) => state === 'claimed'),
    last: ids.length < MOVED_AT_ONCE ? null : (ids.at(-1) ?? null),
  }
}

/** What a batch of enrollments stands at, by enrollment, and the steps of their versions and of the new one. */
interface Standing {
  version: number
  mails: ReadonlyMap<string, OpenMail>
  tasks: ReadonlyMap<string, { id: string; step_key: string }>
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
  /** a task has become a mail */
  again: NewMessage[]
  /** a mail has become a task */
  by_hand: { progress: Progress; step: Row<'step'>; previous: Date }[]
  /** their step is gone: the next one is planned */
  gone: Done[]
  /** the ids of the others that are moved */
  moved: string[]
}

function change(tx: TxCtx, standing: Standing, before: Progress, changes: Changes): void {
  const history = standing.histories.get(before.id)
  const mail = standing.mails.get(before.id)
  const open = mail ?? standing.tasks.get(before.id)
  // What is on its way goes as it is. Nothing open: whatever plans the next step takes the new version.
  if (open === undefined || history === undefined || (mail !== undefined && mail.state !== 'planned')) return
  const step = standing.steps.find(({ step_key }) => step_key === open.step_key)
  const drops = mail === undefined ? changes.dropped : changes.cancelled
  const previous = history.last_done_at
  if (step === undefined) {
    drops.push({ id: open.id, reason: 'step_removed' })
    changes.gone.push({ progress: before, step_key: open.step_key, done_at: previous })
    return
  }
  const progress = { ...before, version: standing.version }
  const isRetimed = standing.retimed.get(before.version)?.has(open.step_key) === true
  const isMail = step.kind === 'email'
  if (isMail !== (mail !== undefined)) drops.push({ id: open.id, reason: 'step_changed' })
  const rotation = (history.rotations[step.step_key] ?? -1) + 1
  const order = { rotation, is_first: !history.has_mailed }
  if (isMail && mail !== undefined) {
    const { due_at, ready_at, rule } = isRetimed ? planMail(tx, progress, step, previous, order) : unmoved
    const { version, position } = step
    changes.mails.push({ id: mail.id, version, position, due_at, ready_at, rule })
  } else if (isMail) changes.again.push(planMail(tx, progress, step, previous, order))
  else if (mail !== undefined) changes.by_hand.push({ progress, step, previous })
  else {
    const task = taskOf(tx, progress, step, previous)
    changes.tasks.push({ ...task, due_at: isRetimed ? task.due_at : null })
  }
  changes.moved.push(before.id)
}

const unmoved = { due_at: null, ready_at: null, rule: null }

async function write(tx: TxCtx, { version }: Move, changes: Changes): Promise<void> {
  const now = tx.clock.now()
  await setVersions(
    tx.db,
    changes.moved.map((id) => ({ id, version })),
    { keeps_step: true, now },
  )
  await renewMails(tx.db, changes.mails, now)
  await cancelMails(tx.db, changes.cancelled, now)
  await renewTasks(tx.db, changes.tasks)
  await dropTasks(tx.db, changes.dropped, now)
  await insertMessages(tx.db, changes.again, now)
  await planTasks(tx, changes.by_hand)
  await planNext(tx, changes.gone)
}
