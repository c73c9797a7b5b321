import { type Context, Hono } from 'hono'
import { findImport, listImportRows, listImports } from '../../db/queries/imports.ts'
import type { Row } from '../../db/schema.ts'
import { emptyForm, type FormState } from '../../web/forms.ts'
import { ImportPage } from '../../web/pages/import/import-page.tsx'
import { ImportProgress, type ImportRowLine, ImportRunPage } from '../../web/pages/import/import-run-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { BYTE_ORDER_MARK, csvLine } from '../domain/exports/csv-line.ts'
import { continueImport, startImport } from '../domain/imports/stage-import.ts'
import type { SignedInEnv } from '../env.ts'
import { AppError, NotFoundError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { redirectWithFlash, renderFragment, renderPage } from './render-page.tsx'

const ROWS_SHOWN = 20
const ROWS_A_READ = 5000

export const importPages = new Hono<SignedInEnv>()

for (const route of [routes.import, `${routes.import}/*`]) importPages.use(route, requireEvent('Import'))

importPages.get(routes.import, (c) => importPage(c, emptyForm))

/** A file that is refused does not hold up the others: each is told apart by its name. */
importPages.post(routes.import, async (c) => {
  // A browser sends a nameless file for an input that was left empty.
  const files = (await c.req.formData()).getAll('files')
  const given = files.filter((file) => file instanceof File).filter((file) => file.name !== '')
  if (given.length === 0) return importPage(c, { values: {}, errors: { files: 'Choose a file' } }, 422)
  const started: string[] = []
  const refused: string[] = []
  for (const file of given) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const { id } = await startImport(c.var.ctx, { event_id: activeEventOf(c), file_name: file.name, bytes })
      started.push(id)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      refused.push(`${file.name}: ${error.message}`)
    }
  }
  if (refused.length > 0) return importPage(c, { values: {}, errors: { files: refused.join(' ') } }, 422)
  const [only] = started
  const isOne = started.length === 1 && only !== undefined
  const text = isOne ? 'The import has begun.' : `${started.length} imports have begun.`
  return redirectWithFlash(c, isOne ? paths.importRun(only) : paths.import(), { tone: 'good', text })
})

async function importPage(c: Context<SignedInEnv>, form: FormState, status: 200 | 422 = 200) {
  const imports = await listImports(c.var.ctx.db, activeEventOf(c), 50)
  return renderPage(c, <ImportPage imports={imports} form={form} />, { status })
}

importPages.get(routes.importRun, async (c) => {
  const { db } = c.var.ctx
  const run = await requireImport(c)
  const [rejected, duplicates] = await Promise.all(
    (['rejected', 'duplicate'] as const).map(async (status): Promise<ImportRowLine[]> => {
      const rows = await listImportRows(db, run.id, { status, after_row: 0, limit: ROWS_SHOWN })
      return rows.map((row) => ({ ...row, status, text: rowText(run.columns, row.raw) }))
    }),
  )
  return renderPage(c, <ImportRunPage run={run} rejected={rejected ?? []} duplicates={duplicates ?? []} />)
})

/** In the order of the file, which jsonb does not keep. */
function rowText(columns: readonly string[], raw: Record<string, string>): string {
  const cells = columns.flatMap((column) => raw[column] ?? [])
  return cells.slice(0, 4).join(' · ').slice(0, 200)
}

/** The piece that asks for itself; once the import is over, the whole page is loaded for its rows. */
importPages.get(routes.importProgress, async (c) => {
  const run = await requireImport(c)
  if (run.status === 'completed' || run.status === 'failed') c.header('HX-Refresh', 'true')
  return renderFragment(c, <ImportProgress run={run} />)
})

importPages.post(routes.continueImport, async (c) => {
  const run = await requireImport(c)
  await continueImport(c.var.ctx, run.id)
  return redirectWithFlash(c, paths.importRun(run.id), { tone: 'good', text: 'The import goes on.' })
})

/** The rows of one outcome with the reason of each, ready to be put right and imported again. */
importPages.get(routes.importRows, async (c) => {
  const run = await requireImport(c)
  const status = c.req.query('status') === 'duplicate' ? 'duplicate' : 'rejected'
  let csv = BYTE_ORDER_MARK + csvLine([...run.columns, 'Row', 'Reason'])
  for (let after_row = 0; ; ) {
    const rows = await listImportRows(c.var.ctx.db, run.id, { status, after_row, limit: ROWS_A_READ })
    for (const { raw, row_number, reason } of rows)
      csv += csvLine([...run.columns.map((column) => raw[column] ?? null), row_number, reason])
    after_row = rows.at(-1)?.row_number ?? 0
    if (rows.length < ROWS_A_READ) break
  }
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${status}-rows.csv"`,
    'Cache-Control': 'no-store',
  })
})

async function requireImport(c: Context<SignedInEnv>): Promise<Row<'import'>> {
  const run = await findImport(c.var.ctx.db, readId(c, 'import'))
  if (run === undefined || run.event_id !== activeEventOf(c)) throw new NotFoundError('import')
  return run
}
