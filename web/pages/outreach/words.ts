import type { EnrollmentStatus } from '../../../db/tables/enrollment.ts'
import type { MessageState } from '../../../db/tables/message.ts'
import type { ReplyClass } from '../../../db/tables/reply.ts'
import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import type { DelayUnit, StepKind } from '../../../db/tables/step.ts'
import type { SuppressionReason } from '../../../db/tables/suppression.ts'
import type { LeftOutReason } from '../../../functions/domain/sequences/preflight.ts'
import type { IconName } from '../../components/icon.tsx'
import { plural } from '../../format.ts'
import type { Tone } from '../../view.ts'

type Word = { readonly label: string; readonly tone: Tone }

export const sequenceWords: Readonly<Record<SequenceStatus, Word>> = {
  draft: { label: 'Draft', tone: 'neutral' },
  active: { label: 'Active', tone: 'good' },
  paused: { label: 'Paused', tone: 'waiting' },
  archived: { label: 'Archived', tone: 'neutral' },
}

export const enrollmentWords: Readonly<Record<EnrollmentStatus, Word>> = {
  active: { label: 'Active', tone: 'info' },
  paused: { label: 'Paused', tone: 'waiting' },
  finished: { label: 'Finished', tone: 'good' },
  stopped: { label: 'Stopped', tone: 'neutral' },
}

