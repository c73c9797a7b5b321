export type ImportRowStatus = 'new' | 'updated' | 'duplicate' | 'rejected'

/** What became of one row of an imported file. Its cells are in import_block. */
export interface ImportRowTable {
  import_id: string
  /** 1 is the first row under the header */
  row_number: number
  status: ImportRowStatus
  reason: string | null
  /** the account or person it became */
  record_id: string | null
  /** what undoing did about it: 'removed', 'restored', or 'kept: ' and why; null when there was nothing to do or not yet */
  undone: string | null
}
