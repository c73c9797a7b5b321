import { format } from 'node:util'
import { afterEach, expect } from 'vitest'

// Runs before every test file: what reaches console.error or console.warn without being asked for fails the test (or one
// that runs beside it).
const lines: string[] = []
console.error = (...words: unknown[]) => void lines.push(format(...words))
console.warn = (...words: unknown[]) => void lines.push(format(...words))

afterEach(() => {
  expect(lines.splice(0)).toEqual([])
})
