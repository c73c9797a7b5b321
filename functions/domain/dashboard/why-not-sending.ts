import type { DashboardFigures, NextDue } from '../../../db/queries/dashboard.ts'
import type { Config } from '../../config.ts'

/** Why nothing leaves at this moment although something is planned. */
export type WhyNotSending =
  | { why: 'mail_off' | 'queue_off'; missing: readonly string[] }
  | { why: 'paused' }
  | { why: 'late'; since: Date }
  | { why: 'capped' | 'window_shut' | 'not_due'; next: NextDue }

/** A drain may take this long to come; after that something is wrong with the queue. */
const LATE_MS = 20 * 60_000

/** null while mail is leaving or nothing is planned. */
export function whyNotSending(
  figures: Pick<DashboardFigures, 'next' | 'planned_in_paused'>,
  config: Pick<Config, 'mail' | 'queue'>,
  now: Date,
): WhyNotSending | null {
  const { next, planned_in_paused } = figures
  if (next === null && planned_in_paused === 0) return null
  if (config.mail.mode === 'off') return { why: 'mail_off', missing: config.mail.missing }
  if (config.queue.mode === 'off') return { why: 'queue_off', missing: config.queue.missing }
  if (next === null) return { why: 'paused' }
  const late_ms = now.getTime() - next.due_at.getTime()
  if (late_ms > LATE_MS) return { why: 'late', since: next.due_at }
  if (late_ms >= 0) return null
  if (next.reason === 'capped') return { why: 'capped', next }
  return { why: isOpen(next, now) ? 'not_due' : 'window_shut', next }
}

function isOpen(next: NextDue, now: Date): boolean {
  const { weekday, minute } = localTime(now, next.time_zone)
  return next.window_days.includes(weekday) && minute >= next.window_from_minute && minute < next.window_to_minute
}

/** ISO weekday and minutes after midnight. */
function localTime(at: Date, timeZone: string): { weekday: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at)
  const partOf = (type: string) => parts.find((part) => part.type === type)?.value ?? ''
  return {
    weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(partOf('weekday')) + 1,
    minute: Number(partOf('hour')) * 60 + Number(partOf('minute')),
  }
}
