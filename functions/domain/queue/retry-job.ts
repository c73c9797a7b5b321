import { resetFailedJob } from '../../../db/queries/job-lists.ts'
import { findJob } from '../../../db/queries/jobs.ts'
import type { Ctx } from '../../context.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'

/** Gives a failed job all its attempts again and hands it to the queue. */
export async function retryFailedJob(ctx: Ctx, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    if (await resetFailedJob(tx.db, id, ctx.clock.now())) tx.staged.push(id)
    else if ((await findJob(tx.db, id)) === undefined) throw new NotFoundError('job')
    else throw new ConflictError('Only a failed job can be retried.')
  })
}
