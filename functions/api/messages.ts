import { Hono } from 'hono'
import { findMessage } from '../../db/queries/message-decisions.ts'
import { receiptOf } from '../../db/queries/receipts.ts'
import { routes } from '../../web/paths.ts'
import { verifyReceipt } from '../domain/sequences/verify-receipt.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { isUuid } from '../uuid.ts'

export const messagesApi = new Hono<SignedInEnv>()

/**
 * Why a mail did, or did not, leave: 200 with its mail and the lines of its chain, oldest first. 404 for a mail of another
 * event than the reader's.
 *
 * `{ messageId, enrollmentId, stepKey, position, state, reason, dueAt,
 *    chain: { lines, verified, brokenAt },
 *    lines: [{ line, at, what, detail, messageId, position, hash, previousHash }] }`
 *
 * `lines` are those of this mail and those of the whole enrollment (enrolled, paused, stopped, tasks …); a number that is
 * missing belongs to another mail. `hash` is SHA-256 over `previousHash` and the line. `chain` speaks of every line of
 * the enrollment: `verified` when each was worked out again and is the one that was written, else `brokenAt` is the first
 * that is not.
 */
messagesApi.get(routes.apiMessageReceipt, async (c) => {
  const { db, actor } = c.var.ctx
  const id = c.req.param('id')
  const message = isUuid(id) ? await findMessage(db, id) : undefined
  if (message === undefined || message.event_id !== actor.active_event_id) throw new NotFoundError('message')
  const [all, { lines, broken_at }] = await Promise.all([
    receiptOf(db, message.enrollment_id),
    verifyReceipt(c.var.ctx, { enrollment_id: message.enrollment_id }),
  ])
  const hashOf = new Map(all.map(({ line, hash }) => [line, hash]))
  return c.json({
    messageId: message.id,
    enrollmentId: message.enrollment_id,
    stepKey: message.step_key,
    position: message.position,
    state: message.state,
    reason: message.reason,
    dueAt: message.due_at,
    chain: { lines, verified: broken_at === null, brokenAt: broken_at },
    lines: all
      .filter(({ message_id, what }) => message_id === null || message_id === message.id || what === 'enrolled')
      .map(({ line, at, what, detail, message_id, position, hash }) => ({
        line,
        at,
        what,
        detail,
        messageId: message_id,
        position,
        hash,
        previousHash: hashOf.get(line - 1) ?? null,
      })),
  })
})
