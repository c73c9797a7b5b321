import { insertActivity } from '../../../db/queries/activities.ts'
import { insertImportRows, type RowOutcome } from '../../../db/queries/import-rows.ts'
import {
  analyzeImported,
  countImportRows,
  findImport,
  lockEventForImport,
  lockImport,
  markImportFailed,
  markImportRunning,
  type Outcomes,
} from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { AppError, NotFoundError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { stageSearch } from '../duplicates/find-duplicates.ts'
import { AheadReader } from './ahead-reader.ts'
import { applyCompanies } from './apply-companies.ts'
import { applyPeople } from './apply-people.ts'
import type { ReadCompany } from './read-company.ts'
import type { ReadPerson } from './read-person.ts'

/** A job works this long, well within its lease, and leaves the rest to the next one. */
const IMPORT_BUDGET_MS = 15_000
/** Of one transaction: larger ones are no faster, and hold what they lock longer. */
const ROWS_A_BATCH = 2000
/** After so many rows the planner is shown what the tables hold: what it knows may be of empty ones. */
const ANALYZE_AFTER = [2000, 20_000]

export interface ImportCounts extends Outcomes {
  read: number
}

export interface AppliedImport extends ImportCounts {
  import_id: string
  kind: Row<'import'>['kind']
  status: Row<'import'>['status']
}

export interface ApplyImportInput {
  import_id: string
  /** null: until the last row */
  budget_ms?: number | null
  rows_a_batch?: number
  onProgress?: (done: ImportCounts) => void
}

/**
 * Applies the rows of an import in the order of the file, in batches, each a transaction of its own that counts them: a crash loses the batch
 * under way, and whoever comes next begins after the last row that is counted. When time is up the rest is staged as another job.
 */
export async function applyImport(ctx: Ctx, input: ApplyImportInput): Promise<AppliedImport> {
  const { import_id } = input
  const budget = input.budget_ms === undefined ? IMPORT_BUDGET_MS : input.budget_ms
  const until = budget === null ? Number.POSITIVE_INFINITY : ctx.clock.now().getTime() + budget
  await markImportRunning(ctx.db, import_id, ctx.clock.now())
  try {
    const reader = new AheadReader(ctx.db, await requireImport(ctx, import_id), input.rows_a_batch ?? ROWS_A_BATCH)
    for (let before = 0; ; ) {
      const list = await transact(ctx, (tx) => applyBatch(tx, import_id, reader))
      const counts = countsOf(list)
      input.onProgress?.(counts)
      if (isTimeToAnalyze(before, counts.read, list)) await analyzeImported(ctx.db)
      before = counts.read
      if (list.status !== 'running') return appliedOf(list)
      await reader.settle()
      if (ctx.clock.now().getTime() < until) continue
      await transact(ctx, (tx) => stageJob(tx, 'apply-import', { import_id }, { key: `apply-import ${import_id}` }))
      return appliedOf(list)
    }
  } catch (error) {
    if (!(error instanceof NotFoundError))
      await markImportFailed(
        ctx.db,
        import_id,
        error instanceof AppError ? error.message : 'Stopped by an unexpected error; it is tried again.',
      )
    throw error
  }
}

export function countsOf(list: Row<'import'>): ImportCounts {
  const counts = {
    new: list.new_count,
    updated: list.updated_count,
    duplicate: list.duplicate_count,
    rejected: list.rejected_count,
  }
  return { read: counts.new + counts.updated + counts.duplicate + counts.rejected, ...counts }
}

function appliedOf(list: Row<'import'>): AppliedImport {
  return { import_id: list.id, kind: list.kind, status: list.status, ...countsOf(list) }
}

function isTimeToAnalyze(before: number, read: number, { status, total_rows }: Row<'import'>): boolean {
  const isLargest = status === 'completed' && total_rows > 2 * (ANALYZE_AFTER.at(-1) ?? 0)
  return isLargest || ANALYZE_AFTER.some((rows) => before < rows && read >= rows && status === 'running')
}

/** A second worker waits for the event and finds the rows counted. */
async function applyBatch(tx: TxCtx, import_id: string, reader: AheadReader): Promise<Row<'import'>> {
  const { event_id } = await requireImport(tx, import_id)
  await lockEventForImport(tx.db, event_id)
  const list = await lockImport(tx.db, import_id)
  if (list === undefined) throw new NotFoundError('import')
  if (list.status !== 'running') return list
  const done = countsOf(list).read
  const rows = await reader.take(tx.db, done)
  const { outcomes, write } =
    list.kind === 'people'
      ? await applyPeople(tx, list, rows as ReadPerson[])
      : await applyCompanies(tx, list, rows as ReadCompany[])
  if (done + rows.length < list.total_rows) reader.prepare(done + rows.length)
  await write()
  await insertImportRows(tx.db, import_id, outcomes)
  const counted = await countImportRows(tx.db, import_id, countOutcomes(outcomes), tx.clock.now())
  if (counted.status === 'completed') await finishImport(tx, counted)
  return counted
}

function countOutcomes(outcomes: readonly RowOutcome[]): Outcomes {
  const counts: Outcomes = { new: 0, updated: 0, duplicate: 0, rejected: 0 }
  for (const { status } of outcomes) counts[status]++
  return counts
}

async function requireImport({ db }: Pick<Ctx, 'db'>, import_id: string): Promise<Row<'import'>> {
  const list = await findImport(db, import_id)
  if (list === undefined) throw new NotFoundError('import')
  return list
}

const figure = (count: number) => count.toLocaleString('en-US')

async function finishImport(tx: TxCtx, list: Row<'import'>): Promise<void> {
  const counts = countsOf(list)
  await insertActivity(tx.db, {
    event_id: list.event_id,
    account_id: null,
    person_id: null,
    actor_id: list.user_id,
    kind: 'import',
    summary:
      `Imported ${list.file_name}: ${figure(counts.new)} new, ${figure(counts.updated)} updated, ` +
      `${figure(counts.duplicate)} duplicate, ${figure(counts.rejected)} rejected`,
    detail: { import_id: list.id, kind: list.kind, ...counts },
    at: tx.clock.now(),
  })
  await stageJob(
    tx,
    'score-accounts',
    { event_id: list.event_id, reason: `Imported ${list.file_name}` },
    { key: `score-accounts ${list.event_id}` },
  )
  await stageSearch(tx, list.event_id)
}
