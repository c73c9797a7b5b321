import type { NextDue } from '../../../db/queries/next-due.ts'
import type { CampaignStatus } from '../../../db/tables/campaign.ts'
import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { Config } from '../../config.ts'
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
  | { why: 'window_shut'; window: string; next_at: Date }
  | { why: 'cap_reached'; next_at: Date }
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
  return { why: figures.active > 0 || figures.finished + figures.stopped === 0 ? 'nobody' : 'done' }
}

function whyNotNext(next: NextDue, now: Date): WhyNotNow {
  const { due_at: next_at, reason } = next
  const late_minutes = Math.round((now.getTime() - next_at.getTime()) / 60_000)
  if (late_minutes > LATE_MINUTES) return { why: 'late', late_minutes }
  if (next_at <= now) return { why: 'sending' }
  if (reason?.startsWith('SendGrid ')) return { why: 'provider_down', reason, next_at }
  if (reason === 'cap_reached') return { why: 'cap_reached', next_at }
  const schedule = { ...next, days_off: noDaysOff, workspace_time_zone: null }
  if (isWindowOpen(now, next, schedule)) return { why: 'later', reason, next_at }
  return { why: 'window_shut', window: describeWindows(next.windows), next_at }
}
