import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type EnrollmentStatus = 'active' | 'paused' | 'finished' | 'stopped'

/** One person going through one sequence. At most one active enrollment a person. */
export interface EnrollmentTable {
  id: string
  sequence_id: string
  person_id: string
  account_id: string | null
  /** whose colleagues these are: `accountKeyOf` */
  account_key: string
  version: number
  /** the version in which they came to the step they stand at, when they were moved since; null: the same */
  from_version: number | null
  status: Generated<EnrollmentStatus>
  stop_reason: string | null
  paused_at: Instant | null
  pause_reason: string | null
  /** goes on by itself at this moment; null: when a person says so */
  resume_at: Instant | null
  /** nothing is planned: the next step hangs on this */
  waiting_for: 'booth_visit' | null
  waiting_step_key: string | null
  /** when the step before it was done */
  waiting_since_at: Instant | null
  /** then the step is passed over */
  waiting_until_at: Instant | null
  /** a human answered a mail of it */
  replied_at: Instant | null
  /** what colleagues answered before this a person has seen, and let it go on: at enrolling, resuming, or choosing a day */
  colleagues_seen_at: Instant
  stopped_at: Instant | null
  finished_at: Instant | null
  enrolled_by: string | null
  enrolled_at: Instant
  updated_at: Instant
}
