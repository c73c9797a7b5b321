import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { MergeKind } from '../tables/merge.ts'

export interface NewMerge {
  id: string
  event_id: string
  kind: MergeKind
  survivor: { id: string; name: string }
  lost: { id: string; name: string }
  /** columns of the survivor that change: what is there now, and what comes */
  changed: Record<string, [before: unknown, after: unknown]>
  merged_by: string | null
  now: Date
}

export async function insertMerge(db: Db, merge: NewMerge): Promise<void> {
  await db
    .insertInto('merge')
    .values({
      id: merge.id,
      event_id: merge.event_id,
      kind: merge.kind,
      survivor_id: merge.survivor.id,
      lost_id: merge.lost.id,
      survivor_name: merge.survivor.name,
      lost_name: merge.lost.name,
      lost: JSON.stringify(merge.lost),
      changed: JSON.stringify(merge.changed),
      merged_by: merge.merged_by,
      merged_at: merge.now,
    })
    .execute()
}

/** The merge in which a record was lost, unless it was undone. */
export async function findMergeOf(db: Db, lost_id: string): Promise<Row<'merge'> | undefined> {
  return db
    .selectFrom('merge')
    .selectAll()
    .where('lost_id', '=', lost_id)
    .where('undone_at', 'is', null)
    .executeTakeFirst()
}

export async function findMerge(db: Db, event_id: string, id: string): Promise<Row<'merge'> | undefined> {
  return db.selectFrom('merge').selectAll().where('event_id', '=', event_id).where('id', '=', id).executeTakeFirst()
}

export async function markMergeUndone(
  db: Db,
  undone: { id: string; by: string | null; kept: readonly string[]; now: Date },
): Promise<void> {
  await db
    .updateTable('merge')
    .set({ undone_by: undone.by, undone_at: undone.now, kept: JSON.stringify(undone.kept) })
    .where('id', '=', undone.id)
    .execute()
}

/** Rows of one kind that a merge noted, as they were before and after it. */
export async function listMergeRows(
  db: Db,
  merge_id: string,
  kind: string,
): Promise<Pick<Row<'merge_row'>, 'row_id' | 'before' | 'after'>[]> {
  return db
    .selectFrom('merge_row')
    .select(['row_id', 'before', 'after'])
    .where('merge_id', '=', merge_id)
    .where('kind', '=', kind)
    .orderBy('row_id')
    .execute()
}

export async function insertMergeRows(
  db: Db,
  merge_id: string,
  kind: string,
  rows: readonly { row_id: string; before: object | null; after: object | null }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into merge_row (merge_id, kind, row_id, before, after)
    select ${merge_id}::uuid, ${kind}::text, row_id, nullif(before, 'null'), nullif(after, 'null')
    from json_to_recordset(${JSON.stringify(rows)}::json) as t(row_id uuid, before jsonb, after jsonb)`.execute(db)
}

/** The row is no more. What referred to it has been moved: nothing may cascade. */
export async function deleteLost(db: Db, kind: MergeKind, id: string): Promise<void> {
  await db.deleteFrom(kind).where('id', '=', id).execute()
}

/** Columns that the database makes itself. */
const GENERATED = ['effective_score', 'people_count']

/** Puts a row back as it was. A reference to what is gone since is left empty. */
export async function restoreLost(db: Db, kind: MergeKind, lost: Record<string, unknown>): Promise<void> {
  const names = Object.keys(lost).filter((name) => !GENERATED.includes(name))
  const columns = sql.join(names.map((name) => sql.ref(name)))
  const values = sql.join(
    names.map((name) => {
      const target = referred[name]
      if (target === undefined) return sql.ref(`t.${name}`)
      return sql`(select x.id from ${sql.table(target)} x where x.id = ${sql.ref(`t.${name}`)})`
    }),
  )
  await sql`insert into ${sql.table(kind)} (${columns})
    select ${values} from json_populate_record(null::${sql.table(kind)}, ${JSON.stringify(lost)}::json) as t`.execute(
    db,
  )
}

const referred: Record<string, string> = {
  owner_id: 'user',
  score_override_by: 'user',
  account_id: 'account',
  parent_id: 'account',
}

/** People, or accounts, as they are, held until the transaction ends, in the order of ids: both before they become one. */
export async function lockRecords<Kind extends MergeKind>(
  db: Db,
  kind: Kind,
  { event_id, ids }: { event_id: string; ids: readonly string[] },
): Promise<Row<Kind>[]> {
  const { rows } = await sql<Row<Kind>>`
    select * from ${sql.table(kind)} where event_id = ${event_id}::uuid
      and id in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)
    order by id for update`.execute(db)
  return rows
}

export interface MergeLine extends Row<'merge'> {
  merged_by_name: string | null
  undone_by_name: string | null
}

/** Forgets what undoing would need once its time is over; that it was done stays. */
export async function forgetMergeRows(db: Db, { before, limit }: { before: Date; limit: number }): Promise<void> {
  await sql`
    with old as (
      select id from merge where lost is not null and merged_at < ${before}::timestamptz order by merged_at limit ${limit}
    ), rows as (delete from merge_row using old where merge_id = old.id)
    update merge set lost = null, changed = '{}' from old where merge.id = old.id`.execute(db)
}

/** Writes columns of a person or account as JSON has them: dates as ISO text. */
export async function writeColumns(
  db: Db,
  kind: MergeKind,
  { id, columns }: { id: string; columns: Record<string, unknown> },
): Promise<void> {
  const names = Object.keys(columns)
  if (names.length === 0) return
  const sets = sql.join(names.map((name) => sql`${sql.ref(name)} = ${sql.ref(`t.${name}`)}`))
  await sql`update ${sql.table(kind)} set ${sets}
    from json_populate_record(null::${sql.table(kind)}, ${JSON.stringify(columns)}::json) as t
    where ${sql.ref(`${kind}.id`)} = ${id}::uuid`.execute(db)
}

/** Held until the transaction ends: two people undo it once. */
export async function lockMerge(db: Db, id: string): Promise<Row<'merge'> | undefined> {
  return db.selectFrom('merge').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Of an id that may have been merged, also more than once: the record that is there now. */
export async function findSurvivorOf(db: Db, kind: MergeKind, id: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    with recursive later as (
      select ${id}::uuid as id
      union select m.survivor_id from later join merge m on m.lost_id = later.id and m.undone_at is null
    )
    select x.id from later join ${sql.table(kind)} x on x.id = later.id limit 1`.execute(db)
  return rows[0]?.id ?? null
}
