import * as v from 'valibot'
import type { Cursor, Order } from '../../db/queries/keyset.ts'
import { uuid } from '../uuid.ts'

const MAX_LENGTH = 500

/** What PostgreSQL takes for a value of each type; a cursor somebody made up must not become its error. */
const values: Record<Order['type'], RegExp> = {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL is what PostgreSQL refuses in a text
  text: /^[^\u0000]*$/,
  integer: /^-?\d{1,9}$/,
  'double precision': /^-?\d{1,15}(\.\d{1,20})?(e[+-]?\d{1,2})?$/,
  timestamptz: /^(?!0000)\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d)?$/,
}

/** The place in a list that a link named; null, which is the beginning, when it names none or is damaged. */
export function readCursor(text: string | undefined, type: Order['type']): Cursor | null {
  if (text === undefined || text === '' || text.length > MAX_LENGTH) return null
  const schema = v.tuple([
    v.picklist(['before', 'after']),
    v.pipe(
      v.string(),
      v.regex(values[type]),
      v.check((value) => type !== 'timestamptz' || isDay(value)),
    ),
    uuid,
  ])
  const result = v.safeParse(schema, parseJson(text))
  if (!result.success) return null
  const [side, value, id] = result.output
  return { side, value, id }
}

/** A regular expression lets 31 February through. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/** For a query string; URL-encoding is the business of web/paths.ts. */
export function writeCursor({ side, value, id }: Cursor): string {
  return JSON.stringify([side, value, id])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
