import { Hono } from 'hono'
import * as v from 'valibot'
import { countJobs, listJobLog } from '../../db/queries/job-lists.ts'
import { findJob } from '../../db/queries/jobs.ts'
import { routes } from '../../web/paths.ts'
import { checkLimit } from '../domain/limits/check-limit.ts'
import { limitRules } from '../domain/limits/limit-rules.ts'
import { enqueueEnrichment, enrichmentSchema, idempotencyKeySchema } from '../domain/queue/enqueue-enrichment.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError, RateLimitedError } from '../errors.ts'
import { isUuid } from '../uuid.ts'
import { readJson, readValue } from './read-json.ts'

export const queueApi = new Hono<SignedInEnv>()

/** Enqueues one enrichment of one account: 202 with the job's id. */
queueApi.post(routes.apiQueueEnrich, async (c) => {
  const { ctx } = c.var
  const { db, clock, services } = ctx
  const decision = await checkLimit({ cache: services.cache, db, clock }, limitRules.enrich_by_user, ctx.actor.user_id)
  if (decision.outcome === 'denied') throw new RateLimitedError(decision.retry_after_seconds)
  const header = c.req.header('Idempotency-Key')
  const key =
    header === undefined
      ? undefined
      : readValue(v.object({ 'Idempotency-Key': idempotencyKeySchema }), { 'Idempotency-Key': header })
  const input = await readJson(c, enrichmentSchema)
  return c.json(await enqueueEnrichment(ctx, input, key?.['Idempotency-Key']), 202)
})

queueApi.get(routes.apiQueueStatus, async (c) => {
  const { db } = c.var.ctx
  const id = c.req.param('id')
  const job = isUuid(id) ? await findJob(db, id) : undefined
  if (job === undefined) throw new NotFoundError('job')
  return c.json({
    jobId: job.id,
    jobType: job.name,
    status: job.status,
    result: job.result,
    error: job.error,
    attempts: job.attempts,
    createdAt: job.created_at,
    startedAt: job.started_at,
    finishedAt: job.finished_at,
    log: await listJobLog(db, id),
  })
})

queueApi.get(routes.apiQueueStats, async (c) => {
  const { oldest_due_at, ...counts } = await countJobs(c.var.ctx.db, c.var.ctx.clock.now())
  return c.json({ ...counts, oldestDueAt: oldest_due_at, mode: c.var.ctx.services.queue.mode })
})
