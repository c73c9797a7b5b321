import { InvalidError } from '../../errors.ts'
import { isBlank, LongCellError, MAX_CELL_CHARACTERS, MAX_COLUMNS, type RawRow } from './raw-row.ts'

const QUOTE = 34
const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const SPACE = 32
const TAB = 9

/** Far more in one line than any list has columns is no list: 50 MB of delimiters would be as many cells. */
const MOST_CELLS = 25 * MAX_COLUMNS

/** A row is read anew when its end has not come yet; a longer one is refused, so that no file is read over and over. */
const MOST_CHARACTERS_A_ROW = 4_000_000

interface CsvOptions {
  delimiter: string
  /** false: the text is the beginning of a file, and what it cuts off is no row */
  isWhole: boolean
}

/**
 * The rows of a CSV that are not blank, their cells trimmed unless quoted. As in RFC 4180, and what programs write beside it: quotes within
 * an unquoted cell, text after a closing quote, and lines that end with a carriage return alone.
 *
 * @throws InvalidError naming the row when a quote is never closed, or a cell or line never ends
 */
export function* csvRows(chunks: Iterable<string>, { delimiter, isWhole }: CsvOptions): Generator<RawRow> {
  const reader = { text: '', at: 0, mark: delimiter.charCodeAt(0), number: 1, end: 0, isEnd: false }
  function* rowsSoFar(): Generator<RawRow> {
    while (reader.at < reader.text.length) {
      const cells = readRow(reader)
      if (cells === null) break
      if (cells.length > MAX_COLUMNS) refuseWideRow(cells, reader.number)
      if (!isBlank(cells)) yield { number: reader.number, cells }
      reader.number++
    }
    if (reader.text.length - reader.at > MOST_CHARACTERS_A_ROW)
      throw new InvalidError(`Row ${reader.number} of the file has more than ${MOST_CHARACTERS_A_ROW} characters.`)
  }
  for (const chunk of chunks) {
    reader.text = reader.text.slice(reader.at) + chunk
    reader.at = 0
    yield* rowsSoFar()
  }
  if (!isWhole) return
  reader.isEnd = true
  yield* rowsSoFar()
}

/** Delimiters at the end of a line are no columns. */
function refuseWideRow(cells: string[], number: number): void {
  while (cells.at(-1) === '') cells.pop()
  if (cells.length > MAX_COLUMNS)
    throw new InvalidError(`Row ${number} of the file has ${cells.length} columns; at most ${MAX_COLUMNS} can be read.`)
}

interface Reader {
  text: string
  at: number
  /** code of the delimiter */
  mark: number
  number: number
  /** of the cell that was read last */
  end: number
  isEnd: boolean
}

/** The cells of the row that begins at `at`, which moves behind it; null when its end is not in the text yet. */
function readRow(reader: Reader): string[] | null {
  const { text, mark, isEnd } = reader
  const cells: string[] = []
  for (let at = reader.at; ; at = reader.end + 1) {
    const value = readCell(reader, at, cells.length)
    if (value === null) return null
    cells.push(value)
    if (cells.length > MOST_CELLS)
      throw new InvalidError(
        `A line of the file has more than ${MOST_CELLS} cells; at most ${MAX_COLUMNS} can be read.`,
      )
    const { end } = reader
    const code = text.charCodeAt(end)
    if (code === mark) continue
    // A line feed may follow in what has not come yet.
    if (code === CARRIAGE_RETURN && end + 1 === text.length && !isEnd) return null
    const isPair = code === CARRIAGE_RETURN && text.charCodeAt(end + 1) === LINE_FEED
    reader.at = end + (isPair ? 2 : 1)
    return cells
  }
}

/** Its value; `end` is moved to the delimiter or the end of the line behind it. */
function readCell(reader: Reader, from: number, column: number): string | null {
  const { text, mark, isEnd } = reader
  const begin = skipBlanks(text, from, mark)
  let end = begin
  const first = text.charCodeAt(begin)
  if (first === mark) {
    reader.end = begin
    return ''
  }
  if (first === QUOTE) {
    const close = closingQuote(text, begin + 1)
    if (close === -1 || (close + 1 === text.length && !isEnd)) {
      refuseOpenQuote(reader, text.length - begin, column)
      return null
    }
    end = skipBlanks(text, close + 1, mark)
    if (isOver(text, end, mark)) {
      reader.end = end
      return checked(reader, unquoted(text.slice(begin + 1, close)), column)
    }
  }
  while (!isOver(text, end, mark)) end++
  if (end === text.length && !isEnd) {
    if (end - begin > MAX_CELL_CHARACTERS) throw new LongCellError(reader.number, column)
    return null
  }
  reader.end = end
  return checked(reader, text.slice(begin, end).trim(), column)
}

function skipBlanks(text: string, from: number, mark: number): number {
  let at = from
  for (let code = text.charCodeAt(at); (code === SPACE || code === TAB) && code !== mark; code = text.charCodeAt(at))
    at++
  return at
}

function isOver(text: string, at: number, mark: number): boolean {
  const code = text.charCodeAt(at)
  return code === mark || code === LINE_FEED || code === CARRIAGE_RETURN || at >= text.length
}

/** A doubled quote stands for one and closes nothing. */
function closingQuote(text: string, from: number): number {
  for (let at = from; ; at += 2) {
    at = text.indexOf('"', at)
    if (at === -1 || text.charCodeAt(at + 1) !== QUOTE) return at
  }
}

const unquoted = (text: string) => (text.includes('"') ? text.replaceAll('""', '"') : text)

function refuseOpenQuote(reader: Reader, length: number, column: number): void {
  if (reader.isEnd)
    throw new InvalidError(`A quote is opened and never closed (row ${reader.number}, column ${column + 1}).`)
  if (length > MAX_CELL_CHARACTERS * 2) throw new LongCellError(reader.number, column)
}

function checked(reader: Reader, value: string, column: number): string {
  if (value.length > MAX_CELL_CHARACTERS) throw new LongCellError(reader.number, column)
  return value
}
