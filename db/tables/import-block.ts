import type { Json } from './columns.ts'

/** Some hundred rows of a file as they were read. */
export interface ImportBlockTable {
  import_id: string
  first_row: number
  row_count: number
  /** cells in the order of the import's columns; [] is a row of somebody who was erased */
  rows: Json<string[][]>
}
