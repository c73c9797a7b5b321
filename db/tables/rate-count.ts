import type { Instant } from './columns.ts'

/** Hits in a window, counted here only while Redis cannot be asked. */
export interface RateCountTable {
  rule: string
  key_hash: string
  window_start: Instant
  count: number
}
