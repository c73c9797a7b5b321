import * as v from 'valibot'
import {
  claimJob,
  completeJob,
  failJob,
  findJob,
  insertJob,
  insertJobLog,
  type JobClaim,
  renewJob,
  retryJob,
} from '../../db/queries/jobs.ts'
import type { Ctx } from '../context.ts'
import { AppError, UnavailableError } from '../errors.ts'
import { keepRenewing } from '../keep-renewing.ts'
import { namedUuid, uuid } from '../uuid.ts'
import { isJobName, type JobName, jobCatalog } from './catalog.ts'
import { jobHandlers } from './handlers.ts'

export interface JobDelivery {
  name: string
  /** exactly as it came: the signature covers the bytes */
  body: string
  signature: string | undefined
  /** of the queue; makes the job of a schedule's firing the same however often it is delivered */
  message_id: string | undefined
}

export interface JobAnswer {
  status: 200 | 401 | 489 | 500 | 503
  headers: Record<string, string>
  body: Record<string, unknown>
}

const delivered = v.union([v.object({ jobId: uuid }), v.object({ schedule: v.pipe(v.string(), v.maxLength(100)) })])

/** Back-off when the queue is not the one to decide: e^(attempt) seconds, at most an hour; sooner where mail hangs on it. */
const backOffSeconds = (attempt: number, { isUrgent }: { isUrgent: boolean }) =>
  isUrgent ? Math.min(60, 2 ** (attempt - 1)) : Math.min(3600, Math.round(Math.exp(attempt + 1)))
/** A copy that meets a running one asks to be called again this soon at the latest, so that a crash is noticed quickly. */
const BUSY_SECONDS = 5

/**
 * One delivery of the queue: verify, claim, parse, run, settle. The same job may be delivered twice, late, or at the
 * same time; the claim is a row count, so its handler runs once for each attempt.
 */
export async function receiveJob(ctx: Ctx, delivery: JobDelivery): Promise<JobAnswer> {
  const received_at = ctx.clock.now()
  const signed = await ctx.services.queue.verify({
    signature: delivery.signature,
    path: `/jobs/${delivery.name}`,
    body: delivery.body,
  })
  if (!signed) return answer(401, { error: 'bad signature' })
  if (!isJobName(delivery.name)) return final('no such job')
  const body = v.safeParse(delivered, parseJson(delivery.body))
  if (!body.success) return final('malformed body')
  const id = 'jobId' in body.output ? body.output.jobId : await jobOfSchedule(ctx, delivery.name, delivery.message_id)
  return runJob(ctx, delivery.name, id, received_at)
}

/** A schedule carries no job: its firing becomes one, named after the queue's message. */
async function jobOfSchedule(ctx: Ctx, name: JobName, message_id: string | undefined): Promise<string> {
  const now = ctx.clock.now()
  const minute = now.toISOString().slice(0, 16)
  const { id } = await insertJob(ctx.db, {
    id: namedUuid(`schedule ${name} ${message_id ?? minute}`),
    name,
    key: null,
    payload: {},
    max_attempts: jobCatalog[name].max_attempts,
    run_at: now,
    created_by: null,
    now,
  })
  return id
}

