import type { Day, Instant } from './columns.ts'

export type ReplyClass = 'human' | 'out_of_office' | 'auto_reply' | 'unsubscribe' | 'bounce'

/** A mail that came back. */
export interface ReplyTable {
  id: string
  /** the Message-ID of the reply, else a hash of it: the same mail is kept once */
  content_key: string
  message_id: string | null
  enrollment_id: string | null
  person_id: string | null
  event_id: string | null
  from_address: string
  to_address: string | null
  subject: string
  text: string
  /** sanitised when it came; null when it had none, or too much of it */
  html: string | null
  class: ReplyClass
  /** an out-of-office: the first working day on which they are back; null when the text does not say */
  resume_on: Day | null
  received_at: Instant
  read_at: Instant | null
}
