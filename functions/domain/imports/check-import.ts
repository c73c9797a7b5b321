import { insertImportIssues } from '../../../db/queries/import-issues.ts'
import { listStagedRows } from '../../../db/queries/import-rows.ts'
import { lockImport, updateDraft } from '../../../db/queries/imports.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { issueFinder } from './cell-issues.ts'

const CHECK_BUDGET_MS = 15_000
const ROWS_A_BATCH = 2000

/**
 * Looks at every row of a draft and writes down what is wrong, in batches that begin after the last row that was looked at. Nothing is
 * imported. Delivered twice, or after the columns were matched anew, it goes on from where the import says it is.
 */
export async function checkImport(ctx: Ctx, { import_id }: { import_id: string }): Promise<{ checked: number }> {
  const until = ctx.clock.now().getTime() + CHECK_BUDGET_MS
  for (;;) {
    const { checked, is_over } = await transact(ctx, (tx) => checkBatch(tx, import_id))
    if (is_over) return { checked }
    if (ctx.clock.now().getTime() < until) continue
    await transact(ctx, (tx) => stageCheck(tx, import_id))
    return { checked }
  }
}

export function stageCheck(tx: TxCtx, import_id: string): Promise<string> {
  return stageJob(tx, 'check-import', { import_id }, { key: `check-import ${import_id}` })
}

async function checkBatch(tx: TxCtx, import_id: string): Promise<{ checked: number; is_over: boolean }> {
  const list = await lockImport(tx.db, import_id)
  if (list === undefined) throw new NotFoundError('import')
  const isWaiting = list.status === 'draft' && (list.step === 'check' || list.step === 'options')
  if (!isWaiting || list.checked_rows >= list.total_rows) return { checked: list.checked_rows, is_over: true }
  const rows = await listStagedRows(tx.db, import_id, list.checked_rows, ROWS_A_BATCH)
  const issues = rows.flatMap(issueFinder(list))
  await insertImportIssues(tx.db, import_id, issues)
  const checked = list.checked_rows + rows.length
  await updateDraft(tx.db, import_id, { checked_rows: checked, issue_count: list.issue_count + issues.length })
  return { checked, is_over: rows.length === 0 || checked >= list.total_rows }
}
