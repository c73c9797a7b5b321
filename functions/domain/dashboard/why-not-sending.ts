import type { DashboardFigures, NextDue } from '../../../db/queries/dashboard.ts'
import type { Config } from '../../config.ts'
import { isWindowOpen } from '../sequences/plan.ts'

/** Why nothing leaves at this moment although something is planned. */
export type WhyNotSending =
  | { why: 'mail_off' | 'queue_off'; missing: readonly string[] }
  | { why: 'paused' }
  | { why: 'late'; since: Date }
  | { why: 'provider_down' | 'cap_reached' | 'window_shut' | 'not_due'; next: NextDue }

/** A drain may take this long to come; after that something is wrong with the queue. */
const LATE_MS = 20 * 60_000

/** null while mail is leaving or nothing is planned. For one sequence, `whyNotNow` asks the database itself. */
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
  if (next.reason?.startsWith('SendGrid ')) return { why: 'provider_down', next }
  if (next.reason === 'cap_reached') return { why: 'cap_reached', next }
  return { why: isWindowOpen(now, next.time_zone, next) ? 'not_due' : 'window_shut', next }
}
