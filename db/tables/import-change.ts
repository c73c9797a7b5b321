import type { Instant, Json } from './columns.ts'

/**
 * What an import did to a record that a row of its own does not tell: the fields it changed, or an account that a list of people
 * brought along. One for each record, so it is never larger than the record.
 */
export interface ImportChangeTable {
  import_id: string
  record_id: string
  kind: 'account' | 'person'
  is_new: boolean
  before: Json<Record<string, unknown>>
  after: Json<Record<string, unknown>>
  /** of its last change */
  at: Instant
  /** as in import_row; null until the import is undone */
  undone: string | null
}
