import type { Json } from './columns.ts'

/** A row that a merge moved, changed, removed or added. */
export interface MergeRowTable {
  merge_id: string
  /** the table, or what was done to a row of it: see db/queries/merge-references.ts */
  kind: string
  row_id: string
  /** null: all that changed is whom it belongs to, or it is new */
  before: Json<Record<string, unknown>> | null
  /** null: it was removed, or nobody asks */
  after: Json<Record<string, unknown>> | null
}
