import type { IconName } from '../../components/icon.tsx'
import type { Tone } from '../../view.ts'

/** What a line of a receipt says, by its `what`; an event of the mail service by its type. */
const lines: Readonly<Record<string, { title: string; icon: IconName; tone?: Tone }>> = {
  enrolled: { title: 'Enrolled', icon: 'plus' },
  planned: { title: 'Planned', icon: 'calendar' },
  claimed: { title: 'Checked and taken to be sent', icon: 'check' },
  handed: { title: 'Handed to the mail service', icon: 'send' },
  accepted: { title: 'Accepted: sent', icon: 'mail-check', tone: 'good' },
  refused: { title: 'Refused by the mail service', icon: 'mail-x', tone: 'bad' },
  deferred: { title: 'Put off: the mail service was busy', icon: 'clock', tone: 'waiting' },
  unconfirmed: { title: 'Unconfirmed: it may have left', icon: 'circle-help', tone: 'waiting' },
  moved: { title: 'Moved', icon: 'clock' },
  released: { title: 'Given back, unsent', icon: 'undo' },
  decided: { title: 'Decided by a person', icon: 'user' },
  skipped: { title: 'Skipped', icon: 'circle-x', tone: 'bad' },
  cancelled: { title: 'Cancelled', icon: 'circle-x' },
  stopped: { title: 'Stopped', icon: 'ban', tone: 'bad' },
  paused: { title: 'Paused', icon: 'pause', tone: 'waiting' },
  resumed: { title: 'Resumed', icon: 'play' },
  waiting: { title: 'Waits for a visit to the booth', icon: 'clock', tone: 'waiting' },
  version: { title: 'Goes on in another version', icon: 'arrow-up' },
  finished: { title: 'Finished: no step is left', icon: 'circle-check', tone: 'good' },
  processed: { title: 'The mail service has it', icon: 'mail-check' },
  delivered: { title: 'Delivered', icon: 'inbox', tone: 'good' },
  open: { title: 'Opened', icon: 'eye' },
  click: { title: 'A link was clicked', icon: 'click' },
  bounce: { title: 'Bounced', icon: 'mail-x', tone: 'bad' },
  dropped: { title: 'Dropped by the mail service', icon: 'mail-x', tone: 'bad' },
  spamreport: { title: 'Marked as spam', icon: 'ban', tone: 'bad' },
  unsubscribe: { title: 'Unsubscribed', icon: 'ban', tone: 'bad' },
  group_unsubscribe: { title: 'Unsubscribed', icon: 'ban', tone: 'bad' },
  reply: { title: 'A reply came', icon: 'reply', tone: 'waiting' },
  unsubscribed: { title: 'Unsubscribed', icon: 'ban', tone: 'bad' },
  task_planned: { title: 'A task holds the sequence', icon: 'list' },
  task_ready: { title: 'The task is due', icon: 'list' },
  task_moved: { title: 'The task was moved', icon: 'clock' },
  task_done: { title: 'Task done', icon: 'check', tone: 'good' },
  task_skipped: { title: 'Task skipped', icon: 'chevron-right' },
  task_dropped: { title: 'The task fell away', icon: 'circle-x' },
  task_timed_out: { title: 'The task was given up: its time was over', icon: 'clock', tone: 'waiting' },
}

export function receiptWords(what: string, type: unknown): { title: string; icon: IconName; tone?: Tone } {
  // What the mail service told us is one kind of line, and its type says which event it was.
  const key = what === 'event' ? String(type) : what
  return lines[key] ?? { title: key.replaceAll('_', ' '), icon: 'info' }
}
