import type { Generated } from 'kysely'
import type { Day, Instant } from './columns.ts'

/** A trade show. */
export interface EventTable {
  id: string
  name: string
  venue: string | null
  city: string | null
  country: string | null
  /** IANA name of the venue */
  time_zone: string
  booth: string | null
  starts_on: Day
  ends_on: Day
  /** on each day of the show, minutes after midnight at the venue */
  doors_open_minute: Generated<number>
  doors_close_minute: Generated<number>
  archived_at: Instant | null
  created_at: Instant
  updated_at: Instant
}
