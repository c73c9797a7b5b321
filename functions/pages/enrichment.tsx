import { type Context, Hono } from 'hono'
import { countOutcomes, findRun, listFailedSubjects, listRuns } from '../../db/queries/enrichment-runs.ts'
import type { Row } from '../../db/schema.ts'
import { plural } from '../../web/format.ts'
import { RunPage, RunProgress } from '../../web/pages/enrichment/run-page.tsx'
import { RunsPage } from '../../web/pages/enrichment/runs-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { cancelRun, retryRun } from '../domain/enrichment/change-run.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { readCursor } from './cursor.ts'
import { PAGE_SIZE, pageLinks } from './list-query.ts'
import { redirectWithFlash, renderFragment, renderPage } from './render-page.tsx'

const FAILURES_SHOWN = 100

/** Enrichment of many accounts or people at once: how far it is, what failed and why. Begun on their lists. */
export const enrichmentPages = new Hono<SignedInEnv>()

for (const route of [routes.enrichmentRuns, `${routes.enrichmentRuns}/*`])
  enrichmentPages.use(route, requireEvent('Enrichment'))

enrichmentPages.get(routes.enrichmentRuns, async (c) => {
  const page = { cursor: readCursor(c.req.query('page'), 'timestamptz'), limit: PAGE_SIZE }
  const runs = await listRuns(c.var.ctx.db, activeEventOf(c), page)
  return renderPage(c, <RunsPage runs={runs.rows} {...pageLinks(runs, (place) => paths.enrichmentRuns(place))} />)
})

enrichmentPages.get(routes.enrichmentRun, async (c) => {
  const { db } = c.var.ctx
  const run = await requireRun(c)
  const [outcomes, failed] = await Promise.all([
    countOutcomes(db, run.id),
    run.failed_count === 0 ? [] : listFailedSubjects(db, run, FAILURES_SHOWN),
  ])
  return renderPage(c, <RunPage run={run} outcomes={outcomes} failed={failed} />)
})

/** The piece that asks for itself; once the run is over, the whole page is loaded for what came of it. */
enrichmentPages.get(routes.enrichmentProgress, async (c) => {
  const run = await requireRun(c)
  if (run.status !== 'running') c.header('HX-Refresh', 'true')
  return renderFragment(c, <RunProgress run={run} />)
})

enrichmentPages.post(routes.cancelEnrichment, async (c) => {
  const run = await requireRun(c)
  const left = await cancelRun(c.var.ctx, { run_id: run.id })
  const text = left === undefined ? 'It was over already.' : `Cancelled: ${plural(left, 'record')} left alone.`
  return redirectWithFlash(c, paths.enrichmentRun(run.id), { tone: left === undefined ? 'info' : 'good', text })
})

enrichmentPages.post(routes.retryEnrichment, async (c) => {
  const run = await requireRun(c)
  const back = paths.enrichmentRun(run.id)
  try {
    const count = await retryRun(c.var.ctx, run)
    // Pressed twice: the first press has done it.
    const text = count === 0 ? 'Nothing has failed.' : `${plural(count, 'failure')} on the way again.`
    return redirectWithFlash(c, back, { tone: count === 0 ? 'info' : 'good', text })
  } catch (error) {
    if (error instanceof ConflictError) return redirectWithFlash(c, back, { tone: 'info', text: error.message })
    throw error
  }
})

async function requireRun(c: Context<SignedInEnv>): Promise<Row<'enrichment_run'>> {
  const run = await findRun(c.var.ctx.db, readId(c, 'run'))
  if (run === undefined || run.event_id !== activeEventOf(c)) throw new NotFoundError('run')
  return run
}
