import { type Insertable, sql } from 'kysely'
import type { Database, Db, Row, Tx } from '../schema.ts'
import type { ImportRowStatus } from '../tables/import-row.ts'

/** Serialises all imports into one event until the transaction ends: two files must not both add the same account. */
export async function lockEventForImport(tx: Tx, event_id: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${event_id}, 77002231))`.execute(tx)
}

export async function insertImport(db: Db, row: Insertable<Database['import']>): Promise<void> {
  await db.insertInto('import').values(row).execute()
}

/** One statement; the caller keeps it at about a thousand rows. */
export async function insertImportRows(
  db: Db,
  import_id: string,
  rows: readonly { row_number: number; raw: Record<string, string> }[],
): Promise<void> {
  await sql`insert into import_row (import_id, row_number, raw)
    select ${import_id}::uuid, row_number, raw
    from json_to_recordset(${JSON.stringify(rows)}::json) as t(row_number integer, raw jsonb)`.execute(db)
}

export async function findImport(db: Db, id: string): Promise<Row<'import'> | undefined> {
  return db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst()
}

export interface StagedRow {
  row_number: number
  raw: Record<string, string>
}

/** The next rows in the order of the file. A second worker takes none of these. */
export async function takeStagedRows(tx: Tx, import_id: string, limit: number): Promise<StagedRow[]> {
  return tx
    .selectFrom('import_row')
    .select(['row_number', 'raw'])
    .where('import_id', '=', import_id)
    .where('status', '=', 'staged')
    .orderBy('row_number')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
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
  status: Exclude<ImportRowStatus, 'staged'>
  /** why it was rejected, or what of it could not be kept */
  reason: string | null
  record_id: string | null
}

/** Writes what became of the rows and counts the import anew from its rows. */
export async function settleImportRows(tx: Tx, import_id: string, outcomes: readonly RowOutcome[]): Promise<void> {
  await sql`update import_row set status = t.status, reason = t.reason, record_id = t.record_id
    from json_to_recordset(${JSON.stringify(outcomes)}::json)
      as t(row_number integer, status text, reason text, record_id uuid)
    where import_row.import_id = ${import_id} and import_row.row_number = t.row_number
      and import_row.status = 'staged'`.execute(tx)
  await sql`update "import" set new_count = n.new, updated_count = n.updated, duplicate_count = n.duplicate,
      rejected_count = n.rejected
    from (select count(*) filter (where status = 'new') as new, count(*) filter (where status = 'updated') as updated,
        count(*) filter (where status = 'duplicate') as duplicate, count(*) filter (where status = 'rejected') as rejected
      from import_row where import_id = ${import_id}) n
    where id = ${import_id}`.execute(tx)
}

export async function markImportRunning(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('import')
    .set({ status: 'running', error: null, started_at: sql<Date>`coalesce(started_at, ${now}::timestamptz)` })
    .where('id', '=', id)
    .where('status', '<>', 'completed')
    .execute()
}

/** The import as it is once its last row is done; undefined when rows are left or another delivery completed it. */
export async function completeImport(db: Db, id: string, now: Date): Promise<Row<'import'> | undefined> {
  return db
    .updateTable('import')
    .set({ status: 'completed', error: null, finished_at: now })
    .where('id', '=', id)
    .where('status', '<>', 'completed')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('import_row').select('row_number').where('import_id', '=', id).where('status', '=', 'staged'),
        ),
      ),
    )
    .returningAll()
    .executeTakeFirst()
}

export async function markImportFailed(db: Db, id: string, error: string): Promise<void> {
  await db
    .updateTable('import')
    .set({ status: 'failed', error })
    .where('id', '=', id)
    .where('status', '<>', 'completed')
    .execute()
}

/** Newest first. */
export async function listImports(db: Db, event_id: string, limit: number): Promise<Row<'import'>[]> {
  return db
    .selectFrom('import')
    .selectAll()
    .where('event_id', '=', event_id)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Rows of one outcome in the order of the file, from after `after_row`. */
export async function listImportRows(
  db: Db,
  import_id: string,
  { status, after_row, limit }: { status: ImportRowStatus; after_row: number; limit: number },
): Promise<Row<'import_row'>[]> {
  return db
    .selectFrom('import_row')
    .selectAll()
    .where('import_id', '=', import_id)
    .where('status', '=', status)
    .where('row_number', '>', after_row)
    .orderBy('row_number')
    .limit(limit)
    .execute()
}
