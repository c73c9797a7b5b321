import type { StagedRow } from '../../../db/queries/import-rows.ts'
import type { Mapping } from './map-columns.ts'

/** Gives the cell of a field, undefined when no column is matched to it. */
export type RowReader<Field extends string> = (row: StagedRow, field: Field) => string | undefined

export function rowReader<Field extends string>(columns: readonly string[], mapping: Mapping<Field>): RowReader<Field> {
  const places = new Map<string, number>()
  for (const [field, column] of Object.entries(mapping)) {
    const place = columns.indexOf(column as string)
    if (place !== -1) places.set(field, place)
  }
  return ({ cells }, field) => {
    const place = places.get(field)
    return place === undefined ? undefined : cells[place]
  }
}
