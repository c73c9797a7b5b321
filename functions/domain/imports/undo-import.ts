import { insertActivity } from '../../../db/queries/activities.ts'
import {
  deleteRecords,
  listChangesToUndo,
  listMadeRecords,
  listRowsToUndo,
  markChangesUndone,
  markRowsUndone,
  type Undone,
} from '../../../db/queries/import-undo.ts'
import {
  addUndoCounts,
  findImport,
  lockEventForImport,
  lockImport,
  markUndoAsked,
} from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { restoreChanges } from './restore-changes.ts'

const UNDO_BUDGET_MS = 15_000
const ROWS_A_BATCH = 500

/** Puts the undoing of an import into the queue; pressed twice it is there once. @throws ConflictError while it runs */
export async function askUndo(ctx: Ctx, import_id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    const list = await lockImport(tx.db, import_id)
    if (list === undefined) throw new NotFoundError('import')
    if (list.status !== 'completed') throw new ConflictError('Only an import that is done can be undone.')
    if (list.undone_at !== null) return
    await markUndoAsked(tx.db, import_id, tx.clock.now())
    await stageUndo(tx, import_id)
  })
}

export interface UndoneImport {
  removed: number
  restored: number
  kept: number
  is_over: boolean
}

/**
 * Removes what an import added and puts back what it changed, row by row of the file and then the companies that came along, in batches. What
 * somebody touched since stays, with the reason. Delivered twice it goes on after the last batch that is counted.
 */
export async function undoImport(
  ctx: Ctx,
  { import_id, rows_a_batch = ROWS_A_BATCH }: { import_id: string; rows_a_batch?: number },
): Promise<UndoneImport> {
  const until = ctx.clock.now().getTime() + UNDO_BUDGET_MS
  for (;;) {
    const list = await transact(ctx, (tx) => undoBatch(tx, import_id, rows_a_batch))
    const is_over = list.undone_at !== null || list.undo_asked_at === null
    const done = { removed: list.removed_count, restored: list.restored_count, kept: list.kept_count, is_over }
    if (is_over) return done
    if (ctx.clock.now().getTime() < until) continue
    await transact(ctx, (tx) => stageUndo(tx, import_id))
    return done
  }
}

function stageUndo(tx: TxCtx, import_id: string): Promise<string> {
  return stageJob(tx, 'undo-import', { import_id }, { key: `undo-import ${import_id}` })
}

async function undoBatch(tx: TxCtx, import_id: string, limit: number): Promise<Row<'import'>> {
  const found = await findImport(tx.db, import_id)
  if (found === undefined) throw new NotFoundError('import')
  await lockEventForImport(tx.db, found.event_id)
  const list = await lockImport(tx.db, import_id)
  if (list === undefined) throw new NotFoundError('import')
  if (list.undo_asked_at === null || list.undone_at !== null) return list
  if (list.undone_rows < list.total_rows) return undoRows(tx, list, limit)
  return undoRest(tx, list, limit)
}

async function undoRows(tx: TxCtx, list: Row<'import'>, limit: number): Promise<Row<'import'>> {
  const rows = await listRowsToUndo(tx.db, list.id, list.undone_rows, limit)
  const kind = list.kind === 'people' ? 'person' : 'account'
  const made = rows.flatMap((row) => (row.status === 'new' && row.record_id !== null ? row.record_id : []))
  const changed = rows.flatMap((row) => (row.status === 'updated' && row.record_id !== null ? row.record_id : []))
  const results = new Map<string, string>()
  await removeMade(tx, list, { kind, ids: made }, results)
  const changes = await listChangesToUndo(tx.db, list.id, { record_ids: changed })
  await restoreChanges(tx, list, changes, results)
  const undone: Undone[] = rows.flatMap(({ row_number, status, record_id }) => {
    const result = status === 'new' || status === 'updated' ? results.get(record_id ?? '') : undefined
    return result === undefined ? [] : { row_number, undone: result }
  })
  await markRowsUndone(tx.db, list.id, undone)
  const undone_rows = rows.length < limit ? list.total_rows : (rows.at(-1)?.row_number ?? list.total_rows)
  return addUndoCounts(tx.db, list.id, { ...countResults(undone.map((row) => row.undone)), undone_rows })
}

/** Companies that came along with people, or were filled by them. */
async function undoRest(tx: TxCtx, list: Row<'import'>, limit: number): Promise<Row<'import'>> {
  const changes = await listChangesToUndo(tx.db, list.id, { limit })
  if (changes.length === 0) return finishUndo(tx, list)
  const results = new Map<string, string>()
  const made = changes.filter((change) => change.is_new).map((change) => change.record_id)
  await removeMade(tx, list, { kind: 'account', ids: made }, results)
  await restoreChanges(
    tx,
    list,
    changes.filter((change) => !change.is_new),
    results,
  )
  return addUndoCounts(tx.db, list.id, { ...countResults([...results.values()]), undone_rows: list.undone_rows })
}

async function removeMade(
  tx: TxCtx,
  list: Row<'import'>,
  { kind, ids }: { kind: 'account' | 'person'; ids: readonly string[] },
  results: Map<string, string>,
): Promise<void> {
  const records = await listMadeRecords(tx.db, list.id, kind, ids)
  const removed = records.filter((record) => record.why_kept === null).map((record) => record.record_id)
  await deleteRecords(tx.db, kind, removed)
  // Whoever is gone already is no longer there to be kept.
  for (const id of ids) results.set(id, 'removed')
  for (const { record_id, why_kept } of records) if (why_kept !== null) results.set(record_id, `kept: ${why_kept}`)
  await markChangesUndone(
    tx.db,
    list.id,
    ids.map((record_id) => ({ record_id, undone: results.get(record_id) ?? 'removed' })),
  )
}

function countResults(results: readonly string[]): { removed: number; restored: number; kept: number } {
  const removed = results.filter((result) => result === 'removed').length
  const restored = results.filter((result) => result === 'restored').length
  return { removed, restored, kept: results.length - removed - restored }
}

async function finishUndo(tx: TxCtx, list: Row<'import'>): Promise<Row<'import'>> {
  const now = tx.clock.now()
  const none = { removed: 0, restored: 0, kept: 0 }
  const undone = await addUndoCounts(tx.db, list.id, { ...none, undone_rows: list.undone_rows, undone_at: now })
  const { removed_count: removed, restored_count: restored, kept_count: kept } = undone
  await insertActivity(tx.db, {
    event_id: list.event_id,
    account_id: null,
    person_id: null,
    actor_id: list.user_id,
    kind: 'import',
    summary: `Undid the import of ${list.file_name}: ${removed} removed, ${restored} put back, ${kept} kept`,
    detail: { import_id: list.id, removed, restored, kept },
    at: now,
  })
  await stageJob(
    tx,
    'score-accounts',
    { event_id: list.event_id, reason: `Undid the import of ${list.file_name}` },
    { key: `score-accounts ${list.event_id}` },
  )
  return undone
}
