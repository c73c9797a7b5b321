import { mapColumns } from '../domain/imports/map-columns.ts'
import { flagCell, textCell } from '../domain/imports/read-cells.ts'
import { readCsv } from '../domain/imports/read-csv.ts'
import { type Persona, type PersonaFlags, personasFor } from '../domain/people/personas.ts'
import { InvalidError } from '../errors.ts'

/** Shares are of people; null where nobody is asked about: a share of nobody is none. */
export interface FlagFigures {
  precision: number | null
  recall: number | null
  f1: number | null
  right: number
  wrong: number
  missed: number
}

/** The persona that a title must show for a list's flag. */
const personaOf: Record<keyof PersonaFlags, Persona> = {
  is_ops: 'operations',
  is_exec: 'executive',
  is_exec_ops: 'executive_operations',
  is_proc: 'procurement',
  is_sales: 'sales',
}

/**
 * Asks the titles of a list of people for their personas and compares what they say with the list's own flags.
 *
 * @throws InvalidError when the list has no titles, or none of the flags
 */
export function evaluatePersonas(
  bytes: Uint8Array,
): { people: number } & Partial<Record<keyof PersonaFlags, FlagFigures>> {
  const { columns, rows } = readCsv(bytes)
  const { kind, mapping } = mapColumns(columns)
  const flags = Object.keys(personaOf) as (keyof PersonaFlags)[]
  const present = kind === 'people' && mapping.title !== undefined ? flags.filter((flag) => mapping[flag]) : []
  if (kind !== 'people' || present.length === 0)
    throw new InvalidError(`The list needs job titles and one of the columns ${flags.join(', ')}.`)
  const cellOf = (row: readonly string[], column: string | undefined) => row[columns.indexOf(column ?? '')]
  const titled = rows.map((row) => ({ row, personas: personasFor({ title: textCell(cellOf(row, mapping.title)) }) }))
  const figures = present.map((flag) => {
    const counts = { right: 0, wrong: 0, missed: 0 }
    for (const { row, personas } of titled) {
      const isFlagged = flagCell(cellOf(row, mapping[flag])) === true
      const isFound = personas.includes(personaOf[flag])
      if (isFound) counts[isFlagged ? 'right' : 'wrong'] += 1
      else if (isFlagged) counts.missed += 1
    }
    return [flag, figuresOf(counts)] as const
  })
  return { people: rows.length, ...Object.fromEntries(figures) }
}

function figuresOf(counts: { right: number; wrong: number; missed: number }): FlagFigures {
  const { right, wrong, missed } = counts
  const share = (of: number, all: number) => (all === 0 ? null : Math.round((of / all) * 10_000) / 10_000)
  return {
    precision: share(right, right + wrong),
    recall: share(right, right + missed),
    f1: share(2 * right, 2 * right + wrong + missed),
    ...counts,
  }
}
