import type { Instant } from './columns.ts'

/** A habit of writing addresses at a domain, with its weight among the habits seen there. */
export interface PatternTable {
  id: string
  domain: string
  /** e.g. first.last */
  pattern: string
  /** 0 to 1, the posterior share */
  weight: number
  /** how many known addresses speak for it */
  support: number
  /** how many known addresses were looked at */
  evidence: number
  updated_at: Instant
}
