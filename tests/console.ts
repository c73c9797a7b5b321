import { afterEach, beforeEach, expect, vi } from 'vitest'

// Runs before every test file: what reaches console.error or console.warn without being asked for fails the test.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  const calls = [...vi.mocked(console.error).mock.calls, ...vi.mocked(console.warn).mock.calls]
  vi.restoreAllMocks()
  expect(calls.map((call) => call.join(' '))).toEqual([])
})
