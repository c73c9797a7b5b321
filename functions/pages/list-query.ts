import type { Context } from 'hono'
import { type Cursor, type Direction, MOST_COUNTED, type Order, type PageRequest } from '../../db/queries/keyset.ts'
import { isUuid } from '../uuid.ts'
import { readCursor, writeCursor } from './cursor.ts'

export const PAGE_SIZE = 50

/** Order and place of a list from its address. What is not known is as if it were not there. */
export function readPage<Sort extends string>(
  c: Context,
  orders: Record<Sort, Order>,
  first: { sort: Sort; direction: Direction },
): PageRequest<Sort> {
  const named = c.req.query('sort') ?? ''
  const sort = Object.hasOwn(orders, named) ? (named as Sort) : first.sort
  const towards = c.req.query('direction')
  const direction = towards === 'asc' || towards === 'desc' ? towards : sort === first.sort ? first.direction : 'asc'
  return { sort, direction, cursor: readCursor(c.req.query('page'), orders[sort].type), limit: PAGE_SIZE }
}

/** The addresses of the pages before and after, filters and order kept. */
export function pageLinks(
  page: { previous: Cursor | null; next: Cursor | null },
  href: (query: { page: string }) => string,
): { previous_href: string | null; next_href: string | null } {
  return {
    previous_href: page.previous && href({ page: writeCursor(page.previous) }),
    next_href: page.next && href({ page: writeCursor(page.next) }),
  }
}

/** Counting stops at MOST_COUNTED. */
export function totalWords(total: number): string {
  return total > MOST_COUNTED ? `${MOST_COUNTED.toLocaleString('en-US')}+` : total.toLocaleString('en-US')
}

/** A filter of the address, or null when it is not set. */
export function readText(c: Context, name: string): string | null {
  const text = (c.req.query(name) ?? '').replaceAll('\0', '').trim().slice(0, 200)
  return text === '' ? null : text
}

export function readChoice<Choice extends string>(c: Context, name: string, choices: readonly Choice[]): Choice | null {
  return choices.find((choice) => choice === c.req.query(name)) ?? null
}

export function readUuid(c: Context, name: string): string | null {
  const text = c.req.query(name) ?? ''
  return isUuid(text) ? text.toLowerCase() : null
}
