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
}

/** As it comes out of `nextDueOfSequence`: JSON has no instants. */
export type NextDueJson = (Omit<NextDue, 'due_at'> & { due_at: string }) | null

export const readNextDue = (next: NextDueJson): NextDue | null => next && { ...next, due_at: new Date(next.due_at) }

/** For a lateral join on `sequence`: `due_at` and `next`, found at the head of an index, whatever waits behind it. */
export const nextDueOfSequence = sql`
  select message.due_at, json_build_object('due_at', message.due_at, 'reason', message.reason,
      'time_zone', message.time_zone, 'country', message.country, 'windows', sequence.windows,
      'skip_holidays', sequence.skip_holidays) as next
  from message join enrollment on enrollment.id = message.enrollment_id and enrollment.status = 'active'
  where message.sequence_id = sequence.id and message.state = 'planned'
  order by message.due_at, message.id limit 1`
