import { InvalidError, TooLargeError } from '../../errors.ts'
import { LongCellError } from './csv-rows.ts'
import { MAX_FILE_BYTES } from './decode-text.ts'
import { isZip } from './file-format.ts'
import type { RawRow } from './raw-row.ts'
import { openCsv } from './read-csv.ts'
import { buildTable, nameLongCell, refuseMoreRows, type Table } from './table.ts'

const PREVIEW_LINES = 12

/** A list as a file holds it. */
export interface SheetTable extends Table {
  /** null in a CSV */
  sheet: string | null
  /** the number of the first of `rows`, as a spreadsheet numbers rows */
  first_row_number: number
  /** of a CSV */
  encoding?: string
  /** of a CSV */
  delimiter?: string
}

export interface ReadOptions {
  /** name of a sheet; else the first that is shown and has rows */
  sheet?: string | null
  /** where the header stands, as a spreadsheet numbers rows; else it is guessed, and up to five lines above it are left out */
  header_row?: number | null
}

/** For who chooses a sheet. */
export interface SheetLine {
  name: string
  /** as the sheet states it, the header counted */
  rows: number
  is_hidden: boolean
}

/** A line for who chooses the header row. */
export interface PreviewLine {
  row_number: number
  cells: string[]
}

/** The sheets of a workbook in their order; none in a CSV. By content, whatever the file is called. */
export async function listSheets(bytes: Uint8Array): Promise<SheetLine[]> {
  openSource(bytes, {})
  return []
}

/**
 * The list in a CSV or XLSX file, told apart by content: every cell as text, dates as ISO 8601, formulas as the values they had last.
 *
 * @throws InvalidError or TooLargeError with words for who chose the file
 */
export async function readTable(bytes: Uint8Array, options: ReadOptions = {}): Promise<SheetTable> {
  const source = openSource(bytes, options)
  const rows: RawRow[] = []
  try {
    for await (const row of source.rows) {
      rows.push(row)
      refuseMoreRows(rows)
    }
  } catch (error) {
    throw error instanceof LongCellError ? nameLongCell(error, rows, options) : error
  }
  const table = buildTable(rows, options)
  return { ...source.about, ...table, first_row_number: table.row_numbers[0] ?? table.header_row + 1 }
}

/** The first rows as they stand, so that a person can say which is the header. Blank ones are left out. */
export async function previewLines(bytes: Uint8Array, options: ReadOptions = {}): Promise<PreviewLine[]> {
  const lines: PreviewLine[] = []
  for await (const { number, cells } of openSource(bytes, options).rows)
    if (lines.push({ row_number: number, cells: cells.slice(0, 50) }) === PREVIEW_LINES) break
  return lines
}

interface Source {
  about: Pick<SheetTable, 'sheet' | 'encoding' | 'delimiter'>
  rows: Iterable<RawRow> | AsyncIterable<RawRow>
}

function openSource(bytes: Uint8Array, _options: ReadOptions): Source {
  if (bytes.length > MAX_FILE_BYTES)
    throw new TooLargeError('The file is larger than 50 MB. Split it and import the parts.')
  if (isZip(bytes))
    throw new InvalidError('Excel workbooks cannot be read yet. Save the sheet as CSV (File → Save as → CSV UTF-8).')
  const { rows, ...about } = openCsv(bytes)
  return { about: { sheet: null, ...about }, rows }
}
