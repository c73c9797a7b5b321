import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type StepKind = 'email' | 'manual_email' | 'call' | 'linkedin' | 'task'
export type DelayUnit = 'minutes' | 'hours' | 'days' | 'business_days'
export type StepThread = 'new' | 'reply'

/** One step of a sequence at one version. `step_key` stays the same when a step is edited, so an edit never mails it again. */
export interface StepTable {
  id: string
  sequence_id: string
  version: number
  step_key: string
  /** 1 is first */
  position: number
  kind: StepKind
  /** after the step before it, or after enrolment */
  delay_amount: number
  delay_unit: DelayUnit
  thread: Generated<StepThread>
  /** Liquid; empty for a reply in thread */
  subject: string
  /** Liquid, plain text with blank lines between paragraphs */
  body: string
  created_at: Instant
}
