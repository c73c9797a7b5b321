import { deleteImportBlocks } from '../../../db/queries/import-rows.ts'
import { listChunkSizes, readImportBytes } from '../../../db/queries/import-uploads.ts'
import { findImport, lockImport, updateDraft } from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { AppError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { guessColumns, sourceOf } from './guess-columns.ts'
import { mapColumnsAs } from './map-columns.ts'
import { listSheets, readTable, type SheetTable } from './read-table.ts'
import { insertRows } from './stage-import.ts'

/**
 * Reads an uploaded file into blocks of rows and guesses its columns; a file that cannot be read says why at its page. Safe to run twice:
 * only an import that is still at its upload is read.
 */
export async function readImport(ctx: Ctx, { import_id }: { import_id: string }): Promise<{ rows: number }> {
  const list = await findImport(ctx.db, import_id)
  if (list === undefined) throw new NotFoundError('import')
  if (list.status !== 'draft' || list.step !== 'upload') return { rows: list.total_rows }
  const sizes = await listChunkSizes(ctx.db, import_id)
  if (sizes.reduce((sum, { size }) => sum + size, 0) !== list.size_bytes) return { rows: 0 }
  try {
    const bytes = await readImportBytes(ctx.db, import_id)
    const table = await readTable(bytes, { sheet: list.sheet, header_row: list.header_row })
    const asks = list.header_row === null && (await isUncertain(bytes, table))
    return { rows: await keepTable(ctx, list, table, asks) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await updateDraft(ctx.db, import_id, { step: 'sheet', error: error.message })
    return { rows: 0 }
  }
}

/** One sheet, and its first line is the header: nobody needs to be asked. */
async function isUncertain(bytes: Uint8Array, table: SheetTable): Promise<boolean> {
  const sheets = (await listSheets(bytes)).filter((sheet) => !sheet.is_hidden && sheet.rows > 0)
  return sheets.length > 1 || table.header_row !== 1
}

async function keepTable(ctx: Ctx, list: Row<'import'>, table: SheetTable, asks: boolean): Promise<number> {
  const { columns, rows } = table
  const guess = await guessColumns(ctx.db, columns, rows).catch((error: unknown) => {
    // A person may know better than the headers tell.
    if (!(error instanceof AppError)) throw error
    return { kind: 'people' as const, mapping: mapColumnsAs('people', columns), source: sourceOf(columns) }
  })
  await transact(ctx, async (tx) => {
    const now = await lockImport(tx.db, list.id)
    if (now?.status !== 'draft' || now.step !== 'upload') return
    await deleteImportBlocks(tx.db, list.id)
    await insertRows(tx, list.id, rows)
    await updateDraft(tx.db, list.id, {
      step: asks ? 'sheet' : 'columns',
      kind: guess.kind,
      source: guess.source,
      columns: JSON.stringify(columns),
      mapping: JSON.stringify(guess.mapping),
      sheet: table.sheet,
      header_row: table.header_row,
      total_rows: rows.length,
      checked_rows: 0,
      issue_count: 0,
      error: null,
    })
  })
  return rows.length
}
