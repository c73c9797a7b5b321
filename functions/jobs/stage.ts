import { insertJob, insertJobs } from '../../db/queries/jobs.ts'
import type { TxCtx } from '../context.ts'
import { type JobName, type JobPayload, jobCatalog } from './catalog.ts'

export interface StageOptions {
  /** chosen by the caller, when its answer must name the job before it is written */
  id?: string
  /** among the waiting jobs at most one has this key; staging a second one answers the first */
  key?: string
  /** not before this moment */
  run_at?: Date
}

/**
 * Writes a job in the caller's transaction: it exists if, and only if, the business change does.
 *
 * @returns the id of the job, which is an earlier one when a waiting job has the same key; that one is handed over once
 * more if the queue never got it
 */
export async function stageJob<Name extends JobName>(
  tx: TxCtx,
  name: Name,
  payload: JobPayload<Name>,
  options: StageOptions = {},
): Promise<string> {
  const now = tx.clock.now()
  const { id, for_queue } = await insertJob(tx.db, {
    id: options.id ?? crypto.randomUUID(),
    name,
    key: options.key ?? null,
    payload,
    max_attempts: jobCatalog[name].max_attempts,
    run_at: options.run_at ?? now,
    created_by: tx.actor?.user_id ?? null,
    now,
  })
  if (for_queue) tx.staged.push(id)
  return id
}

/**
 * Writes many jobs of one name in one statement. A job whose key is waiting already is not written again.
 *
 * @returns how many are new
 */
export async function stageJobs<Name extends JobName>(
  tx: TxCtx,
  name: Name,
  jobs: readonly { payload: JobPayload<Name>; key: string }[],
): Promise<number> {
  const ids = await insertJobs(
    tx.db,
    jobs.map((job) => ({ id: crypto.randomUUID(), ...job })),
    {
      name,
      max_attempts: jobCatalog[name].max_attempts,
      created_by: tx.actor?.user_id ?? null,
      now: tx.clock.now(),
    },
  )
  tx.staged.push(...ids)
  return ids.length
}
