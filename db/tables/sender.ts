import type { Generated } from 'kysely'
import type { Day, Instant } from './columns.ts'

/** An address we write from, with what it may send. Caps count over all sequences and reps that write from it. */
export interface SenderTable {
  /** lower case */
  address: string
  /** IANA name: where its day and week begin */
  time_zone: string
  /** mails a day */
  daily_cap: Generated<number>
  /** mails from Monday to Sunday */
  weekly_cap: Generated<number>
  /** first mails a day, apart from follow-ups, which count against the daily cap only */
  new_people_cap: Generated<number>
  /** at least this long between two mails; 0 for none */
  gap_minutes: Generated<number>
  /** up to this much longer, differently for each mail */
  jitter_minutes: Generated<number>
  /** a new sender warms up from this day; null: no ramp */
  ramp_started_on: Day | null
  /** mails on the first day of the ramp */
  ramp_first: Generated<number>
  /** so many more on each day after it, up to the daily cap */
  ramp_step: Generated<number>
  paused_at: Instant | null
  pause_reason: string | null
  /** bounces and complaints of mails before this moment have led to a pause already */
  rated_from: Instant | null
  created_at: Instant
  updated_at: Instant
}
