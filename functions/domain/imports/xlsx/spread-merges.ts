import type { RawRow } from '../raw-row.ts'
import type { Merge } from './sheet-rows.ts'

/** A cell that spans rows holds for each of them: its value is put into those below. Blank rows in between stay blank. */
export function fillDown(rows: readonly RawRow[], merges: readonly Merge[]): void {
  const tall = merges.filter(({ top, bottom }) => bottom > top)
  if (tall.length === 0) return
  const byNumber = new Map(rows.map((row) => [row.number, row]))
  for (const { top, bottom, left } of tall) {
    const value = byNumber.get(top)?.cells[left]
    if (!value) continue
    // A merge may be stated to the end of the sheet.
    for (let number = top + 1; number <= Math.min(bottom, top + rows.length); number++) {
      const cells = byNumber.get(number)?.cells
      if (cells === undefined) continue
      while (cells.length < left) cells.push('')
      cells[left] ||= value
    }
  }
}

/** Of a header of two rows, "Contact" over "Email" and "Phone", the lower one names the columns. */
export function lowerHeader(rows: readonly RawRow[], at: number, merges: readonly Merge[]): number {
  const [upper, lower] = [rows[at], rows[at + 1]]
  if (upper === undefined || lower?.number !== upper.number + 1) return at
  const isGroup = merges.some(({ top, left, right }) => top === upper.number && right > left)
  const filled = (row: RawRow) => row.cells.filter((cell) => cell !== '').length
  const isNamed = lower.cells.every((cell) => cell === '' || (/\p{L}/u.test(cell) && !/@|^\d/.test(cell)))
  return isGroup && isNamed && filled(lower) > filled(upper) && at + 2 < rows.length ? at + 1 : at
}

/** A header cell that spans columns names all of them. */
export function fillRight(header: RawRow, merges: readonly Merge[]): void {
  for (const { top, left, right } of merges) {
    if (top !== header.number || !header.cells[left]) continue
    for (let column = left + 1; column <= Math.min(right, header.cells.length - 1); column++)
      header.cells[column] ||= header.cells[left] ?? ''
  }
}
