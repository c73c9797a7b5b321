import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

export type JobStatus = 'waiting' | 'active' | 'retrying' | 'completed' | 'failed'

/** Work that leaves the request. The queue carries only its id. */
export interface JobTable {
  id: string
  name: string
  /** among waiting jobs at most one has this key */
  key: string | null
  payload: Json<Record<string, unknown>>
  status: Generated<JobStatus>
  run_at: Instant
  attempts: Generated<number>
  max_attempts: number
  claim_token: string | null
  lease_until: Instant | null
  /** how often it was handed to the queue */
  dispatches: Generated<number>
  dispatched_at: Instant | null
  queue_message_id: string | null
  result: Json<Record<string, unknown>> | null
  error: string | null
  created_by: string | null
  created_at: Instant
  started_at: Instant | null
  finished_at: Instant | null
}
