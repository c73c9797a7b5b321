import { InvalidError, TooLargeError } from '../../errors.ts'
import { MAX_FILE_BYTES } from './decode-text.ts'
import { isZip } from './file-format.ts'
import { LongCellError, type RawRow } from './raw-row.ts'
import { openCsv } from './read-csv.ts'
import { buildTable, nameLongCell, refuseMoreRows, type Table } from './table.ts'
import { countRows, openSheet, openWorkbook, type Workbook, type WorkbookSheet } from './xlsx/open-workbook.ts'
import type { Merge } from './xlsx/sheet-rows.ts'

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
  refuseLargeFile(bytes)
  if (!isZip(bytes)) return []
  const workbook = await openWorkbook(bytes)
  const lines: SheetLine[] = []
  for (const sheet of workbook.sheets)
    lines.push({ name: sheet.name, rows: await countRows(workbook, sheet), is_hidden: sheet.is_hidden })
  return lines
}

/**
 * The list in a CSV or XLSX file, told apart by content: every cell as text, dates as ISO 8601, formulas as the values they had last.
 *
 * @throws InvalidError or TooLargeError with words for who chose the file
 */
export async function readTable(bytes: Uint8Array, options: ReadOptions = {}): Promise<SheetTable> {
  const { about, batches, merges } = await openSource(bytes, options)
  const rows: RawRow[] = []
  try {
    for await (const batch of batches) {
      for (const row of batch) rows.push(row)
      refuseMoreRows(rows)
    }
  } catch (error) {
    throw error instanceof LongCellError ? nameLongCell(error, rows, options) : error
  }
  const table = buildTable(rows, options, merges)
  return { ...about, ...table, first_row_number: table.row_numbers[0] ?? table.header_row + 1 }
}

/** The first rows as they stand, so that a person can say which is the header. Blank ones are left out. */
export async function previewLines(bytes: Uint8Array, options: ReadOptions = {}): Promise<PreviewLine[]> {
  const lines: PreviewLine[] = []
  for await (const batch of (await openSource(bytes, options)).batches)
    for (const { number, cells } of batch)
      if (lines.push({ row_number: number, cells: cells.slice(0, 50) }) === PREVIEW_LINES) return lines
  return lines
}

interface Source {
  about: Pick<SheetTable, 'sheet' | 'encoding' | 'delimiter'>
  batches: Iterable<RawRow[]> | AsyncIterable<RawRow[]>
  /** whole once the last batch has been read */
  merges: readonly Merge[]
}

async function openSource(bytes: Uint8Array, { sheet }: ReadOptions): Promise<Source> {
  refuseLargeFile(bytes)
  if (isZip(bytes)) return openChosenSheet(bytes, sheet ?? null)
  const { rows, ...about } = openCsv(bytes)
  return { about: { sheet: null, ...about }, batches: inBatches(rows), merges: [] }
}

async function openChosenSheet(bytes: Uint8Array, name: string | null): Promise<Source> {
  const workbook = await openWorkbook(bytes)
  const sheet = name === null ? await firstWithRows(workbook) : workbook.sheets.find((one) => one.name === name)
  if (sheet === undefined) throw new InvalidError(`The workbook has no sheet “${(name ?? '').slice(0, 100)}”.`)
  return { about: { sheet: sheet.name }, ...(await openSheet(workbook, sheet)) }
}

/** One that is shown before one that is hidden. */
async function firstWithRows(workbook: Workbook): Promise<WorkbookSheet | undefined> {
  const shown = workbook.sheets.filter(({ is_hidden }) => !is_hidden)
  const candidates = shown.length > 0 ? shown : workbook.sheets
  for (const sheet of candidates) if (candidates.length === 1 || (await hasRows(workbook, sheet))) return sheet
  return candidates[0]
}

async function hasRows(workbook: Workbook, sheet: WorkbookSheet): Promise<boolean> {
  let rows = 0
  for await (const batch of (await openSheet(workbook, sheet)).batches) {
    rows += batch.length
    // The header and one more.
    if (rows > 1) return true
  }
  return false
}

/** A step for each row would be most of the time. */
function* inBatches(rows: Iterable<RawRow>): Generator<RawRow[]> {
  let batch: RawRow[] = []
  try {
    for (const row of rows) {
      if (batch.push(row) < 1000) continue
      yield batch
      batch = []
    }
  } catch (error) {
    // The header among them names the column of the cell that is too long.
    yield batch
    throw error
  }
  yield batch
}

function refuseLargeFile(bytes: Uint8Array): void {
  if (bytes.length > MAX_FILE_BYTES)
    throw new TooLargeError('The file is larger than 50 MB. Split it and import the parts.')
}
