import { readDialect } from './csv-dialect.ts'
import { csvRows } from './csv-rows.ts'
import { type Encoding, encodingOf, textChunks } from './decode-text.ts'
import type { RawRow } from './raw-row.ts'
import { buildTable } from './table.ts'

export interface CsvTable {
  /** unique; a column without a header is called by its place */
  columns: string[]
  /** each as long as `columns` */
  rows: string[][]
}

export interface CsvFile {
  encoding: Encoding
  delimiter: string
  rows: Iterable<RawRow>
}

/** Finds out how a CSV is written; its rows are read as they are asked for. */
export function openCsv(bytes: Uint8Array): CsvFile {
  const encoding = encodingOf(bytes)
  const chunks = textChunks(bytes, encoding)
  const first: string = chunks.next().value ?? ''
  const { delimiter, skip } = readDialect(first)
  function* all() {
    yield first.slice(skip)
    yield* chunks
  }
  return { encoding, delimiter, rows: csvRows(all(), { delimiter, isWhole: true }) }
}

/**
 * Reads a CSV file whose first line with text in it is the header. Lines of nothing but delimiters are no rows, short rows are filled up,
 * and what stands beyond the last header gets a column of its own.
 *
 * @throws InvalidError naming the row when a quote is never closed
 */
export function readCsv(bytes: Uint8Array): CsvTable {
  const { columns, rows } = buildTable([...openCsv(bytes).rows], { header_index: 0 })
  return { columns, rows }
}
