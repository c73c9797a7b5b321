import type { Log } from './log.ts'

/** A lease lives this long; a process that was killed is noticed when it runs out. */
export const LEASE_MS = 6_000
const RENEWED_EVERY_MS = 2_000

/**
 * Runs `work` and, for as long as it lasts, renews a lease beside it. A renewal that fails is tried again at the next
 * turn; were the lease to run out meanwhile, the statements by claim token say so.
 */
export async function keepRenewing<Result>(
  { renew, log }: { renew: () => Promise<void>; log: Log },
  work: () => Promise<Result>,
): Promise<Result> {
  let isBusy = false
  const timer = setInterval(async () => {
    if (isBusy) return
    isBusy = true
    try {
      await renew()
    } catch (error) {
      log.info('lease.not_renewed', { error: error instanceof Error ? error.message : 'unknown' })
    } finally {
      isBusy = false
    }
  }, RENEWED_EVERY_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
