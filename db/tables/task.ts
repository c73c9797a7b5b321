import type { Instant } from './columns.ts'

export type TaskKind = 'manual_email' | 'call' | 'linkedin' | 'task'

/** Something a person has to do by hand. */
export interface TaskTable {
  id: string
  event_id: string
  person_id: string | null
  account_id: string | null
  enrollment_id: string | null
  step_key: string | null
  owner_id: string | null
  kind: TaskKind
  title: string
  notes: string | null
  due_at: Instant
  done_at: Instant | null
  skipped_at: Instant | null
  created_at: Instant
}
