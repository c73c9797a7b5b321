import { CsvError, parse } from 'csv-parse/sync'
import { InvalidError, TooLargeError } from '../../errors.ts'
import { decodeText } from './decode-text.ts'

const MAX_ROWS = 100_000
const MAX_COLUMNS = 200

export interface CsvTable {
  /** unique; a column without a header is called by its place */
  columns: string[]
  /** each as long as `columns` */
  rows: string[][]
}

/**
 * Reads a CSV file: the first line with text in it is the header, lines of nothing but delimiters are no rows, short rows are filled up, and
 * what stands beyond the last header gets a column of its own.
 *
 * @throws InvalidError naming the line when a quote is never closed
 */
export function readCsv(bytes: Uint8Array): CsvTable {
  const { text, delimiter } = takeDelimiter(decodeText(bytes))
  refuseEndlessLine(text, delimiter)
  const [header, ...rows] = parseRecords(text, delimiter)
  if (header === undefined) throw new InvalidError('The file is empty.')
  if (rows.length === 0) throw new InvalidError('The file has a header but no rows.')
  if (rows.length > MAX_ROWS)
    throw new TooLargeError(
      `The file has more than ${MAX_ROWS} rows, as many as one import takes. Split it and import the parts.`,
    )
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), header.length)
  if (width > MAX_COLUMNS) throw new InvalidError(`The file has ${width} columns; at most ${MAX_COLUMNS} can be read.`)
  const columns = nameColumns(header, width)
  return { columns, rows: rows.map((row) => columns.map((_, index) => row[index] ?? '')) }
}

/** 50 MB of delimiters are as many cells to the parser; far more in one line than any list has columns is no list. */
function refuseEndlessLine(text: string, delimiter: string): void {
  const most = 25 * MAX_COLUMNS
  const [quote, comma, lineFeed, carriageReturn] = ['"', delimiter, '\n', '\r'].map((mark) => mark.charCodeAt(0))
  let cells = 0
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === quote) isQuoted = !isQuoted
    else if (code === lineFeed || code === carriageReturn) cells = 0
    else if (code === comma && !isQuoted && ++cells > most)
      throw new InvalidError(`A line of the file has more than ${most} cells; at most ${MAX_COLUMNS} can be read.`)
  }
}

function parseRecords(text: string, delimiter: string): string[][] {
  try {
    return parse(text, {
      delimiter,
      bom: true,
      trim: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      // The header and one too many: 50 MB of short lines would take minutes, and gigabytes.
      to: MAX_ROWS + 2,
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    throw new InvalidError(
      error.code === 'CSV_QUOTE_NOT_CLOSED'
        ? `A quote is opened and never closed (line ${Number(error.lines)}).`
        : `The file is not CSV: ${error.message}`,
    )
  }
}

/** Excel may write the delimiter into a first line of its own; else it is what separates the header best. */
function takeDelimiter(text: string): { text: string; delimiter: string } {
  const stated = /^\uFEFF?sep=(.)\r?\n/i.exec(text)
  if (stated?.[1]) return { text: text.slice(stated[0].length), delimiter: stated[1] }
  const header = firstLine(text)
  const counts = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }))
  const best = counts.reduce((most, candidate) => (candidate.count > most.count ? candidate : most))
  return { text, delimiter: best.delimiter }
}

/** Quoted parts left out: a delimiter inside quotes separates nothing. */
function firstLine(text: string): string {
  const unquoted = text
    .slice(0, 65_536)
    .trimStart()
    .replace(/"(?:[^"]|"")*"/g, '')
  return unquoted.split(/\r\n|\r|\n/, 1)[0] ?? ''
}

function nameColumns(header: string[], width: number): string[] {
  const taken = new Set<string>()
  return Array.from({ length: width }, (_, index) => {
    const given = (header[index] ?? '').replace(/\s+/g, ' ').trim() || `Column ${index + 1}`
    let name = given
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = `${given} (${copy})`
    taken.add(name.toLowerCase())
    return name
  })
}
