import { csvRows } from './csv-rows.ts'
import { findHeader } from './find-header.ts'

const SAMPLE_CHARACTERS = 65_536
const SAMPLE_ROWS = 40
const DELIMITERS = [',', ';', '\t', '|', '~', '^', ':']

export interface Dialect {
  delimiter: string
  /** characters before the first line: Excel may write the delimiter into a line of its own */
  skip: number
}

/** What separates the cells of a file: with it, most rows are as wide as the header, and the header is as wide as can be. */
export function readDialect(beginning: string): Dialect {
  const stated = /^\uFEFF?sep=(.)\r?\n/i.exec(beginning)
  if (stated?.[1]) return { delimiter: stated[1], skip: stated[0].length }
  const sample = beginning.slice(0, SAMPLE_CHARACTERS)
  const scored = DELIMITERS.map((delimiter) => ({ delimiter, score: score(sample, delimiter) }))
  const best = scored.reduce((most, candidate) => (candidate.score > most.score ? candidate : most))
  return { delimiter: best.score > 0 ? best.delimiter : ',', skip: 0 }
}

function score(sample: string, delimiter: string): number {
  const rows = []
  const isWhole = sample.length < SAMPLE_CHARACTERS
  try {
    for (const row of csvRows([sample], { delimiter, isWhole })) if (rows.push(row) === SAMPLE_ROWS) break
  } catch {
    // Where a quote is not closed the rows before it tell.
  }
  const at = findHeader(rows)
  const width = rows[at]?.cells.length ?? 0
  const below = rows.slice(at + 1)
  const alike = below.filter(({ cells }) => cells.length > 1 && cells.length <= width).length
  const share = below.length === 0 ? 1 : alike / below.length
  // Times and addresses of the web have colons, and a decimal comma makes rows wider than their header.
  const isSure = at === 0 || delimiter !== ':'
  return isSure ? (width - 1) * share * (at === 0 ? 1 : 0.4) : 0
}
