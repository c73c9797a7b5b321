import type { Generated } from 'kysely'
import type { Instant, Json } from './columns.ts'

export type ResearchStatus = 'to_do' | 'in_progress' | 'done' | 'not_found'

/** Who finds out about an account; what is found lands on the account. One row an account. */
export interface ResearchTable {
  account_id: string
  event_id: string
  status: Generated<ResearchStatus>
  assignee_id: string | null
  /** in the facilities of the account, a percentage */
  confidence: number | null
  /** addresses of web pages, at most ten */
  evidence: Json<string[]>
  notes: string | null
  /** kept by trigger: the list's formula of its score, facilities and the confidence in them */
  priority: Generated<number>
  added_at: Instant
  updated_at: Instant
}
