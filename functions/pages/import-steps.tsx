import { type Context, Hono } from 'hono'
import { isOwner, listOwners } from '../../db/queries/accounts.ts'
import { countImportIssues, listImportIssues } from '../../db/queries/import-issues.ts'
import { findImportLayout } from '../../db/queries/import-layouts.ts'
import { listCells, listStagedRows } from '../../db/queries/import-rows.ts'
import { readImportBytes } from '../../db/queries/import-uploads.ts'
import { updateDraft } from '../../db/queries/imports.ts'
import type { Row } from '../../db/schema.ts'
import type { DuplicatePolicy, ImportKind, ImportOptions } from '../../db/tables/import.ts'
import { emptyForm, type FormState, formOf } from '../../web/forms.ts'
import { CheckPage, type IssueLine } from '../../web/pages/import/check-page.tsx'
import { type ColumnLine, ColumnsPage } from '../../web/pages/import/columns-page.tsx'
import { fieldOptions } from '../../web/pages/import/field-words.ts'
import { OptionsPage, policyOptions } from '../../web/pages/import/options-page.tsx'
import { SheetPage } from '../../web/pages/import/sheet-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { fixCell } from '../domain/imports/fix-cell.ts'
import { headerKeyOf } from '../domain/imports/guess-columns.ts'
import { fieldsOf, mapColumnsAs } from '../domain/imports/map-columns.ts'
import { matchColumns } from '../domain/imports/match-columns.ts'
import { listSheets, previewLines } from '../domain/imports/read-table.ts'
import { runDraft } from '../domain/imports/run-draft.ts'
import { chooseSheet } from '../domain/imports/upload-import.ts'
import type { SignedInEnv } from '../env.ts'
import { AppError, InvalidError } from '../errors.ts'
import { isUuid } from '../uuid.ts'
import { draftOf } from './import-upload.tsx'
import { redirectWithFlash, renderPage } from './render-page.tsx'
import { requireImport } from './require-import.ts'

const ROWS_SAMPLED = 50
const ISSUES_A_PAGE = 50

/** The steps of an import until it runs, each a page that can be left and opened again. */
export const importStepPages = new Hono<SignedInEnv>()

importStepPages.get(routes.importSheet, (c) => withDraft(c, (run) => sheetPage(c, run, emptyForm)))

importStepPages.post(routes.importSheet, (c) =>
  withDraft(c, async (run) => {
    const form = await c.req.formData()
    const sheet = String(form.get('sheet') ?? '') || run.sheet
    // Another sheet has its header in another place.
    const header_row = sheet === run.sheet ? Number(form.get('header_row') ?? 0) : null
    if (header_row !== null && !(Number.isInteger(header_row) && header_row > 0))
      return sheetPage(
        c,
        run,
        { values: {}, errors: { header_row: 'Choose the row with the names of the columns' } },
        422,
      )
    await chooseSheet(c.var.ctx, { import_id: run.id, sheet, header_row })
    return c.redirect(paths.importRun(run.id), 303)
  }),
)

async function sheetPage(c: Context<SignedInEnv>, run: Row<'import'>, form: FormState, status: 200 | 422 = 200) {
  const { db } = c.var.ctx
  const bytes = await readImportBytes(db, run.id)
  const sheets = await listSheets(bytes).catch(nothing)
  const lines = await previewLines(bytes, { sheet: run.sheet }).catch(nothing)
  const values = { sheet: run.sheet ?? sheets[0]?.name, ...form.values }
  return renderPage(
    c,
    <SheetPage
      draft={draftOf(run)}
      sheets={sheets}
      lines={lines}
      header_row={run.header_row}
      error={run.error}
      form={{ ...form, values }}
    />,
    { status },
  )
}

/** Why a file cannot be read stands at the import already. */
function nothing(error: unknown): [] {
  if (error instanceof AppError) return []
  throw error
}

importStepPages.get(routes.importColumns, (c) =>
  withDraft(c, (run) => {
    const asked = c.req.query('kind')
    const kind = asked === 'people' || asked === 'companies' ? asked : run.kind
    const mapping = kind === run.kind ? run.mapping : mapColumnsAs(kind, run.columns)
    return columnsPage(c, run, kind, { values: valuesOf(run.columns, mapping), errors: {} })
  }),
)

