import type { Instant, Json } from './columns.ts'
import type { StepCondition } from './step.ts'

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
  /** given up at this moment when it is still open; null: never */
  times_out_at: Instant | null
  /** `skipped_at` is set, too */
  timed_out_at: Instant | null
  /** its step's; the task is nobody's work before it has been judged, when it is due */
  condition: Json<StepCondition> | null
  judged_at: Instant | null
  created_at: Instant
}
