import { expect, test } from 'vitest'
import { hashPassword, isPassword, verifyPassword } from '../../functions/auth/passwords.ts'

test('the parameters stand in the hash, and the same password has never the same one', async () => {
  const first = await hashPassword('correct horse battery')
  expect(first).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/)
  expect(await hashPassword('correct horse battery')).not.toBe(first)
  expect(await verifyPassword(first, 'correct horse battery')).toEqual({ isRight: true, isOutdated: false })
  expect(await verifyPassword(first, 'correct horse batter')).toMatchObject({ isRight: false })
})

test('nobody’s password is never right', async () => {
  expect(await verifyPassword(null, '')).toMatchObject({ isRight: false })
  expect(await verifyPassword(null, 'correct horse battery')).toMatchObject({ isRight: false })
})

test('the same letters typed on another keyboard are the same password', async () => {
  const hash = await hashPassword('Ångström-pass')
  expect((await verifyPassword(hash, 'Ångström-pass'.normalize('NFD'))).isRight).toBe(true)
})

test('no byte is cut off: 72 of them, a NUL, or 256 characters', async () => {
  for (const password of ['a'.repeat(72), 'nul\u0000inside', '界'.repeat(256)]) {
    const hash = await hashPassword(password)
    expect((await verifyPassword(hash, password)).isRight).toBe(true)
    expect((await verifyPassword(hash, `${password.slice(0, -1)}!`)).isRight).toBe(false)
  }
})

test.each([
  ['1234567', false],
  ['12345678', true],
  ['🔑'.repeat(8), true],
  ['a'.repeat(256), true],
  ['a'.repeat(257), false],
])('%s is long enough: %s', (text, expected) => {
  expect(isPassword(text)).toBe(expected)
})

test('a burst is refused rather than taking the memory of the process', async () => {
  const hash = await hashPassword('correct horse battery')
  const burst = await Promise.allSettled(Array.from({ length: 20 }, () => verifyPassword(hash, 'wrong password')))
  expect(burst.filter(({ status }) => status === 'fulfilled')).toHaveLength(8)
  expect(burst.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'unavailable' } })
  expect((await verifyPassword(hash, 'correct horse battery')).isRight).toBe(true)
})

test('a stored text that is not ours is an error, not a way in', async () => {
  await expect(verifyPassword('plain', 'plain')).rejects.toThrow('unknown form')
})
