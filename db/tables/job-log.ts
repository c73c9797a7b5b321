import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

/** What happened to a job, line by line: staged, dispatched, received, verified, claimed, completed, failed. */
export interface JobLogTable {
  id: Generated<number>
  job_id: string
  at: Instant
  line: string
  detail: string | null
}
