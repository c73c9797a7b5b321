import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type EnrollmentStatus = 'active' | 'paused' | 'finished' | 'stopped'

/** One person going through one sequence. At most one active enrollment a person. */
export interface EnrollmentTable {
  id: string
  sequence_id: string
  person_id: string
  account_id: string | null
  version: number
  status: Generated<EnrollmentStatus>
  stop_reason: string | null
  stopped_at: Instant | null
  finished_at: Instant | null
  enrolled_by: string | null
  enrolled_at: Instant
  updated_at: Instant
}
