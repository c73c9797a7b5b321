/** Milliseconds between the attempts: within the lease, which goes on being renewed. */
const DELAYS = [100, 400, 1_500]

/** The connection broke, the server is shutting down or starting, or it chose this transaction to give way. */
function isOfConnection(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|08|57P|40)/.test(code)
}

/**
 * For what is known only here and would be lost with this process: when the database is away for a moment, it is told
 * again. `work` may have been done without an answer, and must change nothing the second time.
 */
export async function tellAgainWhileAway<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const delay of DELAYS) {
    try {
      return await work()
    } catch (error) {
      if (!isOfConnection(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, delay))
    }
  }
  return work()
}
