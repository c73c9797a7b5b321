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
  archived_at: Instant | null
  created_at: Instant
  updated_at: Instant
}
