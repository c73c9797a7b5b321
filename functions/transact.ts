import type { Ctx, TxCtx } from './context.ts'
import { dispatchJobs } from './jobs/dispatch.ts'

/**
 * Runs `work` in one transaction and hands the jobs it staged to the queue once it has committed. When the queue does
 * not answer, the jobs stay waiting and the sweep hands them over later: nothing is lost, and the caller does not wait
 * for it to come back.
 */
export async function transact<Result>(ctx: Ctx, work: (tx: TxCtx) => Promise<Result>): Promise<Result> {
  const staged: string[] = []
  const result = await ctx.db.transaction().execute((db) => work({ ...ctx, db, staged }))
  if (staged.length > 0) await dispatchJobs(ctx, staged)
  return result
}
