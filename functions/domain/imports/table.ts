import { InvalidError, TooLargeError } from '../../errors.ts'
import { findHeader } from './find-header.ts'
import { LongCellError, MAX_ROWS, type RawRow } from './raw-row.ts'
import type { Merge } from './xlsx/sheet-rows.ts'
import { fillDown, fillRight, lowerHeader } from './xlsx/spread-merges.ts'

export interface Table {
  /** unique, whatever case; a column without a header is called by its place */
  columns: string[]
  /** each as long as `columns` */
  rows: string[][]
  /** where the header stands, as a spreadsheet numbers rows */
  header_row: number
  /** the same of each of `rows`: blank ones in between are none of them */
  row_numbers: number[]
}

/** Which row is the header: by its place among the rows, by its number, or guessed. */
export interface HeaderChoice {
  header_index?: number
  header_row?: number | null
}

/**
 * Takes the header off and makes all rows as wide as the widest. What stands above the header is left out.
 *
 * @param rows those that are not blank, in order; taken apart
 * @throws InvalidError, TooLargeError
 */
export function buildTable(rows: RawRow[], choice: HeaderChoice, merges: readonly Merge[] = []): Table {
  if (rows.length === 0) throw new InvalidError('The file is empty.')
  fillDown(rows, merges)
  const guessed = placeOf(rows, choice)
  const at = choice.header_row == null ? lowerHeader(rows, guessed, merges) : guessed
  const header = rows[at]
  if (header === undefined) throw new InvalidError('The file is empty.')
  const below = rows.length - at - 1
  if (below === 0) throw new InvalidError('The file has a header but no rows.')
  if (below > MAX_ROWS) throw tooManyRows()
  let width = header.cells.length
  for (let index = at + 1; index < rows.length; index++) width = Math.max(width, rows[index]?.cells.length ?? 0)
  while (header.cells.length < width) header.cells.push('')
  fillRight(header, merges)
  const table: Table = {
    columns: nameColumns(header.cells, width),
    rows: [],
    header_row: header.number,
    row_numbers: [],
  }
  for (const { number, cells } of rows.slice(at + 1)) {
    for (let column = cells.length; column < width; column++) cells.push('')
    cells.length = width
    table.rows.push(cells)
    table.row_numbers.push(number)
  }
  return table
}

/** Read so far, a file shows already that it cannot be imported. */
export function refuseMoreRows(rows: readonly RawRow[]): void {
  // The lines above the header and the header itself are no rows.
  if (rows.length > MAX_ROWS + 10) throw tooManyRows()
}

function tooManyRows(): TooLargeError {
  const most = MAX_ROWS.toLocaleString('en-US')
  return new TooLargeError(
    `The file has more than ${most} rows, as many as one import takes. Split it and import the parts.`,
  )
}

/** With the name of the column, which is known once the header has been read. */
export function nameLongCell(error: LongCellError, rows: readonly RawRow[], choice: HeaderChoice): LongCellError {
  const header = rows[placeOf(rows, choice)]
  const name = header && header.number !== error.row_number ? header.cells[error.column] : undefined
  return name ? new LongCellError(error.row_number, error.column, name.slice(0, 60)) : error
}

/** A header of a chosen number that is blank is taken from the row below it. */
function placeOf(rows: readonly RawRow[], { header_index, header_row }: HeaderChoice): number {
  if (header_index !== undefined) return header_index
  if (header_row === null || header_row === undefined) return findHeader(rows)
  const at = rows.findIndex(({ number }) => number >= header_row)
  if (at === -1) throw new InvalidError(`The file has no row ${header_row}.`)
  return at
}

function nameColumns(header: readonly string[], width: number): string[] {
  const taken = new Set<string>()
  return Array.from({ length: width }, (_, index) => {
    const given = (header[index] ?? '').replace(/\s+/g, ' ').trim() || `Column ${index + 1}`
    let name = given
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${given} (${copy})`
    taken.add(name.toLowerCase())
    return name
  })
}
