import { insertActivity } from '../../../db/queries/activities.ts'
import {
  completeImport,
  findImport,
  lockEventForImport,
  markImportFailed,
  markImportRunning,
  settleImportRows,
  takeStagedRows,
} from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { AppError, NotFoundError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { applyCompanies } from './apply-companies.ts'
import { applyPeople } from './apply-people.ts'

/** A job works this long, well within its lease, and leaves the rest to the next one. */
const IMPORT_BUDGET_MS = 15_000
const ROWS_A_BATCH = 1000

export interface ImportCounts {
  read: number
  new: number
  updated: number
  duplicate: number
  rejected: number
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
 * Applies the staged rows of an import in batches, each a transaction of its own: a crash loses at most the batch under way, and whoever comes
 * next takes the rows that are still staged. When time is up the rest is staged as another job.
 */
export async function applyImport(ctx: Ctx, input: ApplyImportInput): Promise<AppliedImport> {
  const { import_id } = input
  const budget = input.budget_ms === undefined ? IMPORT_BUDGET_MS : input.budget_ms
  const until = budget === null ? Number.POSITIVE_INFINITY : ctx.clock.now().getTime() + budget
  await markImportRunning(ctx.db, import_id, ctx.clock.now())
  try {
    for (;;) {
      const list = await transact(ctx, (tx) => applyBatch(tx, import_id, input.rows_a_batch ?? ROWS_A_BATCH))
      input.onProgress?.(countsOf(list))
      if (list.status === 'completed') return appliedOf(list)
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

function countsOf(list: Row<'import'>): ImportCounts {
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

async function applyBatch(tx: TxCtx, import_id: string, limit: number): Promise<Row<'import'>> {
  const list = await requireImport(tx, import_id)
  await lockEventForImport(tx.db, list.event_id)
  const staged = await takeStagedRows(tx.db, import_id, limit)
  if (staged.length > 0) {
    const outcomes =
      list.kind === 'people' ? await applyPeople(tx, list, staged) : await applyCompanies(tx, list, staged)
    await settleImportRows(tx.db, import_id, outcomes)
  }
  const completed = await completeImport(tx.db, import_id, tx.clock.now())
  if (completed !== undefined) await finishImport(tx, completed)
  return completed ?? (await requireImport(tx, import_id))
}

async function requireImport(tx: TxCtx, import_id: string): Promise<Row<'import'>> {
  const list = await findImport(tx.db, import_id)
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
}
