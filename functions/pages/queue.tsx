import { type Context, Hono } from 'hono'
import { findAccount } from '../../db/queries/accounts.ts'
import { findImport } from '../../db/queries/imports.ts'
import { countJobs, listJobLog, listJobs } from '../../db/queries/job-lists.ts'
import { findJob } from '../../db/queries/jobs.ts'
import { readLedger } from '../../db/queries/outreach-ledger.ts'
import { plural } from '../../web/format.ts'
import { JobPage } from '../../web/pages/queue/job-page.tsx'
import { jobStatuses } from '../../web/pages/queue/job-state.tsx'
import type { LedgerState } from '../../web/pages/queue/ledger-card.tsx'
import { QueuePage } from '../../web/pages/queue/queue-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import type { Actor, Ctx } from '../context.ts'
import { checkLimit } from '../domain/limits/check-limit.ts'
import { limitRules } from '../domain/limits/limit-rules.ts'
import { retryFailedJob } from '../domain/queue/retry-job.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { isJobName, jobCatalog } from '../jobs/catalog.ts'
import { readId } from '../middleware/read-id.ts'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks, readChoice } from './list-query.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'

export const queuePages = new Hono<SignedInEnv>()

queuePages.get(routes.queue, async (c) => {
  const { ctx } = c.var
  const status = readChoice(c, 'status', jobStatuses) ?? undefined
  const given = c.req.query('name') ?? ''
  const name = isJobName(given) ? given : undefined
  const filter = { status: status ?? ('' as const), name: name ?? '' }
  const ledger = c.req.query('ledger') === 'count' ? await countLedger(ctx) : null
  const page = { cursor: readCursor(c.req.query('page'), 'timestamptz'), limit: PAGE_SIZE }
  const [jobs, { oldest_due_at, ...counts }] = await Promise.all([
    listJobs(ctx.db, { status, name, page }),
    countJobs(ctx.db, ctx.clock.now()),
  ])
  return renderPage(
    c,
    <QueuePage
      rows={jobs.rows.map((job) => ({ ...job, title: titleOf(job.name) }))}
      counts={counts}
      oldest_due_at={oldest_due_at}
      filter={filter}
      names={Object.entries(jobCatalog).map(([value, { title }]) => ({ value, label: title }))}
      {...pageLinks(jobs, ({ page }) => paths.queue({ ...filter, page }))}
      problem={problemOf(ctx, oldest_due_at)}
      ledger={ledger}
    />,
  )
})

/** It reads whole tables. */
async function countLedger(ctx: Ctx & { actor: Actor }): Promise<LedgerState> {
  const { db, clock, services, actor } = ctx
  const decision = await checkLimit({ cache: services.cache, db, clock }, limitRules.ledger_by_user, actor.user_id)
  return decision.outcome === 'denied' ? decision.retry_after_seconds : readLedger(db, clock.now())
}

queuePages.get(routes.queueJob, async (c) => {
  const { db } = c.var.ctx
  const job = await findJob(db, readId(c, 'job'))
  if (job === undefined) throw new NotFoundError('job')
  // The page asks for a piece of itself while the job is open; what stands around the piece tells the state too.
  const isStale = c.req.header('HX-Request') === 'true' && c.req.query('seen') !== job.status
  if (isStale) c.header('HX-Refresh', 'true')
  return renderPage(
    c,
    <JobPage
      job={{ ...job, title: titleOf(job.name) }}
      subject={await subjectOf(c, job.payload)}
      outcome={outcomeWords(job.name, job.result)}
      log={await listJobLog(db, job.id)}
    />,
  )
})

queuePages.post(routes.retryJob, async (c) => {
  const id = readId(c, 'job')
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

const titleOf = (name: string) => (isJobName(name) ? jobCatalog[name].title : name)

/** The account or the import that a job works on, when the reader's event has it. */
async function subjectOf(c: Context<SignedInEnv>, { account_id, import_id }: Record<string, unknown>) {
  const { db, actor } = c.var.ctx
  const event_id = actor.active_event_id
  if (event_id === null) return null
  if (typeof account_id === 'string') {
    const account = await findAccount(db, event_id, account_id)
    return account === undefined ? null : { href: paths.account(account.id), label: account.name }
  }
  if (typeof import_id === 'string') {
    const run = await findImport(db, import_id)
    return run?.event_id === event_id ? { href: paths.importRun(run.id), label: run.file_name } : null
  }
  return null
}

const refusals: Readonly<Record<string, string>> = {
  no_domain: 'Nothing was done: no domain is known. Type the website of the account, or find it first.',
  freemail: 'Nothing was done: the domain belongs to a mail provider, where every address is made by its owner.',
  not_enough_evidence:
    'Nothing was done: no known address shows a habit yet. Add an address that you know, then try again.',
  not_found: 'No website was found. Type it by hand on the account.',
  taken: 'The website that was found belongs to another account already.',
  kept: 'The domain was typed by a person and is kept.',
}

function outcomeWords(name: string, result: Record<string, unknown> | null): string | null {
  if (result === null) return null
  const { outcome, saved, evidence, domain } = result
  if (typeof outcome === 'string' && refusals[outcome] !== undefined) return refusals[outcome]
  if (name === 'generate-emails' && typeof saved === 'number') return `${plural(saved, 'address', 'addresses')} saved.`
  if (name === 'email-pattern' && typeof evidence === 'number')
    return `The pattern is worked out from ${plural(evidence, 'known address', 'known addresses')}.`
  if (name === 'website' && typeof domain === 'string') return `The domain is ${domain}.`
  return null
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