async function runJob(ctx: Ctx, name: JobName, id: string, received_at: Date): Promise<JobAnswer> {
  const { lease_seconds } = jobCatalog[name]
  const claim_token = crypto.randomUUID()
  const now = ctx.clock.now()
  const job = await claimJob(ctx.db, {
    id,
    name,
    claim_token,
    now,
    lease_until: new Date(now.getTime() + lease_seconds * 1000),
  })
  if (job === undefined) return unclaimed(ctx, name, id)
  await insertJobLog(ctx.db, id, [
    { at: received_at, line: 'received', detail: `attempt ${job.attempts}` },
    { at: received_at, line: 'verified', detail: null },
    { at: now, line: 'claimed', detail: null },
  ])

  const claim = { id, claim_token }
  // A job that kills its process never reports a failure: its attempts are all that tells.
  if (job.attempts > job.max_attempts) {
    await failJob(ctx.db, claim, `Gave up: no attempt of ${job.max_attempts} came to an end`, ctx.clock.now())
    return final('no attempt came to an end')
  }
  const payload = v.safeParse(jobCatalog[name].payload, job.payload)
  if (!payload.success) {
    await failJob(ctx.db, claim, 'The payload is malformed', ctx.clock.now())
    return final('malformed payload')
  }
  try {
    const result = await keepLease(ctx, claim, name, () => jobHandlers[name](ctx, payload.output as never))
    await completeJob(ctx.db, claim, result, ctx.clock.now())
    return answer(200, { status: 'completed' })
  } catch (error) {
    return settleFailure(ctx, claim, job, error)
  }
}

function isUrgent(name: string): boolean {
  const kind: { renews?: boolean } | undefined = isJobName(name) ? jobCatalog[name] : undefined
  return kind?.renews === true
}

function keepLease<Result>(ctx: Ctx, claim: JobClaim, name: JobName, work: () => Promise<Result>): Promise<Result> {
  const { lease_seconds } = jobCatalog[name]
  if (!isUrgent(name)) return work()
  const renew = () =>
    renewJob(ctx.db, claim, { lease_until: new Date(ctx.clock.now().getTime() + lease_seconds * 1000) })
  return keepRenewing({ renew, log: ctx.log }, work)
}

/** Done, failed for good, or busy with another delivery. */
async function unclaimed(ctx: Ctx, name: JobName, id: string): Promise<JobAnswer> {
  const job = await findJob(ctx.db, id)
  if (job === undefined || job.name !== name) return final('no such job')
  if (job.status === 'completed' || job.status === 'failed') return answer(200, { status: job.status, duplicate: true })
  const until = job.status === 'active' ? job.lease_until : job.run_at
  const seconds = Math.ceil(((until ?? ctx.clock.now()).getTime() - ctx.clock.now().getTime()) / 1000)
  return later(Math.max(1, job.status === 'active' ? Math.min(seconds, BUSY_SECONDS) : seconds))
}

/** Nothing is swallowed: a failed job is failed, with its reason, or it is tried again. */
async function settleFailure(
  ctx: Ctx,
  claim: { id: string; claim_token: string },
  job: { name: string; attempts: number; max_attempts: number },
  error: unknown,
): Promise<JobAnswer> {
  const reason = error instanceof AppError ? error.message : 'Unexpected error'
  const about = { job_id: claim.id, name: job.name, attempt: job.attempts }
  // A reason of ours is shown on the queue page; anything else is a defect and needs its stack.
  if (error instanceof AppError) ctx.log.info('job.refused', { ...about, reason })
  else ctx.log.error('job.failed', { ...about, error })
  const isFinal = error instanceof AppError && !(error instanceof UnavailableError)
  const now = ctx.clock.now()
  if (isFinal || job.attempts >= job.max_attempts) {
    await failJob(ctx.db, claim, reason, now)
    return final(reason)
  }
  const asked = error instanceof UnavailableError ? error.retry_after_seconds : undefined
  const seconds = asked ?? backOffSeconds(job.attempts, { isUrgent: isUrgent(job.name) })
  await retryJob(ctx.db, claim, reason, new Date(now.getTime() + seconds * 1000), now)
  return later(seconds)
}

function answer(
  status: JobAnswer['status'],
  body: Record<string, unknown>,
  headers: Record<string, string> = {},
): JobAnswer {
  return { status, headers, body }
}

/** QStash gives up at once on this status and header. */
function final(error: string): JobAnswer {
  return answer(489, { error }, { 'Upstash-NonRetryable-Error': 'true' })
}

function later(seconds: number): JobAnswer {
  return answer(503, { status: 'retry', seconds }, { 'Retry-After': String(seconds) })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
