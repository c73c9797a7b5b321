import { listJobsToDispatch, recordDispatches } from '../../db/queries/jobs.ts'
import type { Ctx } from '../context.ts'
import { type JobName, jobCatalog } from './catalog.ts'

/** QStash keeps its own retries; the rest of a job's attempts come from the sweep. */
const QUEUE_RETRIES = 5
/** What is younger is in the hands of whoever has just written it. */
const LOST_AFTER_MS = 3_000
const LOST_AT_ONCE = 100

/**
 * Hands waiting jobs to the queue, and with them those of whoever died before they could. Safe to repeat: a job that is
 * handed over twice is claimed once.
 *
 * @returns how many the queue took; fewer than asked when it is off or does not answer, which is logged and not thrown
 */
export async function dispatchJobs(ctx: Ctx, ids: readonly string[]): Promise<number> {
  const { queue } = ctx.services
  if (queue.mode === 'off' || ids.length === 0) return 0
  const taken = await handOver(ctx, ids, LOST_AFTER_MS)
  if (taken === undefined) ctx.onQueueOut?.()
  return taken ?? 0
}

/** Only what the queue never got. @returns false when it still takes nothing */
export async function dispatchLost(ctx: Ctx): Promise<boolean> {
  return ctx.services.queue.mode === 'off' || (await handOver(ctx, [], 0)) !== undefined
}

async function handOver(ctx: Ctx, ids: readonly string[], lost_after_ms: number): Promise<number | undefined> {
  const { queue } = ctx.services
  const lost_before = new Date(ctx.clock.now().getTime() - lost_after_ms)
  const jobs = await listJobsToDispatch(ctx.db, ids, { lost_before, limit: LOST_AT_ONCE })
  if (jobs.length === 0) return 0
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
    return undefined
  }
}
