import { listJobsToDispatch, recordDispatches } from '../../db/queries/jobs.ts'
import type { Ctx } from '../context.ts'
import { type JobName, jobCatalog } from './catalog.ts'

/** QStash keeps its own retries; the rest of a job's attempts come from the sweep. */
const QUEUE_RETRIES = 5

/**
 * Hands waiting jobs to the queue. Safe to repeat: a job that is handed over twice is claimed once.
 *
 * @returns how many the queue took; fewer than asked when it is off or does not answer, which is logged and not thrown
 */
export async function dispatchJobs(ctx: Ctx, ids: readonly string[]): Promise<number> {
  const { queue } = ctx.services
  if (queue.mode === 'off' || ids.length === 0) return 0
  const jobs = await listJobsToDispatch(ctx.db, ids)
  try {
    const messageIds = await queue.publish(
      jobs.map((job) => ({
        path: `/jobs/${job.name}`,
        body: { jobId: job.id },
        notBefore: job.run_at > ctx.clock.now() ? job.run_at : undefined,
        // A new number each time: a retry asked for within QStash's 10 minutes must not be dropped as a repeat.
        deduplicationId: `job-${job.id}-${job.dispatches}`,
        retries: Math.min(QUEUE_RETRIES, (jobCatalog[job.name as JobName]?.max_attempts ?? 1) - 1),
      })),
    )
    await recordDispatches(
      ctx.db,
      jobs.map((job, index) => ({ id: job.id, queue_message_id: messageIds[index] ?? null })),
      ctx.clock.now(),
    )
    return jobs.length
  } catch (error) {
    ctx.log.error('queue.unreachable', { jobs: jobs.length, error: error instanceof Error ? error.message : 'unknown' })
    return 0
  }
}
