import { insertImportBlocks, ROWS_A_BLOCK } from '../../../db/queries/import-rows.ts'
import { insertImport } from '../../../db/queries/imports.ts'
import type { ImportKind } from '../../../db/tables/import.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { guessColumns } from './guess-columns.ts'
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
const ROWS_A_STATEMENT = 4 * ROWS_A_BLOCK

/** Stages a file and the job that applies it, with what is guessed of its columns. */
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

export function stageApply(tx: TxCtx, import_id: string): Promise<string> {
  return stageJob(tx, 'apply-import', { import_id }, { key: `apply-import ${import_id}` })
}

/**
 * Reads a file and keeps every row of it as it was; nothing on the lists changes yet.
 *
 * @throws InvalidError or TooLargeError with words for the person who chose the file
 */
export async function stageImport(tx: TxCtx, file: ImportFile): Promise<StagedImport> {
  const { columns, rows, header_row } = await readTable(file.bytes)
  const { kind, mapping, source } = await guessColumns(tx.db, columns, rows)
  const id = crypto.randomUUID()
  await insertImport(tx.db, {
    id,
    event_id: file.event_id,
    user_id: tx.actor?.user_id ?? null,
    kind,
    file_name: textCell(file.file_name, 200) ?? 'list.csv',
    columns: JSON.stringify(columns),
    mapping: JSON.stringify(mapping),
    source,
    header_row,
    total_rows: rows.length,
    created_at: tx.clock.now(),
  })
  await insertRows(tx, id, rows)
  return { id, kind, total_rows: rows.length }
}

/** In blocks, from the first. The rows are let go of as they are written: a list of 50 MB is not held twice. */
export async function insertRows(tx: TxCtx, import_id: string, rows: string[][]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const part = rows.slice(start, start + ROWS_A_STATEMENT)
    await insertImportBlocks(tx.db, import_id, start + 1, part)
    rows.fill([], start, start + part.length)
  }
}
