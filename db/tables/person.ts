import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type PersonCategory = 'attendee' | 'sponsor' | 'speaker'

/** Somebody on the list, at an event, usually at an account. */
export interface PersonTable {
  id: string
  event_id: string
  account_id: string | null
  /** as it was given */
  name: string
  /** personNameKey(name) */
  name_key: string
  /** tells two people of one name at one account apart; 0 for the first */
  namesake: Generated<number>
  given_name: string | null
  middle_name: string | null
  family_name: string | null
  name_suffix: string | null
  nickname: string | null
  title: string | null
  category: PersonCategory | null
  country: string | null
  /** IANA name, only when known */
  time_zone: string | null
  /** as it stood in the list */
  qualified: string | null
  revenue_text: string | null
  list_score: number | null
  is_ops: boolean | null
  is_exec: boolean | null
  is_exec_ops: boolean | null
  is_proc: boolean | null
  is_sales: boolean | null
  /** several labels may hold at once */
  personas: Generated<string[]>
  seniority: string | null
  phone: string | null
  linkedin_url: string | null
  owner_id: string | null
  notes: string | null
  replied_at: Instant | null
  booth_visited_at: Instant | null
  meeting_booked_at: Instant | null
  created_at: Instant
  updated_at: Instant
}