export const messageWords: Readonly<Record<MessageState, Word>> = {
  planned: { label: 'Planned', tone: 'neutral' },
  claimed: { label: 'Leaving now', tone: 'info' },
  sent: { label: 'Sent', tone: 'good' },
  skipped: { label: 'Skipped', tone: 'neutral' },
  failed: { label: 'Failed', tone: 'bad' },
  unconfirmed: { label: 'Unconfirmed', tone: 'waiting' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
}

export const stepKinds: Readonly<Record<StepKind, { label: string; icon: IconName; hint: string }>> = {
  email: { label: 'Automatic email', icon: 'mail', hint: 'Leaves by itself within the send window.' },
  manual_email: { label: 'Manual email', icon: 'pencil', hint: 'A task: you write it from your own mailbox.' },
  call: { label: 'Call', icon: 'phone', hint: 'A task with a script.' },
  linkedin: { label: 'LinkedIn message', icon: 'users', hint: 'A task: connection notes hold 300 characters.' },
  task: { label: 'Task', icon: 'check', hint: 'Anything else that somebody has to do.' },
}

export const stepKindNames = Object.keys(stepKinds) as StepKind[]

export const delayUnits: Readonly<Record<DelayUnit, string>> = {
  minutes: 'minutes',
  hours: 'hours',
  days: 'days',
  business_days: 'business days',
}

/** "wait 3 business days", "at once" */
export function waitWords(amount: number, unit: DelayUnit): string {
  if (amount === 0) return 'at once'
  return `wait ${plural(amount, delayUnits[unit].replace(/s$/, ''))}`
}

export const choiceWords: Readonly<Record<MoveChoice, { label: string; hint: string; done: string }>> = {
  after_current_step: {
    label: 'Everybody, after the step they are at',
    hint: 'That step leaves as it was planned; then each goes on in the new version.',
    done: 'everybody goes on in it after the step they were at',
  },
  now: {
    label: 'Everybody, at once',
    hint: 'Unsent mails and open tasks take the new text and timing. Where their step is gone, the next one is planned.',
    done: 'everybody was moved to it at once',
  },
  new_people_only: {
    label: 'Only people enrolled from now on',
    hint: 'Whoever is in it stays on the version they are on, to the end.',
    done: 'only for people enrolled since',
  },
}

/**
 * "Day 1" is the day of enrolment. From the first wait in business days on it is "About day 4", counted from a Monday: weekends and
 * holidays come between. Null from the first step on that hangs on a day or the show.
 */
export function dayWords(
  steps: readonly { delay_amount: number; delay_unit: DelayUnit; timing_words: string | null }[],
): (string | null)[] {
  let days: number | null = 0
  let isAbout = false
  return steps.map(({ delay_amount, delay_unit, timing_words }) => {
    days = days === null || timing_words !== null ? null : daysAfter(days, delay_amount, delay_unit)
    isAbout ||= delay_unit === 'business_days' && delay_amount > 0
    return days === null ? null : `${isAbout ? 'About day' : 'Day'} ${Math.floor(days) + 1}`
  })
}

function daysAfter(days: number, amount: number, unit: DelayUnit): number {
  switch (unit) {
    case 'minutes':
      return days + amount / 1440
    case 'hours':
      return days + amount / 24
    case 'days':
      return days + amount
    case 'business_days': {
      let day = days
      for (let left = amount; left > 0; ) {
        day += 1
        if (Math.floor(day) % 7 < 5) left -= 1
      }
      return day
    }
  }
}

const stopReasons: Readonly<Record<string, string>> = {
  replied: 'replied',
  by_hand: 'stopped by hand',
  unsubscribed: 'unsubscribed',
  unsubscribe: 'unsubscribed',
  complained: 'marked a mail as spam',
  bounced: 'the address bounced',
  no_address: 'has no email address',
  invalid_address: 'the address is invalid',
  low_confidence: 'the address is too uncertain a guess',
  same_address: 'somebody else at this address has had this mail',
  suppressed: 'the address is suppressed',
  suppressed_imported: 'the address is suppressed (imported)',
  step_gone: 'the step is gone',
  meeting_booked: 'a meeting is booked',
  account_status: 'the account is marked as not to be written to',
  colleague_replied: 'a colleague replied',
  clicked: 'clicked a link',
  soft_bounced: 'mail came back three times',
  no_contact_reason: 'no reason for contact is given',
  deceptive_subject: 'the subject pretends to be an answer',
  out_of_office: 'out of the office',
  out_of_office_without_date: 'out of the office, and the answer does not say until when',
  erased: 'the person was erased',
  step_removed: 'its step was removed from the sequence',
  step_changed: 'its step is of another kind now',
  event_moved: 'the event was moved',
  new_version: 'a new version of the sequence has another timing',
  missing_variable: 'a variable is empty and has no default',
  template_error: 'the text could not be rendered',
  not_configured: 'mail is not configured',
  refused: 'the mail service refused the mail',
  sequence_archived: 'the sequence was archived',
  event_archived: 'the event was archived',
  finished: 'the sequence ended',
  cap_reached: 'the daily cap was reached',
  cap_sender_week: 'the sender’s mails of the week had left',
  cap_sender_day: 'the sender’s mails of the day had left',
  cap_new_people: 'the sender’s new people of the day had been written to',
  cap_sequence_day: 'the sequence’s mails of the day had left',
  cap_domain_day: 'the mails of the day to this domain had left',
  cap_account_day: 'the mails of the day to this account had left',
  gap: 'the sender keeps a gap between mails',
  not_plannable: 'its next step could not be planned',
  window_shut: 'outside the send window',
  schedule_changed: 'the send windows were changed',
  backlog: 'spread after a standstill',
  too_late: 'its moment had passed',
  no_booth_visit: 'nobody met them at the booth',
  condition_not_met: 'its condition did not hold',
  resumed: 'placed anew after the pause',
  sent_again: 'sent again by a person’s decision',
  counted_as_sent: 'counted as sent by a person’s decision',
  skipped_by_hand: 'skipped by a person’s decision',
}

/** Why a mail or an enrollment is as it is, in words; a reason that is a sentence already is kept. `missing_variable: …` keeps its detail. */
export function reasonWords(reason: string): string {
  const [key = '', ...detail] = reason.split(': ')
  const known = stopReasons[key]
  if (known === undefined) return reason.replaceAll('_', ' ')
  return detail.length === 0 ? known : `${known}: ${detail.join(': ')}`
}

export const leftOutWords: Readonly<Record<LeftOutReason, { label: string; remedy: string }>> = {
  no_address: { label: 'No email address', remedy: 'Add one, or let enrichment work one out.' },
  same_address: {
    label: 'Shares an address',
    remedy: 'Choose one of them, or give this person an address of their own.',
  },
  low_confidence: { label: 'Address is too uncertain', remedy: 'Verify it, or lower the limit in Settings.' },
  invalid_address: { label: 'Address is invalid', remedy: 'Correct it.' },
  bounced_address: { label: 'Address bounced', remedy: 'Find another address.' },
  suppressed: { label: 'Suppressed', remedy: 'Opted out, complained or blocked by hand. Nobody writes to them.' },
  in_this_sequence: { label: 'Already in this sequence', remedy: 'Nobody gets a sequence twice.' },
  in_another_sequence: { label: 'In another sequence', remedy: 'One sequence at a time. Stop the other first.' },
  replied: { label: 'Has replied', remedy: 'Answer by hand.' },
  meeting_booked: { label: 'Has a meeting', remedy: 'Nothing to do until the show is over.' },
  colleague_replied: {
    label: 'A colleague replied',
    remedy: 'Talk to the colleague first, or let the sequence go on in Settings.',
  },
  account_status: {
    label: 'Account is not to be written to',
    remedy: 'Change its status, or the sequence’s stop rules.',
  },
  no_contact_reason: {
    label: 'No reason for contact',
    remedy: 'Say in Settings why you may write; the EU, the UK and Switzerland demand it.',
  },
  deceptive_subject: { label: 'Subject pretends to be an answer', remedy: 'Correct the field it is made of.' },
  missing_variable: { label: 'A variable is empty', remedy: 'Fill it in, or give it a default in the step.' },
  other_event: { label: 'Belongs to another event', remedy: 'Switch to that event.' },
  unknown_person: { label: 'No longer on the list', remedy: 'Choose again.' },
}

export const replyClasses: Readonly<Record<ReplyClass, Word>> = {
  human: { label: 'Reply', tone: 'waiting' },
  out_of_office: { label: 'Absence', tone: 'neutral' },
  auto_reply: { label: 'Automatic', tone: 'neutral' },
  unsubscribe: { label: 'Unsubscribe', tone: 'bad' },
  bounce: { label: 'Bounce', tone: 'bad' },
}

export const suppressionReasons: Readonly<Record<SuppressionReason, string>> = {
  unsubscribed: 'Unsubscribed',
  complained: 'Marked as spam',
  bounced: 'Bounced',
  by_hand: 'By hand',
  erased: 'Erased',
}
