import { InvalidError } from '../../../errors.ts'
import { LongCellError, MAX_CELL_CHARACTERS, MAX_COLUMNS, type RawRow } from '../raw-row.ts'
import { type NumberKind, numberText } from './number-formats.ts'
import { damaged } from './unzip.ts'
import { attribute, characterOf, type XmlHandler } from './xml-scanner.ts'

/** Of the sheet, from 0 for columns, from 1 for rows. */
export interface Merge {
  top: number
  bottom: number
  left: number
  right: number
}

/** What the cells of a sheet refer to. */
export interface CellContext {
  shared: readonly string[]
  /** of each cell style */
  kinds: readonly NumberKind[]
  is_1904: boolean
}

const LAST_ROW = 1_048_576
const MOST_MERGES = 200_000

/** Makes rows of a sheet's XML: `take` what has come, as often as some has. Blank rows are none. */
export class SheetRows implements XmlHandler {
  readonly merges: Merge[] = []
  #rows: RawRow[] = []
  #row: RawRow = { number: 0, cells: [] }
  #column = -1
  #type = ''
  #style = 0
  #value = ''
  #isInData = false
  #isInCell = false
  /** within <v>, or within <t> of an inline string */
  #isValue = false
  /** within how a word is read aloud */
  #isPhonetic = false

  constructor(readonly context: CellContext) {}

  take(): RawRow[] {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  open(name: string, tag: string): void {
    switch (name) {
      case 'sheetData':
        this.#isInData = true
        break
      case 'row':
        if (this.#isInData) this.#row = { number: rowNumber(attribute(tag, 'r'), this.#row.number), cells: [] }
        this.#column = -1
        break
      case 'c':
        if (this.#isInData) this.#openCell(tag)
        break
      case 'v':
      case 't':
        this.#isValue = this.#isInCell && !this.#isPhonetic
        break
      case 'rPh':
        this.#isPhonetic = true
        break
      case 'mergeCell':
        if (this.merges.length < MOST_MERGES) this.merges.push(...mergeOf(attribute(tag, 'ref') ?? ''))
        break
    }
  }

  close(name: string): void {
    switch (name) {
      case 'sheetData':
        this.#isInData = false
        break
      case 'row':
        if (this.#isInData && this.#row.cells.length > 0) this.#rows.push(this.#row)
        break
      case 'c':
        if (this.#isInCell) this.#closeCell()
        break
      case 'v':
      case 't':
        this.#isValue = false
        break
      case 'rPh':
        this.#isPhonetic = false
        break
    }
  }

  text(text: string): void {
    if (!this.#isValue) return
    this.#value += text
    // A text of a megabyte would be refused only when it has been read whole.
    if (this.#value.length > MAX_CELL_CHARACTERS * 8) throw new LongCellError(this.#row.number, this.#column)
  }

  #openCell(tag: string): void {
    const column = columnOf(attribute(tag, 'r') ?? '')
    this.#column = column ?? this.#column + 1
    this.#type = attribute(tag, 't') ?? 'n'
    this.#style = Number(attribute(tag, 's') ?? 0)
    this.#value = ''
    this.#isInCell = true
  }

  #closeCell(): void {
    this.#isInCell = false
    const text = this.#cellText().trim()
    if (text === '') return
    const { cells, number } = this.#row
    if (text.length > MAX_CELL_CHARACTERS) throw new LongCellError(number, this.#column)
    if (this.#column >= MAX_COLUMNS)
      throw new InvalidError(
        `The sheet has a value in column ${this.#column + 1} (row ${number}); at most ${MAX_COLUMNS} columns can be read.`,
      )
    while (cells.length < this.#column) cells.push('')
    cells[this.#column] = text
  }

  #cellText(): string {
    const value = this.#value
    const { shared, kinds, is_1904 } = this.context
    switch (this.#type) {
      case 's':
        return value.trim() === '' ? '' : this.#sharedText(shared[Number(value)])
      case 'b':
        return value.trim() === '' ? '' : /^\s*(?:1|true)\s*$/i.test(value) ? 'TRUE' : 'FALSE'
      case 'd':
        return value.replace(/T00:00:00(?:\.0+)?Z?$/, '')
      case 'n':
        return numberText(value, kinds[this.#style] ?? 'plain', is_1904)
      default:
        return cellText(value)
    }
  }

  #sharedText(text: string | undefined): string {
    if (text === undefined) throw damaged(`the cell in row ${this.#row.number} refers to a text that is not in it`)
    return text
  }
}

/** Excel writes characters that XML cannot have as `_x000D_`, and an underscore before such a word as `_x005F_`. */
export function cellText(text: string): string {
  const plain = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
  if (!plain.includes('_x')) return plain
  return plain.replace(/_x([\dA-Fa-f]{4})_/g, (_, hex: string) => characterOf(Number.parseInt(hex, 16)))
}

/** A number that is missing, no number or goes backwards is the next one. */
function rowNumber(stated: string | null, before: number): number {
  const number = stated === null ? Number.NaN : Number(stated)
  if (number > LAST_ROW) throw damaged(`it has a row ${stated?.slice(0, 20)}, beyond the last one a sheet can have`)
  return Number.isInteger(number) && number > before ? number : before + 1
}

/** "AB12" is 27; null for what is no reference. */
function columnOf(reference: string): number | null {
  let column = 0
  let at = 0
  for (; at < reference.length && at < 4; at++) {
    const letter = reference.charCodeAt(at) & ~32
    if (letter < 65 || letter > 90) break
    column = column * 26 + letter - 64
  }
  return at === 0 || at === 4 || !/^\$?\d*$/.test(reference.slice(at)) ? null : column - 1
}

function mergeOf(range: string): Merge[] {
  const [, left, top, right, bottom] = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/i.exec(range) ?? []
  const columns = [columnOf(left ?? ''), columnOf(right ?? '')]
  if (columns[0] === null || columns[1] === null || top === undefined) return []
  return [{ top: Number(top), bottom: Number(bottom), left: columns[0] ?? 0, right: columns[1] ?? 0 }]
}
