import type { Day, Instant } from './columns.ts'

/** A day on which the workspace writes to nobody, or to nobody in one country. */
export interface DayOffTable {
  id: string
  on: Day
  /** ISO 3166 alpha-2; null is everywhere */
  country: string | null
  name: string
  created_at: Instant
}
