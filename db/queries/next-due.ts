import { sql } from 'kysely'
import type { SendWindow } from '../tables/sequence.ts'

/** The earliest mail that may leave; the days and hours are its sequence's, the zone is the recipient's. */
export interface NextDue {
  due_at: Date
  /** why it was moved to there */
  reason: string | null
  time_zone: string
  /** of the recipient, for holidays */
  country: string | null
  windows: SendWindow[]
  skip_holidays: boolean
  sender_address: string
  /** of its sender, while it is paused; '' when nobody said why */
  sender_pause_reason: string | null
  /** of the provider; holds every mail until then, or did */
  hold: { until_at: Date; reason: string } | null
}

/** As it comes out of `nextDueOfSequence`: JSON has no instants. */
export type NextDueJson =
  | (Omit<NextDue, 'due_at' | 'hold'> & { due_at: string; hold: { until_at: string; reason: string } | null })
  | null

export const readNextDue = (next: NextDueJson): NextDue | null =>
  next && {
    ...next,
    due_at: new Date(next.due_at),
    hold: next.hold && { ...next.hold, until_at: new Date(next.hold.until_at) },
  }

/** For a lateral join on `sequence`: `due_at` and `next`, found at the head of an index, whatever waits behind it. */
export const nextDueOfSequence = sql`
  select message.due_at, json_build_object('due_at', message.due_at, 'reason', message.reason,
      'time_zone', message.time_zone, 'country', message.country, 'windows', sequence.windows,
      'skip_holidays', sequence.skip_holidays,
      'sender_address', lower(sequence.from_address),
      'sender_pause_reason', case when sender.paused_at is not null then coalesce(sender.pause_reason, '') end,
      'hold', (select json_build_object('until_at', until_at, 'reason', reason) from hold where key = 'provider')) as next
  from message join enrollment on enrollment.id = message.enrollment_id and enrollment.status = 'active'
    left join sender on sender.address = lower(sequence.from_address)
  where message.sequence_id = sequence.id and message.state = 'planned' and not message.is_waiting
  order by message.due_at, message.priority desc, message.id limit 1`
