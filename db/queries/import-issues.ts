import { sql } from 'kysely'
import type { Db, Row, Tx } from '../schema.ts'
import { ROWS_A_BLOCK } from './import-rows.ts'

export type ImportIssue = Omit<Row<'import_issue'>, 'import_id'>

export async function insertImportIssues(tx: Tx, import_id: string, issues: readonly ImportIssue[]): Promise<void> {
  if (issues.length === 0) return
  await sql`insert into import_issue (import_id, row_number, field, message, rejects)
    select ${import_id}::uuid, row_number, field, message, rejects
    from json_to_recordset(${JSON.stringify(issues)}::json)
      as t(row_number integer, field text, message text, rejects boolean)
    on conflict do nothing`.execute(tx)
}

/** What is wrong with the rows after `after_row`, in the order of the file. */
export async function listImportIssues(
  db: Db,
  import_id: string,
  { only_rejects, after_row, limit }: { only_rejects: boolean; after_row: number; limit: number },
): Promise<ImportIssue[]> {
  let query = db
    .selectFrom('import_issue')
    .select(['row_number', 'field', 'message', 'rejects'])
    .where('import_id', '=', import_id)
    .where('row_number', '>', after_row)
  if (only_rejects) query = query.where('rejects', '=', true)
  return query.orderBy('row_number').orderBy('field').limit(limit).execute()
}

/** Rows that would be rejected, and cells that would be left out. */
export async function countImportIssues(db: Db, import_id: string): Promise<{ rejects: number; remarks: number }> {
  const { rows } = await sql<{ rejects: number; remarks: number }>`
    select count(*) filter (where rejects) as rejects, count(*) filter (where not rejects) as remarks
    from import_issue where import_id = ${import_id}`.execute(db)
  return rows[0] ?? { rejects: 0, remarks: 0 }
}

/** Of one row, or of all. @returns how many */
export async function deleteImportIssues(tx: Tx, import_id: string, row_number?: number): Promise<number> {
  const all = tx.deleteFrom('import_issue').where('import_id', '=', import_id)
  const { numDeletedRows } = await (row_number === undefined
    ? all
    : all.where('row_number', '=', row_number)
  ).executeTakeFirst()
  return Number(numDeletedRows)
}

/** Writes one cell of a row that is not applied yet. */
export async function updateImportCell(
  tx: Tx,
  import_id: string,
  { row_number, place, value }: { row_number: number; place: number; value: string },
): Promise<void> {
  const first_row = Math.floor((row_number - 1) / ROWS_A_BLOCK) * ROWS_A_BLOCK + 1
  await sql`update import_block
    set rows = jsonb_set(rows, array[${String(row_number - first_row)}::text, ${String(place)}::text], ${JSON.stringify(value)}::jsonb)
    where import_id = ${import_id} and first_row = ${first_row}`.execute(tx)
}
