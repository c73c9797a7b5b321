import { sql } from 'kysely'

/** The earliest mail that may leave; the days and hours are its sequence's, the zone is the recipient's. */
export interface NextDue {
  due_at: Date
  /** why it was moved to there */
  reason: string | null
  time_zone: string
  window_days: number[]
  window_from_minute: number
  window_to_minute: number
}

/** As it comes out of `nextDueOfSequence`: JSON has no instants. */
export type NextDueJson = (Omit<NextDue, 'due_at'> & { due_at: string }) | null

export const readNextDue = (next: NextDueJson): NextDue | null => next && { ...next, due_at: new Date(next.due_at) }

/** For a lateral join on `sequence`: `due_at` and `next`, found at the head of an index, whatever waits behind it. */
export const nextDueOfSequence = sql`
  select message.due_at, json_build_object('due_at', message.due_at, 'reason', message.reason,
      'time_zone', message.time_zone, 'window_days', sequence.window_days,
      'window_from_minute', sequence.window_from_minute, 'window_to_minute', sequence.window_to_minute) as next
  from message join enrollment on enrollment.id = message.enrollment_id and enrollment.status = 'active'
  where message.sequence_id = sequence.id and message.state = 'planned'
  order by message.due_at, message.id limit 1`
