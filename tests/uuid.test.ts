import { expect, test } from 'vitest'
import { namedUuid } from '../functions/uuid.ts'

test.each([
  ['schedule sweep 2027-03-01T15:00', '6bde022b-fd79-5b92-a9ca-7f6cb3778bdb'],
  ['é'.repeat(336), '4016302e-d6ef-5223-b289-91ae537a221c'],
  ['é'.repeat(337), 'eec59670-c830-5490-8409-a2055dd2e69e'],
])('the same name has the same id: ids in databases were made by it', (name, id) => {
  expect(namedUuid(name)).toBe(id)
})

test.each(['a', 'é'.repeat(336), 'é'.repeat(337), 'x'.repeat(5_000)])('is a UUIDv5, whatever its length', (name) => {
  expect(namedUuid(name)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(namedUuid(`${name}.`)).not.toBe(namedUuid(name))
})
