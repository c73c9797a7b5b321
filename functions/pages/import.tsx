import { type Context, Hono } from 'hono'
import { listImportRows, listKeptRows } from '../../db/queries/import-rows.ts'
import { listKeptAccounts } from '../../db/queries/import-undo.ts'
import { listImports } from '../../db/queries/imports.ts'
import type { Row } from '../../db/schema.ts'
import { emptyForm, type FormState } from '../../web/forms.ts'
import { ImportPage } from '../../web/pages/import/import-page.tsx'
import {
  ImportProgress,
  type ImportRowLine,
  ImportRunPage,
  type KeptLine,
} from '../../web/pages/import/import-run-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { BYTE_ORDER_MARK, csvLine } from '../domain/exports/csv-line.ts'
import { countsOf } from '../domain/imports/apply-import.ts'
import { continueImport, startImport } from '../domain/imports/stage-import.ts'
import { askUndo } from '../domain/imports/undo-import.ts'
import { uploadWhole } from '../domain/imports/upload-import.ts'
import type { SignedInEnv } from '../env.ts'
import { AppError } from '../errors.ts'
import { activeEventOf, requireEvent } from './active-event.tsx'
import { draftPage, draftProgress } from './import-upload.tsx'
import { redirectWithFlash, renderFragment, renderPage } from './render-page.tsx'
import { requireImport } from './require-import.ts'

const ROWS_SHOWN = 20
const ROWS_A_READ = 5000

export const importPages = new Hono<SignedInEnv>()

for (const route of [routes.import, `${routes.import}/*`]) importPages.use(route, requireEvent('Import'))

importPages.get(routes.import, (c) => importPage(c, emptyForm))

/** A file that is refused does not hold up the others: each is told apart by its name. */
importPages.post(routes.import, async (c) => {
  // A browser sends a nameless file for an input that was left empty.
  const form = await c.req.formData()
  const files = form.getAll('files')
  const asks = form.get('then') === 'check'
  const given = files.filter((file) => file instanceof File).filter((file) => file.name !== '')
  if (given.length === 0) return importPage(c, { values: {}, errors: { files: 'Choose a file' } }, 422)
  const started: string[] = []
  const refused: string[] = []
  for (const file of given) {
    try {
      const bytes = new Uint8Array(await file.arrayBuffer())
      const given = { event_id: activeEventOf(c), file_name: file.name, bytes }
      started.push(asks ? await uploadWhole(c.var.ctx, given) : (await startImport(c.var.ctx, given)).id)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      refused.push(`${file.name}: ${error.message}`)
    }
  }
  if (refused.length > 0) return importPage(c, { values: {}, errors: { files: refused.join(' ') } }, 422)
  const [only] = started
  const isOne = started.length === 1 && only !== undefined
  if (asks) return c.redirect(isOne ? paths.importRun(only) : paths.import(), 303)
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
  if (run.status === 'draft') return draftPage(c, run)
  const [rejected, duplicates] = await Promise.all(
    (['rejected', 'duplicate'] as const).map(async (status): Promise<ImportRowLine[]> => {
      const rows = await listImportRows(db, run.id, { status, after_row: 0, limit: ROWS_SHOWN })
      return rows.map((row) => ({ ...row, status, text: rowText(row.cells) }))
    }),
  )
  const kept = run.kept_count > 0 ? await listKept(c, run) : []
  return renderPage(
    c,
    <ImportRunPage run={runLine(c, run)} rejected={rejected ?? []} duplicates={duplicates ?? []} kept={kept} />,
  )
})

/** What undoing left as it is: rows of the file, and companies that came along with them. */
async function listKept(c: Context<SignedInEnv>, run: Row<'import'>): Promise<KeptLine[]> {
  const { db } = c.var.ctx
  const rows = await listKeptRows(db, run.id, 0, ROWS_SHOWN)
  const accounts = await listKeptAccounts(db, run.id, ROWS_SHOWN)
  const why = (undone: string | null) => (undone ?? '').replace(/^kept: /, '')
  return [
    ...rows.map((row) => ({
      row_number: row.row_number,
      text: rowText(row.cells),
      why: why(row.undone),
      href:
        row.record_id === null
          ? null
          : run.kind === 'people'
            ? paths.person(row.record_id)
            : paths.account(row.record_id),
    })),
    ...accounts.map(({ id, name, undone }) => ({
      row_number: null,
      text: name,
      why: why(undone),
      href: paths.account(id),
    })),
  ]
}

/** With the rate so far, and what is left of the time at that rate. */
function runLine(c: Context<SignedInEnv>, run: Row<'import'>) {
  const done = countsOf(run).read
  const seconds = run.started_at === null ? 0 : (c.var.ctx.clock.now().getTime() - run.started_at.getTime()) / 1000
  const rows_per_second = run.status === 'running' && seconds >= 1 && done > 0 ? done / seconds : null
  return {
    ...run,
    rows_per_second: rows_per_second === null ? null : Math.round(rows_per_second),
    seconds_left: rows_per_second === null ? null : Math.ceil((run.total_rows - done) / rows_per_second),
  }
}

/** Nothing will change by itself any more. */
function isOver(run: Row<'import'>): boolean {
  if (run.undo_asked_at !== null) return run.undone_at !== null
  return run.status === 'completed' || run.status === 'failed'
}

function rowText(cells: readonly string[]): string {
  const said = cells.filter((cell) => cell !== '')
  return said.slice(0, 4).join(' · ').slice(0, 200)
}

/** The piece that asks for itself; once the import is over, the whole page is loaded for its rows. */
importPages.get(routes.importProgress, async (c) => {
  const run = await requireImport(c)
  if (run.status === 'draft') return draftProgress(c, run)
  if (isOver(run)) c.header('HX-Refresh', 'true')
  return renderFragment(c, <ImportProgress run={runLine(c, run)} />)
})

importPages.post(routes.undoImport, async (c) => {
  const run = await requireImport(c)
  await askUndo(c.var.ctx, run.id)
  return redirectWithFlash(c, paths.importRun(run.id), { tone: 'good', text: 'The import is being undone.' })
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
    for (const { cells, row_number, reason } of rows)
      csv += csvLine([...run.columns.map((_, place) => cells[place] || null), row_number, reason])
    after_row = rows.at(-1)?.row_number ?? 0
    if (rows.length < ROWS_A_READ) break
  }
  return c.body(csv, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${status}-rows.csv"`,
    'Cache-Control': 'no-store',
  })
})
