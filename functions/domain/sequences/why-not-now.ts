import type { NextDue } from '../../../db/queries/next-due.ts'
import type { CampaignStatus } from '../../../db/tables/campaign.ts'
import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { Config } from '../../config.ts'
import { type CapReason, isCapReason } from './caps.ts'
import { noDaysOff } from './days-off.ts'
import { isWindowOpen } from './opening.ts'
import { describeWindows } from './windows.ts'

/** Why mail of a sequence, or of a whole event, leaves or does not leave at this moment. */
export type WhyNotNow =
  | { why: 'draft' | 'archived' | 'campaign_stopped' | 'tasks' | 'nobody' | 'done' | 'sending' }
  | { why: 'mail_off' | 'queue_off'; missing: readonly string[] }
  | { why: 'paused' | 'all_paused'; reason: string | null }
  | { why: 'late'; late_minutes: number }
  | { why: 'provider_down'; reason: string; next_at: Date }
  /** `time_zone` is the recipient's */
  | { why: 'window_shut'; window: string; next_at: Date; time_zone: string }
  | { why: 'sender_paused'; address: string; reason: string }
  | { why: 'cap_reached'; cap: CapReason; next_at: Date }
  | { why: 'gap'; next_at: Date }
  /** everybody who is left has been paused, one by one: a colleague replied, an absence; `next_at` when it ends by itself */
  | { why: 'people_paused'; reason: string | null }
  | { why: 'people_paused'; reason: string | null; next_at: Date }
  /** `reason` is why the next mail was moved, if it was */
  | { why: 'later'; reason: string | null; next_at: Date }

/** What the pages' own queries know; nothing is asked again. */
export interface SendingFigures {
  /** of the sequence; for an event `all_paused` when mails are planned and none of them may leave */
  status: SequenceStatus | 'all_paused'
  pause_reason: string | null
  campaign_status: CampaignStatus | null
  next: NextDue | null
  active: number
  finished: number
  stopped: number
  open_tasks: number
  /** enrollments that are paused, with the reason most of them have and the first that goes on by itself */
  held?: { people: number; reason: string | null; resume_at: Date | null }
}

/** A drain may take this long to come; after that something is wrong with the queue. */
const LATE_MINUTES = 20

/** The first thing that stands in the way, in the order a rep would have to clear them. Pure. */
export function whyNotNow(figures: SendingFigures, config: Pick<Config, 'mail' | 'queue'>, now: Date): WhyNotNow {
  const { status, campaign_status: campaign, pause_reason, next } = figures
  if (status === 'draft' || status === 'archived') return { why: status }
  if (config.mail.mode === 'off') return { why: 'mail_off', missing: config.mail.missing }
  if (config.queue.mode === 'off') return { why: 'queue_off', missing: config.queue.missing }
  if (status === 'paused' || status === 'all_paused') return { why: status, reason: pause_reason }
  if (campaign === 'paused' || campaign === 'ended') return { why: 'campaign_stopped' }
  if (next !== null) return whyNotNext(next, now)
  if (figures.open_tasks > 0) return { why: 'tasks' }
  if (figures.active === 0 && figures.held !== undefined && figures.held.people > 0) return whyHeld(figures.held)
  return { why: figures.active > 0 || figures.finished + figures.stopped === 0 ? 'nobody' : 'done' }
}

function whyHeld({ reason, resume_at }: NonNullable<SendingFigures['held']>): WhyNotNow {
  return resume_at === null ? { why: 'people_paused', reason } : { why: 'people_paused', reason, next_at: resume_at }
}

function whyNotNext(next: NextDue, now: Date): WhyNotNow {
  const { due_at, reason, hold } = next
  if (next.sender_pause_reason !== null)
    return { why: 'sender_paused', address: next.sender_address, reason: next.sender_pause_reason }
  if (hold !== null && hold.until_at > now && hold.until_at >= due_at)
    return { why: 'provider_down', reason: hold.reason, next_at: hold.until_at }
  const late_minutes = Math.round((now.getTime() - due_at.getTime()) / 60_000)
  // After an outage, what waited is due at once and leaves with the next run.
  const isHeld = hold !== null && now.getTime() - hold.until_at.getTime() < LATE_MINUTES * 60_000
  if (late_minutes > LATE_MINUTES && !isHeld) return { why: 'late', late_minutes }
  const next_at = due_at
  if (next_at <= now) return { why: 'sending' }
  if (reason?.startsWith('SendGrid ')) return { why: 'provider_down', reason, next_at }
  if (reason === 'gap') return { why: 'gap', next_at }
  if (isCapReason(reason)) return { why: 'cap_reached', cap: reason, next_at }
  const schedule = { ...next, days_off: noDaysOff, workspace_time_zone: null }
  if (isWindowOpen(now, next, schedule)) return { why: 'later', reason, next_at }
  return { why: 'window_shut', window: describeWindows(next.windows), next_at, time_zone: next.time_zone }
}
