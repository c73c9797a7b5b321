import type { Generated } from 'kysely'
import type { Day, Instant, Json } from './columns.ts'

export type StepKind = 'email' | 'manual_email' | 'call' | 'linkedin' | 'task'
export type DelayUnit = 'minutes' | 'hours' | 'days' | 'business_days'
export type StepThread = 'new' | 'reply'
export type StepTimingKind = 'wait' | 'date' | 'event'
export type StepAnchor = 'doors_open' | 'show_end' | 'booth_visit'

/** What must hold for a step to be done, judged when it is due. */
export type StepCondition =
  | { kind: 'opened' | 'clicked' | 'replied'; negated: boolean }
  | { kind: 'field'; field: ConditionField; value: string; negated: boolean }
export type ConditionField =
  | 'person.title'
  | 'person.country'
  | 'person.category'
  | 'account.industry'
  | 'account.status'
  | 'account.list_tier'

/** One step of a sequence at one version. `step_key` stays the same when a step is edited, so an edit never mails it again. */
export interface StepTable {
  id: string
  sequence_id: string
  version: number
  step_key: string
  /** 1 is first */
  position: number
  kind: StepKind
  /** `wait`: after the step before it, or after enrolment; `date`: on a day; `event`: before or after something at the show */
  timing: Generated<StepTimingKind>
  /** how long the wait is, or how far from the anchor */
  delay_amount: number
  delay_unit: DelayUnit
  date_on: Day | null
  /** minutes after midnight on `clock`, for `date` and for an event step that is counted in days */
  at_minute: number | null
  anchor: StepAnchor | null
  anchor_side: Generated<'before' | 'after'>
  clock: Generated<'venue' | 'recipient'>
  /** what becomes of a step whose moment is more than a day past when its turn comes */
  when_late: Generated<'send' | 'skip'>
  condition: Json<StepCondition> | null
  /** a task is given up so many days after it was due; null: never */
  time_out_days: number | null
  thread: Generated<StepThread>
  /** Liquid; empty for a reply in thread */
  subject: string
  /** Liquid, plain text with blank lines between paragraphs */
  body: string
  created_at: Instant
}
