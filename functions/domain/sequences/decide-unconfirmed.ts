import * as v from 'valibot'
import { lockProgress } from '../../../db/queries/enrollments.ts'
import { decideMessage, findMessage } from '../../../db/queries/message-decisions.ts'
import { insertMessages } from '../../../db/queries/message-plans.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { planAgain, planNext, wakeForNext } from './plan-next.ts'

export const decideUnconfirmedInput = v.object({
  message_id: uuid,
  decision: v.picklist(['count_as_sent', 'send_again', 'skip']),
})
export type DecideUnconfirmedInput = v.InferInput<typeof decideUnconfirmedInput>

/** A person decides about a mail that may have left. Only this sends such a mail again, as a rotation of its own. */
export async function decideUnconfirmed(ctx: Ctx, input: DecideUnconfirmedInput): Promise<void> {
  const { message_id, decision } = parseInput(decideUnconfirmedInput, input)
  const message = await findMessage(ctx.db, message_id)
  const isHidden = ctx.actor !== null && ctx.actor.active_event_id !== message?.event_id
  if (message === undefined || isHidden) throw new NotFoundError('message')
  await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const [progress] = await lockProgress(tx.db, [message.enrollment_id])
    const decided = await decideMessage(tx.db, { id: message_id, decision, by: ctx.actor?.user_id ?? 'system', now })
    if (!decided || progress === undefined) throw new ConflictError('This mail is no longer unconfirmed.')
    if (decision === 'send_again') {
      const steps = await listSteps(tx.db, progress.sequence_id, progress.version)
      const step = steps.find((candidate) => candidate.step_key === message.step_key)
      if (step === undefined) throw new ConflictError('The step of this mail is gone.')
      const { rotation, is_first } = message
      const again = await planAgain(tx, progress, step, { rotation: rotation + 1, is_first })
      const planned = await insertMessages(tx.db, [again], now)
      if (planned.length === 0) throw new ConflictError('This person is no longer in the sequence.')
    } else await planNext(tx, [{ progress, step_key: message.step_key, done_at: now }])
    await wakeForNext(tx)
  })
}
