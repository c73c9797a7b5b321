import { Hono } from 'hono'
import { routes } from '../../web/paths.ts'
import { exportKinds, exportList } from '../domain/exports/export-list.ts'
import type { SignedInEnv } from '../env.ts'
import { NotFoundError } from '../errors.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'

/** The lists of the active event as CSV, whole: filters choose what is looked at, a file is for keeping. */
export const exportPages = new Hono<SignedInEnv>()

exportPages.use(routes.exportList, requireEvent('Export'))

exportPages.get(routes.exportList, async (c) => {
  const kind = c.req.param('kind')
  if (!exportKinds.includes(kind)) throw new NotFoundError('list')
  let csv = ''
  for await (const batch of exportList(c.var.ctx, { kind, event_id: activeEventOf(c) })) csv += batch.text
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${kind}.csv"`,
    'Cache-Control': 'no-store',
  })
})
