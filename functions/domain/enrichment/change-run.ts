import { cancelRunRow, hasRunningTwin, retryFailedSubjects } from '../../../db/queries/enrichment-runs.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { stageRun } from './run-enrichment.ts'

/** Leaves alone whoever still waits. What was worked on stays. @returns how many were left alone; undefined when it was over */
export async function cancelRun(ctx: Ctx, { run_id }: { run_id: string }): Promise<number | undefined> {
  return transact(ctx, (tx) => cancelRunRow(tx.db, run_id, tx.clock.now()))
}

/**
 * Tries again whatever failed. @returns how many
 *
 * @throws ConflictError while the same work over the same selection is under way
 */
export async function retryRun(ctx: Ctx, run: Row<'enrichment_run'>): Promise<number> {
  return transact(ctx, async (tx) => {
    if (await hasRunningTwin(tx.db, run)) throw new ConflictError('The same selection is being worked on already.')
    const count = await retryFailedSubjects(tx.db, run.id, tx.clock.now())
    if (count > 0) await stageRun(tx, run.id)
    return count
  })
}