importStepPages.post(routes.importColumns, (c) =>
  withDraft(c, async (run) => {
    const form = await c.req.formData()
    const kind: ImportKind = form.get('kind') === 'companies' ? 'companies' : 'people'
    const fields = run.columns.map((_, place) => String(form.get(`column_${place}`) ?? ''))
    try {
      await matchColumns(c.var.ctx, { import_id: run.id, kind, fields })
    } catch (error) {
      if (!(error instanceof InvalidError)) throw error
      const values = Object.fromEntries(fields.map((field, place) => [`column_${place}`, field]))
      return columnsPage(c, run, kind, { values, errors: error.fields, form_error: error.message }, 422)
    }
    return c.redirect(paths.importCheck(run.id), 303)
  }),
)

async function columnsPage(
  c: Context<SignedInEnv>,
  run: Row<'import'>,
  kind: ImportKind,
  form: FormState,
  status: 200 | 422 = 200,
) {
  const { db } = c.var.ctx
  const rows = await listStagedRows(db, run.id, 0, ROWS_SAMPLED)
  const columns = run.columns.map((name, place): ColumnLine => {
    const values = new Set(rows.flatMap(({ cells }) => cells[place] || []))
    return { place, name, samples: [...values].slice(0, 3).map((value) => value.slice(0, 30)) }
  })
  const layout = run.step === 'columns' ? await findImportLayout(db, headerKeyOf(run.columns)) : undefined
  return renderPage(
    c,
    <ColumnsPage
      draft={draftOf(run)}
      kind={kind}
      columns={columns}
      fields={fieldOptions(fieldsOf(kind), kind)}
      form={form}
      is_remembered={layout?.kind === kind}
    />,
    { status },
  )
}

function valuesOf(columns: readonly string[], mapping: Readonly<Record<string, string>>): Record<string, string> {
  const fieldOf = new Map(Object.entries(mapping).map(([field, column]) => [column, field]))
  return Object.fromEntries(columns.map((column, place) => [`column_${place}`, fieldOf.get(column) ?? '']))
}

importStepPages.get(routes.importCheck, (c) =>
  withDraft(c, async (run) => {
    const { db } = c.var.ctx
    const only_rejects = c.req.query('only') === 'errors'
    const after_row = Math.max(0, Number.parseInt(c.req.query('after') ?? '0', 10) || 0)
    const found = await listImportIssues(db, run.id, { only_rejects, after_row, limit: ISSUES_A_PAGE })
    // A row is not cut in two: one of all fields takes half a page.
    const last = found.length < ISSUES_A_PAGE ? null : (found.at(-1)?.row_number ?? 0)
    const issues = found.filter((issue) => issue.row_number !== last)
    const counts = await countImportIssues(db, run.id)
    const cells = await listCells(db, run.id, [...new Set(issues.map((issue) => issue.row_number))])
    const next = last === null ? null : last - 1
    const only = only_rejects ? 'errors' : undefined
    return renderPage(
      c,
      <CheckPage
        draft={{ ...draftOf(run), checked_rows: run.checked_rows }}
        {...counts}
        only_rejects={only_rejects}
        issues={issues.map((issue) => issueLine(run, issue, cells.get(issue.row_number) ?? []))}
        next_href={next === null ? null : paths.importCheck(run.id, { only, after: next })}
      />,
    )
  }),
)

function issueLine(
  run: Row<'import'>,
  issue: Omit<IssueLine, 'column' | 'value' | 'text'>,
  cells: readonly string[],
): IssueLine {
  const column = run.mapping[issue.field] ?? (issue.field === 'name' ? run.mapping.first_name : undefined) ?? null
  const place = column === null ? -1 : run.columns.indexOf(column)
  const others = cells.filter((cell, index) => cell !== '' && index !== place)
  return { ...issue, column, value: cells[place] ?? '', text: others.slice(0, 3).join(' · ').slice(0, 120) }
}

