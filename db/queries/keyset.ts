import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'

/** Counting a list stops here: beyond it the page says "10,000+". */
export const MOST_COUNTED = 10_000

export type Direction = 'asc' | 'desc'

/** How a list is ordered: an expression that an index holds, then id, both in one direction. */
export interface Order {
  expression: RawBuilder<unknown>
  type: 'text' | 'integer' | 'double precision' | 'timestamptz'
}

/** A place in a list: just before or after one row of it. */
export interface Cursor {
  side: 'before' | 'after'
  /** the row's value of the order, as PostgreSQL writes it */
  value: string
  id: string
}

export interface PageRequest<Sort extends string> {
  sort: Sort
  direction: Direction
  cursor: Cursor | null
  limit: number
}

export interface Page<Row> {
  rows: Row[]
  previous: Cursor | null
  next: Cursor | null
}

interface Placed {
  id: string
  order_value: string
}

/** Orders and cuts a query; read its rows with `toPage`. The query has to select `orderValue` too. */
export function keyset<DB, TB extends keyof DB, Output>(
  query: SelectQueryBuilder<DB, TB, Output>,
  { expression, type }: Order,
  id: RawBuilder<unknown>,
  { direction, cursor, limit }: Omit<PageRequest<string>, 'sort'>,
): SelectQueryBuilder<DB, TB, Output> {
  const isBackwards = cursor?.side === 'before'
  const scan = (direction === 'asc') !== isBackwards ? 'asc' : 'desc'
  const ordered = query
    .orderBy(expression, scan)
    .orderBy(id, scan)
    .limit(limit + 1)
  if (cursor === null) return ordered
  const place = sql`(${cursor.value}::${sql.raw(type)}, ${cursor.id}::uuid)`
  return ordered.where(sql<boolean>`(${expression}, ${id}) ${sql.raw(scan === 'asc' ? '>' : '<')} ${place}`)
}

/** The page before a row is read backwards, from that row on. */
export function scanDirection({ direction, cursor }: Pick<PageRequest<string>, 'direction' | 'cursor'>): Direction {
  return (direction === 'asc') === (cursor?.side !== 'before') ? 'asc' : 'desc'
}

export function orderValue({ expression }: Order) {
  return sql<string>`(${expression})::text`.as('order_value')
}

/** One row more than the limit was asked for: it tells whether the list goes on. */
export function toPage<Row extends Placed>(
  found: Row[],
  { cursor, limit }: Omit<PageRequest<string>, 'sort'>,
): Page<Row> {
  const goesOn = found.length > limit
  const rows = found.slice(0, limit)
  const isBackwards = cursor?.side === 'before'
  if (isBackwards) rows.reverse()
  const [first, last] = [rows[0], rows.at(-1)]
  const hasPrevious = isBackwards ? goesOn : cursor !== null
  const hasNext = isBackwards || goesOn
  return {
    rows,
    previous: first && hasPrevious ? { side: 'before', value: first.order_value, id: first.id } : null,
    next: last && hasNext ? { side: 'after', value: last.order_value, id: last.id } : null,
  }
}
