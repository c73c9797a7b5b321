import type { Instant } from './columns.ts'

/** What holds more than one mail back, and until when. */
export interface HoldTable {
  /** `provider`: it took nothing, and is asked again at `until_at` */
  key: string
  until_at: Instant
  reason: string
  since_at: Instant
}
