/** Data that a statement cannot take, or a rule that cannot be worked out: the fault of one row, not of the connection. */
function isOfOneRow(error: unknown): boolean {
  if (error instanceof RangeError) return true
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  // SQLSTATE classes: data exception, integrity violation, raised by a function of ours.
  return typeof code === 'string' && /^(22|23|P0)/.test(code)
}

/**
 * Does `work` for all rows at once; when one of them makes it throw, for each by itself, so that the others are not held
 * up. `work` must leave nothing behind when it throws.
 */
export async function allOrOneByOne<Row, Result>(
  rows: readonly Row[],
  work: (rows: readonly Row[]) => Promise<Result>,
  onBad: (row: Row, error: unknown) => Promise<void>,
): Promise<Result[]> {
  try {
    return [await work(rows)]
  } catch (error) {
    if (!isOfOneRow(error)) throw error
  }
  const results: Result[] = []
  for (const row of rows) {
    try {
      results.push(await work([row]))
    } catch (error) {
      if (!isOfOneRow(error)) throw error
      await onBad(row, error)
    }
  }
  return results
}
