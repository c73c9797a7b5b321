import type { Generated } from 'kysely'
import type { GeneratedJson, Instant } from './columns.ts'

export type SequenceStatus = 'draft' | 'active' | 'paused' | 'archived'

/** One stretch of a weekday in which mails may leave, on the recipient's clock. */
export interface SendWindow {
  /** ISO: 1 is Monday */
  day: number
  from_minute: number
  /** exclusive */
  to_minute: number
}
export type ColleagueReply = 'nothing' | 'hold' | 'stop'

/** Several steps towards a person. Its text lives in step rows, one set a version. */
export interface SequenceTable {
  id: string
  event_id: string
  campaign_id: string | null
  name: string
  status: Generated<SequenceStatus>
  owner_id: string
  /** the newest version; enrollments keep their own */
  version: Generated<number>
  from_name: string
  from_address: string
  reply_to: string | null
  /** several a weekday, sorted and disjoint */
  windows: GeneratedJson<SendWindow[]>
  /** nobody is written to on a public holiday of their country, nor on one of the workspace's own days off */
  skip_holidays: Generated<boolean>
  /** used when the recipient's own zone is not known */
  time_zone: string
  /** a guessed address below this is left out */
  min_confidence: Generated<number>
  /** mails a day from this sequence */
  daily_cap: Generated<number>
  track_opens: Generated<boolean>
  track_clicks: Generated<boolean>
  /** why we may write: the legitimate-interest note shown in the footer; empty is not enough for the EU, EEA, UK and Switzerland */
  contact_reason: string
  /** when somebody with the same account_key replies */
  colleague_reply: Generated<ColleagueReply>
  /** a click of a human ends it, too */
  stop_on_click: Generated<boolean>
  /** statuses of an account at which nobody there is written to any more */
  stop_account_statuses: Generated<string[]>
  /** ISO 3166 alpha-2: opens and clicks of recipients there are not tracked, whatever else is set */
  untracked_countries: Generated<string[]>
  /** bounces and complaints of mails before this moment have led to a pause already */
  rated_from: Instant | null
  activated_at: Instant | null
  paused_at: Instant | null
  pause_reason: string | null
  created_at: Instant
  updated_at: Instant
}
