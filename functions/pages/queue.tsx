import { Hono } from 'hono'
import * as v from 'valibot'
import { countJobs, listJobLog, listJobs } from '../../db/queries/job-lists.ts'
import { findJob } from '../../db/queries/jobs.ts'
import { JobPage } from '../../web/pages/queue/job-page.tsx'
import { jobStatuses } from '../../web/pages/queue/job-state.tsx'
import { QueuePage } from '../../web/pages/queue/queue-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import type { Ctx } from '../context.ts'
import { retryFailedJob } from '../domain/queue/retry-job.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { isJobName, jobCatalog } from '../jobs/catalog.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

const PAGE_SIZE = 50

export const queuePages = new Hono<SignedInEnv>()

queuePages.get(routes.queue, async (c) => {
  const { ctx } = c.var
  const status = jobStatuses.find((one) => one === c.req.query('status'))
  const given = c.req.query('name') ?? ''
  const name = isJobName(given) ? given : undefined
  const filter = { status: status ?? ('' as const), name: name ?? '' }
  const page = { cursor: readCursor(c.req.query('page'), 'timestamptz'), limit: PAGE_SIZE }
  const [jobs, { oldest_due_at, ...counts }] = await Promise.all([
    listJobs(ctx.db, { status, name, page }),
    countJobs(ctx.db, ctx.clock.now()),
  ])
  return renderPage(
    c,
    <QueuePage
      rows={jobs.rows}
      counts={counts}
      oldest_due_at={oldest_due_at}
      filter={filter}
      names={Object.keys(jobCatalog)}
      previous_href={jobs.previous && paths.queue({ ...filter, page: writeCursor(jobs.previous) })}
      next_href={jobs.next && paths.queue({ ...filter, page: writeCursor(jobs.next) })}
      problem={problemOf(ctx, oldest_due_at)}
    />,
  )
})

queuePages.get(routes.queueJob, async (c) => {
  const { db } = c.var.ctx
  const job = await findJob(db, readId(c.req.param('id')))
  if (job === undefined) throw new NotFoundError('job')
  return renderPage(c, <JobPage job={job} log={await listJobLog(db, job.id)} />)
})

queuePages.post(routes.retryJob, async (c) => {
  const id = readId(c.req.param('id'))
  try {
    await retryFailedJob(c.var.ctx, id)
    return redirectWithFlash(c, paths.queueJob(id), { tone: 'good', text: 'The job is on its way again.' })
  } catch (error) {
    // Pressed twice: the first press has done it.
    if (error instanceof ConflictError)
      return redirectWithFlash(c, paths.queueJob(id), { tone: 'info', text: error.message })
    throw error
  }
})

function readId(text: string): string {
  if (!v.is(v.pipe(v.string(), v.uuid()), text)) throw new NotFoundError('job')
  return text
}

/** Due this long without being run, while hand-overs take seconds. */
const STUCK_MS = 5 * 60_000

function problemOf(ctx: Ctx, oldest_due_at: Date | null): string | null {
  const { queue } = ctx.services
  if (queue.mode === 'off') return `Not configured: ${queue.missing.join(', ')}. Jobs are written down and wait.`
  const isStuck = oldest_due_at !== null && ctx.clock.now().getTime() - oldest_due_at.getTime() > STUCK_MS
  return isStuck
    ? `Queue unreachable since ${oldest_due_at.toISOString().slice(0, 16).replace('T', ' ')} UTC. Nothing is lost: waiting jobs are handed over again every 15 minutes.`
    : null
}
