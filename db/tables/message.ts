import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type MessageState = 'planned' | 'claimed' | 'sent' | 'skipped' | 'failed' | 'unconfirmed' | 'cancelled'

/** One mail: one row for each (enrollment, step_key, rotation). The send contract lives in its constraints. */
export interface MessageTable {
  /** deterministic: UUIDv5 of enrollment, step_key and rotation */
  id: string
  enrollment_id: string
  step_key: string
  /** 0, and one more each time a person decides to send an unconfirmed mail again */
  rotation: Generated<number>
  sequence_id: string
  person_id: string
  /** no longer written nor read: a process of the release before may be doing both while this one starts */
  account_id: string | null
  event_id: string
  position: number
  version: number
  state: Generated<MessageState>
  /** why skipped, failed, cancelled or unconfirmed; or why a planned mail was moved */
  reason: string | null
  due_at: Instant
  /** when its wait is over; `due_at` is the first minute at or after it at which it may leave */
  ready_at: Instant
  /** the account's score when it was planned: what leaves first where mails of one minute compete */
  priority: Generated<number>
  /** of the recipient, ISO 3166 alpha-2, for holidays and tracking; null when not known */
  country: string | null
  /** whose caps and colleagues: `accountKeyOf` */
  account_key: string
  /** the first mail of its enrollment: a new person, not a follow-up */
  is_first: boolean
  /** its enrollment is paused; kept by a trigger, so that what stands still is not in the way of what may leave */
  is_waiting: Generated<boolean>
  /** IANA name: where it is day for the recipient, as far as we know; the window is checked in it again at the claim */
  time_zone: string
  claim_token: string | null
  /** by the last claim; seconds before the bytes leave, so that an index over it finds what left on a day */
  claimed_at: Instant | null
  lease_until: Instant | null
  /** set before the bytes leave; from here on a lost answer means unconfirmed. In no index: tests/db/tables.test.ts */
  handed_at: Instant | null
  settled_at: Instant | null
  sent_at: Instant | null
  attempts: Generated<number>
  /** RFC 5322 Message-ID without brackets */
  message_id_header: string
  in_reply_to: string | null
  /** frozen when it is handed over, like subject and bodies; where it goes and who sends it are known from the claim on */
  to_address: string | null
  to_domain: string | null
  from_address: string | null
  subject: string | null
  body_text: string | null
  body_html: string | null
  /** X-Message-Id; sg_message_id begins with it */
  provider_message_id: string | null
  delivered_at: Instant | null
  /** first open by a human */
  opened_at: Instant | null
  machine_opened_at: Instant | null
  clicked_at: Instant | null
  bounced_at: Instant | null
  bounce_reason: string | null
  complained_at: Instant | null
  unsubscribed_at: Instant | null
  replied_at: Instant | null
  created_at: Instant
}
