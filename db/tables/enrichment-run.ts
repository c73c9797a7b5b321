import type { Generated } from 'kysely'
import type { Instant } from './columns.ts'

export type EnrichmentKind = 'website' | 'email-pattern' | 'generate-emails' | 'verify'
export type EnrichmentSubjectKind = 'account' | 'person'
export type EnrichmentRunStatus = 'running' | 'completed' | 'cancelled'

/** The same enrichment over a selection. total = done + failed + cancelled once it is over. */
export interface EnrichmentRunTable {
  id: string
  event_id: string
  user_id: string | null
  kind: EnrichmentKind
  subject_kind: EnrichmentSubjectKind
  status: Generated<EnrichmentRunStatus>
  /** hash of what is done to whom; two with the same one do not run at once */
  selection_key: string
  total: number
  done_count: Generated<number>
  failed_count: Generated<number>
  cancelled_count: Generated<number>
  created_at: Instant
  finished_at: Instant | null
}
