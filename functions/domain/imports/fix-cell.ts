import { deleteImportIssues, insertImportIssues, updateImportCell } from '../../../db/queries/import-issues.ts'
import { listCells } from '../../../db/queries/import-rows.ts'
import { updateDraft } from '../../../db/queries/imports.ts'
import type { Ctx } from '../../context.ts'
import { InvalidError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { issueFinder } from './cell-issues.ts'
import { requireDraft } from './match-columns.ts'
import { MAX_CELL_CHARACTERS } from './raw-row.ts'

export interface FixedCell {
  import_id: string
  row_number: number
  /** of the mapping */
  field: string
  value: string
}

/** Writes a cell of a row that is not imported yet and looks at the row anew. @returns what is still wrong with it */
export async function fixCell(ctx: Ctx, { import_id, row_number, field, value }: FixedCell): Promise<string | null> {
  return transact(ctx, async (tx) => {
    const list = await requireDraft(tx, import_id)
    // A name that is missing may be missing in two columns.
    const column = list.mapping[field] ?? (field === 'name' ? list.mapping.first_name : undefined)
    const place = column === undefined ? -1 : list.columns.indexOf(column)
    const cells = (await listCells(tx.db, import_id, [row_number])).get(row_number)
    if (place === -1 || cells === undefined || cells.length === 0) throw new InvalidError('There is no such cell.')
    const text = value.replaceAll('\0', '').slice(0, MAX_CELL_CHARACTERS)
    await updateImportCell(tx.db, import_id, { row_number, place, value: text.toWellFormed() })
    if (row_number > list.checked_rows) return null
    const before = await deleteImportIssues(tx.db, import_id, row_number)
    const issues = issueFinder(list)({ row_number, cells: cells.map((cell, index) => (index === place ? text : cell)) })
    await insertImportIssues(tx.db, import_id, issues)
    await updateDraft(tx.db, import_id, { issue_count: list.issue_count - before + issues.length })
    return issues.find((issue) => issue.field === field)?.message ?? null
  })
}
