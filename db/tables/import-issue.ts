/** What the check found wrong with a cell before anything was imported. */
export interface ImportIssueTable {
  import_id: string
  row_number: number
  /** of the mapping */
  field: string
  message: string
  /** the row cannot be taken; otherwise only the cell is left out */
  rejects: boolean
}
