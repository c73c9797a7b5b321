import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type EnrichmentSubjectStatus = 'waiting' | 'done' | 'failed' | 'cancelled'

/** One account or person of a run: settled once, however often the job behind it is delivered. */
export interface EnrichmentSubjectTable {
  run_id: string
  subject_id: string
  /** in the order it was chosen in */
  position: number
  status: Generated<EnrichmentSubjectStatus>
  attempts: Generated<number>
  /** not tried again before */
  due_at: Instant
  /** what came of it: `saved`, `generated`, `valid`, … */
  outcome: string | null
  /** why it failed, or why its last attempt did */
  reason: string | null
  settled_at: Instant | null
}
