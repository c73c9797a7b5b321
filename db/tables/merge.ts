import type { GeneratedJson, Instant, Json } from './columns.ts'

export type MergeKind = 'person' | 'account'

/** Two records that became one. It can be taken back for some time. */
export interface MergeTable {
  id: string
  event_id: string
  kind: MergeKind
  survivor_id: string
  /** of the record that is no more: once among merges that were not undone */
  lost_id: string
  survivor_name: string
  lost_name: string
  /** the row as it was; null: the time for undoing is over */
  lost: Json<Record<string, unknown>> | null
  /** columns of the survivor that the merge changed: what was there before, and what since */
  changed: GeneratedJson<Record<string, [before: unknown, after: unknown]>>
  merged_by: string | null
  merged_at: Instant
  undone_by: string | null
  undone_at: Instant | null
  /** what undoing could not give back, a sentence each */
  kept: GeneratedJson<string[]>
}
