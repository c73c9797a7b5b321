import type { TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'

/** QStash holds a message for 7 days on its smallest plan; a wake-up that comes early finds nothing due and asks again. */
const LONGEST_SLEEP_MS = 6 * 86_400_000

/** Asks for a drain at a moment; all who ask for the same minute get one. Part of the transaction that planned. */
export async function wake(tx: TxCtx, due_at: Date): Promise<void> {
  const now = tx.clock.now().getTime()
  const run_at = new Date(Math.min(Math.max(due_at.getTime(), now), now + LONGEST_SLEEP_MS))
  await stageJob(tx, 'drain-messages', {}, { key: `drain:${run_at.toISOString().slice(0, 16)}`, run_at })
}
