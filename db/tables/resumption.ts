import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

/** A pause that is over, and whose part of the waits of a large sequence is still being made up for, by a job. */
export interface ResumptionTable {
  id: string
  sequence_id: string
  paused_at: Instant
  resumed_at: Instant
  /** enrollments up to this id have been done */
  after: Generated<string>
}
