/** Spreadsheets run a cell that begins so; a number with its sign is only a number. */
const FORMULA = /^\s*[=+\-@|]|^[\t\r]/
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/

/** One line of RFC 4180 with its end. A cell that a spreadsheet would run is led by an apostrophe, which it does not show. */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Excel reads a file as UTF-8 only when it begins with this. */
export const BYTE_ORDER_MARK = '\uFEFF'
