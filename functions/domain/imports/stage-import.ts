import { insertImport, insertImportRows } from '../../../db/queries/imports.ts'
import type { ImportKind } from '../../../db/tables/import.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { mapColumns } from './map-columns.ts'
import { textCell } from './read-cells.ts'
import { readTable } from './read-table.ts'

export interface ImportFile {
  event_id: string
  file_name: string
  bytes: Uint8Array
}

export interface StagedImport {
  id: string
  kind: ImportKind
  total_rows: number
}

/** Keeps a statement's JSON at a few hundred kB. */
const ROWS_A_STATEMENT = 1000

/** Stages a file and the job that applies it. */
export async function startImport(ctx: Ctx, file: ImportFile): Promise<StagedImport> {
  return transact(ctx, async (tx) => {
    const staged = await stageImport(tx, file)
    await stageApply(tx, staged.id)
    return staged
  })
}

/** Puts an import that stopped back into the queue; pressed twice it is there once. */
export async function continueImport(ctx: Ctx, import_id: string): Promise<void> {
  await transact(ctx, (tx) => stageApply(tx, import_id))
}

function stageApply(tx: TxCtx, import_id: string): Promise<string> {
  return stageJob(tx, 'apply-import', { import_id }, { key: `apply-import ${import_id}` })
}

/**
 * Reads a file and keeps every row of it as it was; nothing on the lists changes yet.
 *
 * @throws InvalidError or TooLargeError with words for the person who chose the file
 */
export async function stageImport(tx: TxCtx, file: ImportFile): Promise<StagedImport> {
  const { columns, rows } = await readTable(file.bytes)
  const { kind, mapping } = mapColumns(columns)
  const id = crypto.randomUUID()
  await insertImport(tx.db, {
    id,
    event_id: file.event_id,
    user_id: tx.actor?.user_id ?? null,
    kind,
    file_name: textCell(file.file_name, 200) ?? 'list.csv',
    columns: JSON.stringify(columns),
    mapping: JSON.stringify(mapping),
    total_rows: rows.length,
    created_at: tx.clock.now(),
  })
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const chunk = rows.slice(start, start + ROWS_A_STATEMENT)
    await insertImportRows(
      tx.db,
      id,
      chunk.map((row, index) => ({ row_number: start + index + 1, raw: toRecord(columns, row) })),
    )
  }
  return { id, kind, total_rows: rows.length }
}

/** Empty cells are left out: most of a list's cells are empty. */
function toRecord(columns: readonly string[], row: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {}
  columns.forEach((column, index) => {
    const value = row[index]
    if (value) record[column] = value
  })
  return record
}
