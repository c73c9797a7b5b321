import { expect, test } from 'vitest'
import { readCursor } from '../../functions/pages/cursor.ts'

const ID = '00000000-0000-4000-8000-000000000000'
const read = (value: string) => readCursor(JSON.stringify(['after', value, ID]), 'timestamptz')

test.each(['2026-11-22 12:00:00+00', '2024-02-29 23:59:59.999999-05', '2026-11-22 12:00:00+05:30'])(
  'a moment as PostgreSQL writes it is a place: %s',
  (value) => {
    expect(read(value)).toMatchObject({ value })
  },
)

test.each([
  '2026-13-45 12:00:00+00',
  '2026-02-31 12:00:00+00',
  '2026-11-22 25:00:00+00',
  '0000-01-01 00:00:00+00',
  '2026-11-22 12:00:00+99',
])('a moment that does not exist is the beginning of the list, not an error of the database: %s', (value) => {
  expect(read(value)).toBeNull()
})
