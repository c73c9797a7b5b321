import { readHolds } from '../../../db/queries/outreach-ledger.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { isWindowOpen, planOpening } from './plan.ts'

/** Why nothing is leaving at this moment, and when it will. `nothing_waits` and `sending` are good news. */
export interface WhyNotNow {
  why:
    | 'nothing_waits'
    | 'sending'
    | 'later'
    | 'mail_not_configured'
    | 'queue_not_configured'
    | 'paused'
    | 'provider_down'
    | 'cap_reached'
    | 'window_shut'
  /** a whole sentence, without the moment */
  text: string
  next_at: Date | null
  planned: number
  unconfirmed: number
}

/** For one sequence, or for everything of an event. One statement. */
export async function whyNotNow(ctx: Ctx, of: { event_id: string; sequence?: Row<'sequence'> }): Promise<WhyNotNow> {
  const now = ctx.clock.now()
  const { event_id, sequence } = of
  const holds = await readHolds(ctx.db, { event_id, now, ...(sequence ? { sequence_id: sequence.id } : {}) })
  const { planned, unconfirmed } = holds
  const because = (why: WhyNotNow['why'], text: string, next_at: Date | null = holds.next_due_at): WhyNotNow => ({
    why,
    text,
    next_at,
    planned,
    unconfirmed,
  })

  const { mail, queue } = ctx.config
  if (mail.mode === 'off')
    return because('mail_not_configured', `Mail is not configured: ${mail.missing.join(', ')}.`, null)
  if (queue.mode === 'off')
    return because('queue_not_configured', `The queue is not configured: ${queue.missing.join(', ')}.`, null)
  if (sequence?.status === 'paused') return because('paused', sequence.pause_reason ?? 'Paused.', null)
  if (planned === 0 && holds.paused_sequences > 0)
    return because('paused', `${holds.paused_sequences} paused with mails waiting.`, null)
  if (planned === 0) return because('nothing_waits', 'Nothing is waiting to be sent.', null)
  if (holds.provider_down > 0)
    return because('provider_down', holds.provider_reason ?? 'SendGrid takes no mail.', holds.provider_down_until)
  if (holds.due > 0) return because('sending', 'Sending now.', holds.next_due_at)
  if (holds.cap_reached > 0 && holds.next_due_at?.getTime() === holds.cap_reached_until?.getTime())
    return because('cap_reached', "The sequence's daily cap is reached.", holds.cap_reached_until)
  if (sequence && !isWindowOpen(now, sequence.time_zone, sequence))
    return because(
      'window_shut',
      "Outside the sequence's window.",
      holds.next_due_at ?? planOpening(now, sequence.time_zone, sequence, sequence.id),
    )
  return because('later', 'The next mail waits for its moment.')
}
