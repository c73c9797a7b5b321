import { InvalidError } from '../../errors.ts'

/** A line of a file or a sheet before anybody knows what its cells are. */
export interface RawRow {
  /** as a spreadsheet numbers it: from 1, blank lines counted, a quoted cell of several lines is one row */
  number: number
  cells: string[]
}

/** As many as one import takes. */
export const MAX_ROWS = 100_000
export const MAX_COLUMNS = 200

/** What a cell of a spreadsheet may hold; more is a file gone wrong. */
export const MAX_CELL_CHARACTERS = 32_767

export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell === '')

/** Whoever knows the header catches it and names the column. */
export class LongCellError extends InvalidError {
  constructor(
    readonly row_number: number,
    readonly column: number,
    readonly column_name: string = String(column + 1),
  ) {
    const most = MAX_CELL_CHARACTERS.toLocaleString('en-US')
    super(`The cell in row ${row_number}, column ${column_name} has more than ${most} characters.`)
  }
}