importStepPages.post(routes.importCells, (c) =>
  withDraft(c, async (run) => {
    const form = await c.req.formData()
    const field = String(form.get('field') ?? '')
    const row_number = Number(form.get('row_number'))
    if (!Number.isInteger(row_number)) throw new InvalidError('There is no such cell.')
    const value = String(form.get('value') ?? '')
    const wrong = await fixCell(c.var.ctx, { import_id: run.id, row_number, field, value })
    const only = form.get('only') === 'errors' ? 'errors' : undefined
    const back = paths.importCheck(run.id, { only, after: Math.max(0, row_number - 1) || undefined })
    return redirectWithFlash(
      c,
      wrong === null ? paths.importCheck(run.id, { only }) : back,
      wrong === null
        ? { tone: 'good', text: `Row ${row_number} is put right.` }
        : { tone: 'bad', text: `Row ${row_number}: ${wrong}` },
    )
  }),
)

importStepPages.get(routes.importOptions, (c) =>
  withDraft(c, async (run) => {
    if (run.step === 'check') await updateDraft(c.var.ctx.db, run.id, { step: 'options' })
    const { policy = 'fill', owner_id = null, fields = {} } = run.options
    const own = Object.fromEntries(Object.entries(fields).map(([field, of]) => [`field_${field}`, of]))
    return optionsPage(c, run, formOf({ policy, owner_id, ...own }))
  }),
)

importStepPages.post(routes.importOptions, (c) =>
  withDraft(c, async (run) => {
    const form = await c.req.formData()
    const values = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]))
    const errors: Record<string, string> = {}
    const policies: Record<string, DuplicatePolicy> = {}
    for (const field of policyFields(run)) {
      const given = values[`field_${field}`] ?? ''
      if (isPolicy(given)) policies[field] = given
      else if (given !== '') errors[`field_${field}`] = 'Choose one of the three'
    }
    const policy = values.policy ?? ''
    if (!isPolicy(policy)) errors.policy = 'Choose what happens to them'
    const owner_id = values.owner_id || null
    if (owner_id !== null && !(isUuid(owner_id) && (await isOwner(c.var.ctx.db, owner_id))))
      errors.owner_id = 'Choose somebody of the team'
    if (!isPolicy(policy) || Object.keys(errors).length > 0) return optionsPage(c, run, { values, errors }, 422)
    const options: ImportOptions = { policy, owner_id, fields: policies }
    await runDraft(c.var.ctx, { import_id: run.id, options })
    return redirectWithFlash(c, paths.importRun(run.id), { tone: 'good', text: 'The import has begun.' })
  }),
)

const isPolicy = (text: string): text is DuplicatePolicy => policyOptions.some(({ value }) => value === text)

/** Names tell who somebody is, and a domain which company it is: they have no policy. */
function policyFields(run: Row<'import'>): string[] {
  const fixed = new Set(['name', 'first_name', 'last_name', 'company', 'domain'])
  return Object.keys(run.mapping).filter((field) => !fixed.has(field))
}

async function optionsPage(c: Context<SignedInEnv>, run: Row<'import'>, form: FormState, status: 200 | 422 = 200) {
  const owners = (await listOwners(c.var.ctx.db)).map(({ id, name }) => ({ value: id, label: name }))
  const fields = fieldOptions(policyFields(run), run.kind)
  return renderPage(c, <OptionsPage draft={draftOf(run)} fields={fields} owners={owners} form={form} />, { status })
}

importStepPages.post(routes.runImport, async (c) => {
  const run = await requireImport(c)
  try {
    await runDraft(c.var.ctx, { import_id: run.id })
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error
    return redirectWithFlash(c, paths.importRun(run.id), { tone: 'bad', text: error.message })
  }
  return redirectWithFlash(c, paths.importRun(run.id), { tone: 'good', text: 'The import has begun.' })
})

/** An import that runs has no steps any more: its own page tells. */
async function withDraft(
  c: Context<SignedInEnv>,
  work: (run: Row<'import'>) => Promise<Response> | Response,
): Promise<Response> {
  const run = await requireImport(c)
  const isReadable = run.status === 'draft' && run.step !== 'upload'
  return isReadable ? work(run) : c.redirect(paths.importRun(run.id), 303)
}
