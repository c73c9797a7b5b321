import type { Instant } from './columns.ts'

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
  class: ReplyClass
  received_at: Instant
  read_at: Instant | null
}
