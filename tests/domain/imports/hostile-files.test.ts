import { expect, test } from 'vitest'
import { listSheets, previewLines, readTable } from '../../../functions/domain/imports/read-table.ts'
import { AppError } from '../../../functions/errors.ts'
import { broken, type HostileFile, handMade } from './hostile-files.ts'

const LONGEST_MS = 5000
const MOST_MEMORY_BYTES = 400 * 2 ** 20

/** 300 files: each ends in a table that can be kept, or in words for who chose it. */
const files = [...handMade(), ...broken(300 - handMade().length, 20_260_302)]

async function outcomeOf(bytes: Uint8Array): Promise<string> {
  try {
    const { columns, rows, row_numbers } = await readTable(bytes)
    expect(new Set(columns.map((column) => column.toLowerCase())).size).toBe(columns.length)
    expect(rows.every((row) => row.length === columns.length)).toBe(true)
    expect(row_numbers).toHaveLength(rows.length)
    // PostgreSQL keeps neither null bytes nor halves of pairs.
    const kept = JSON.stringify([columns, rows.slice(0, 1000)])
    expect(kept).not.toMatch(/\\u0000|\\ud[89a-f]/)
    return 'a table'
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return error.message
  }
}

test('there are 300 of them', () => {
  expect(files).toHaveLength(300)
})

test.each(files)('$name', { timeout: 30_000 }, async ({ bytes, says }: HostileFile) => {
  const before = process.memoryUsage.rss()
  const started = performance.now()
  const outcome = await outcomeOf(bytes)
  const took_ms = performance.now() - started
  expect(took_ms).toBeLessThan(LONGEST_MS)
  expect(process.memoryUsage.rss() - before).toBeLessThan(MOST_MEMORY_BYTES)
  expect(outcome).toMatch(says ?? /^a table$|^[A-Z].{15,400}\.$/s)
  for (const look of [listSheets, previewLines])
    await look(bytes).catch((error) => expect(error).toBeInstanceOf(AppError))
})
