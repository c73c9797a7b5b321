import { type Insertable, sql, type Updateable } from 'kysely'
import type { Database, Db, Row, Tx } from '../schema.ts'

/**
 * Serialises all imports into one event until the transaction ends: two files must not both add the same account. With some memory
 * the new names go into the search indexes at once, instead of in many small parts.
 */
export async function lockEventForImport(tx: Tx, event_id: string): Promise<void> {
  await sql`set local work_mem = '64MB'`.execute(tx)
  await sql`select pg_advisory_xact_lock(hashtextextended(${event_id}, 77002231))`.execute(tx)
}

export async function insertImport(db: Db, row: Insertable<Database['import']>): Promise<void> {
  await db.insertInto('import').values(row).execute()
}

export async function findImport(db: Db, id: string): Promise<Row<'import'> | undefined> {
  return db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Locked until the transaction ends. */
export async function lockImport(tx: Tx, id: string): Promise<Row<'import'> | undefined> {
  return tx.selectFrom('import').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Of an import that still waits for a person. @returns whether it does */
export async function updateDraft(db: Db, id: string, values: Updateable<Database['import']>): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('import')
    .set(values)
    .where('id', '=', id)
    .where('status', '=', 'draft')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** One that is over, undone or not, stays as it is. */
export async function markImportRunning(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('import')
    .set({ status: 'running', error: null, started_at: sql<Date>`coalesce(started_at, ${now}::timestamptz)` })
    .where('id', '=', id)
    .where('status', 'in', ['staged', 'running', 'failed'])
    .where('step', '=', 'run')
    .execute()
}

export interface Outcomes {
  new: number
  updated: number
  duplicate: number
  rejected: number
}

/** Adds what a batch came to. The caller holds the import. @returns the import, completed once its last row is counted */
export async function countImportRows(
  tx: Tx,
  id: string,
  { new: added, updated, duplicate, rejected }: Outcomes,
  now: Date,
): Promise<Row<'import'>> {
  const counted = sql`(new_count + updated_count + duplicate_count + rejected_count + ${added + updated + duplicate + rejected}::integer)`
  return tx
    .updateTable('import')
    .set({
      new_count: sql<number>`new_count + ${added}::integer`,
      updated_count: sql<number>`updated_count + ${updated}::integer`,
      duplicate_count: sql<number>`duplicate_count + ${duplicate}::integer`,
      rejected_count: sql<number>`rejected_count + ${rejected}::integer`,
      error: null,
      status: sql`case when ${counted} = total_rows then 'completed' else status end`,
      finished_at: sql`case when ${counted} = total_rows then ${now}::timestamptz end`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export async function markImportFailed(db: Db, id: string, error: string): Promise<void> {
  await db
    .updateTable('import')
    .set({ status: 'failed', error })
    .where('id', '=', id)
    .where('status', 'in', ['staged', 'running'])
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

/** Before and after some hundred thousand rows the planner knows nothing of them: it would choose its plans for an empty table. */
export async function analyzeImported(db: Db): Promise<void> {
  await sql`analyze account`.execute(db)
  await sql`analyze person`.execute(db)
  await sql`analyze email_address`.execute(db)
  await sql`analyze import_row`.execute(db)
}

export async function markUndoAsked(tx: Tx, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('import')
    .set({ undo_asked_at: now })
    .where('id', '=', id)
    .where('undo_asked_at', 'is', null)
    .execute()
}

/** Adds what a batch of undoing came to, and says how far it is. The caller holds the import. */
export async function addUndoCounts(
  tx: Tx,
  id: string,
  {
    removed,
    restored,
    kept,
    undone_rows,
    undone_at = null,
  }: {
    removed: number
    restored: number
    kept: number
    undone_rows: number
    undone_at?: Date | null
  },
): Promise<Row<'import'>> {
  return tx
    .updateTable('import')
    .set({
      removed_count: sql<number>`removed_count + ${removed}::integer`,
      restored_count: sql<number>`restored_count + ${restored}::integer`,
      kept_count: sql<number>`kept_count + ${kept}::integer`,
      undone_rows,
      undone_at,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
