import { sql } from 'kysely'
import type { Db, Row, Tx } from '../schema.ts'
import type { ImportRowStatus } from '../tables/import-row.ts'

/** As many rows a block: a page that shows twenty rows reads at most twenty blocks, a few dozen kB each. */
export const ROWS_A_BLOCK = 500

/** A row of a file, the cells in the order of the import's columns. */
export interface StagedRow {
  row_number: number
  cells: readonly string[]
}

/** One statement; the caller keeps it at a few thousand rows. `first_row` is one more than a multiple of ROWS_A_BLOCK. */
export async function insertImportBlocks(
  db: Db,
  import_id: string,
  first_row: number,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const blocks: { first_row: number; row_count: number; rows: readonly (readonly string[])[] }[] = []
  for (let start = 0; start < rows.length; start += ROWS_A_BLOCK) {
    const block = rows.slice(start, start + ROWS_A_BLOCK)
    blocks.push({ first_row: first_row + start, row_count: block.length, rows: block })
  }
  await sql`insert into import_block (import_id, first_row, row_count, rows)
    select ${import_id}::uuid, first_row, row_count, rows
    from json_to_recordset(${JSON.stringify(blocks)}::json) as t(first_row integer, row_count integer, rows jsonb)
    on conflict (import_id, first_row) do nothing`.execute(db)
}

/** The next rows in the order of the file. */
export async function listStagedRows(
  db: Db,
  import_id: string,
  after_row: number,
  limit: number,
): Promise<StagedRow[]> {
  const blocks = await db
    .selectFrom('import_block')
    .select(['first_row', 'rows'])
    .where('import_id', '=', import_id)
    .where('first_row', '>', after_row - ROWS_A_BLOCK)
    .where('first_row', '<=', after_row + limit)
    .orderBy('first_row')
    .execute()
  const rows = blocks.flatMap(({ first_row, rows }) =>
    rows.map((cells, index) => ({ row_number: first_row + index, cells })),
  )
  return rows.filter(({ row_number }) => row_number > after_row && row_number <= after_row + limit)
}

/** Which of the records an earlier row of this import has become. */
export async function listRecordsOfImport(db: Db, import_id: string, record_ids: readonly string[]): Promise<string[]> {
  if (record_ids.length === 0) return []
  const { rows } = await sql<{ record_id: string }>`select distinct record_id from import_row
    where import_id = ${import_id} and record_id = any(array(
      select value::uuid from json_array_elements_text(${JSON.stringify(record_ids)}::json)))`.execute(db)
  return rows.map((row) => row.record_id)
}

export interface RowOutcome {
  row_number: number
  status: ImportRowStatus
  /** why it was rejected, or what of it could not be kept */
  reason: string | null
  record_id: string | null
}

/** Writes what became of the rows. @throws unique_violation when one of them has been written before */
export async function insertImportRows(tx: Tx, import_id: string, outcomes: readonly RowOutcome[]): Promise<void> {
  if (outcomes.length === 0) return
  await sql`insert into import_row (import_id, row_number, status, reason, record_id)
    select ${import_id}::uuid, row_number, status, reason, record_id
    from json_to_recordset(${JSON.stringify(outcomes)}::json)
      as t(row_number integer, status text, reason text, record_id uuid)`.execute(tx)
}

export type ToldRow = Row<'import_row'> & { cells: readonly string[] }

/** Rows of one outcome with their cells, in the order of the file, from after `after_row`. */
export async function listImportRows(
  db: Db,
  import_id: string,
  { status, after_row, limit }: { status: 'duplicate' | 'rejected'; after_row: number; limit: number },
): Promise<ToldRow[]> {
  const rows = await db
    .selectFrom('import_row')
    .selectAll()
    .where('import_id', '=', import_id)
    .where('status', '=', status)
    .where('row_number', '>', after_row)
    .orderBy('row_number')
    .limit(limit)
    .execute()
  return withCells(db, import_id, rows)
}

/** Rows that undoing left as they are. */
export async function listKeptRows(db: Db, import_id: string, after_row: number, limit: number): Promise<ToldRow[]> {
  const rows = await db
    .selectFrom('import_row')
    .selectAll()
    .where('import_id', '=', import_id)
    .where('undone', 'like', 'kept: %')
    .where('row_number', '>', after_row)
    .orderBy('row_number')
    .limit(limit)
    .execute()
  return withCells(db, import_id, rows)
}

async function withCells(db: Db, import_id: string, rows: readonly Row<'import_row'>[]): Promise<ToldRow[]> {
  const cells = await listCells(
    db,
    import_id,
    rows.map((row) => row.row_number),
  )
  return rows.map((row) => ({ ...row, cells: cells.get(row.row_number) ?? [] }))
}

/** The cells of some rows by row number. */
export async function listCells(
  db: Db,
  import_id: string,
  row_numbers: readonly number[],
): Promise<Map<number, readonly string[]>> {
  if (row_numbers.length === 0) return new Map()
  const { rows } = await sql<{ row_number: number; cells: string[] }>`
    select n.row_number, b.rows -> (n.row_number - b.first_row) as cells
    from (select value::integer as row_number from json_array_elements_text(${JSON.stringify(row_numbers)}::json)) n
    join import_block b on b.import_id = ${import_id} and b.first_row = (n.row_number - 1) / ${ROWS_A_BLOCK} * ${ROWS_A_BLOCK} + 1`.execute(
    db,
  )
  return new Map(rows.map(({ row_number, cells }) => [row_number, cells ?? []]))
}

export async function deleteImportBlocks(db: Db, import_id: string): Promise<void> {
  await db.deleteFrom('import_block').where('import_id', '=', import_id).execute()
}
