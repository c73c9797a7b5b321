import { lockProgress } from '../../../db/queries/enrollments.ts'
import { insertReceipts } from '../../../db/queries/receipts.ts'
import { findSequence } from '../../../db/queries/sequences.ts'
import { closeTask, findTask } from '../../../db/queries/tasks.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { planNextAndWake } from './plan-next.ts'

/** What became of the sequence that waited for the task; `none` when there was none, or the task was closed before. */
type Closed = 'goes_on' | 'sequence_paused' | 'person_paused' | 'none'

/** Marks a task as done; a sequence that waited for it goes on. Doing it twice changes nothing. */
export const completeTask = (ctx: Ctx, input: { task_id: string }) => close(ctx, input.task_id, 'done')

/** The same without having done it: the sequence goes on all the same. */
export const skipTask = (ctx: Ctx, input: { task_id: string }) => close(ctx, input.task_id, 'skipped')

async function close(ctx: Ctx, id: string, how: 'done' | 'skipped'): Promise<Closed> {
  const task = await findTask(ctx.db, id)
  const isHidden = ctx.actor !== null && ctx.actor.active_event_id !== task?.event_id
  if (task === undefined || isHidden) throw new NotFoundError('task')
  return transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const [progress] = task.enrollment_id === null ? [] : await lockProgress(tx.db, [task.enrollment_id])
    const closed = await closeTask(tx.db, { id, how, now })
    if (closed === undefined || progress === undefined || closed.step_key === null) return 'none'
    const line = { enrollment_id: progress.id, message_id: null, what: `task_${how}`, detail: { task_id: id } }
    await insertReceipts(tx.db, [line], now)
    await planNextAndWake(tx, [{ progress, step_key: closed.step_key, done_at: now }])
    const sequence = await findSequence(tx.db, progress.sequence_id)
    if (sequence?.status === 'paused') return 'sequence_paused'
    return progress.status === 'paused' ? 'person_paused' : 'goes_on'
  })
}
