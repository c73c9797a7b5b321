import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

/** Whether a pause of sequence `s` is still being made up for: until then its mails may be due too early. */
export const isResuming = sql`exists (select from resumption where resumption.sequence_id = s.id)`

export async function insertResumption(
  db: Db,
  pause: { id: string; sequence_id: string; paused_at: Date; resumed_at: Date },
): Promise<void> {
  await db.insertInto('resumption').values(pause).execute()
}

export async function hasResumption(db: Db, sequence_id: string): Promise<boolean> {
  const row = await db.selectFrom('resumption').select('id').where('sequence_id', '=', sequence_id).executeTakeFirst()
  return row !== undefined
}

/** Sequences of which a job is to be at work. */
export async function listResuming(db: Db, limit: number): Promise<string[]> {
  const rows = await db.selectFrom('resumption').select('sequence_id').distinct().limit(limit).execute()
  return rows.map(({ sequence_id }) => sequence_id)
}

/** The earliest pause of a sequence that is to be made up for; held, so that one job at a time is at it. */
export async function lockResumption(db: Db, sequence_id: string): Promise<Row<'resumption'> | undefined> {
  return db
    .selectFrom('resumption')
    .selectAll()
    .where('sequence_id', '=', sequence_id)
    .orderBy('resumed_at')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
}

export async function setResumedUpTo(db: Db, { id, after }: { id: string; after: string }): Promise<void> {
  await db.updateTable('resumption').set({ after }).where('id', '=', id).execute()
}

export async function deleteResumption(db: Db, id: string): Promise<void> {
  await db.deleteFrom('resumption').where('id', '=', id).execute()
}

/** Enrollments of a sequence that have not ended, behind an id. */
export async function listRunningBehind(
  db: Db,
  of: { sequence_id: string; after: string; limit: number },
): Promise<string[]> {
  const those = (status: 'active' | 'paused') => sql`(
    select id from enrollment
    where sequence_id = ${of.sequence_id}::uuid and status = ${status} and id > ${of.after}::uuid
    order by id limit ${of.limit})`
  const { rows } = await sql<{ id: string }>`
    select id from (${those('active')} union all ${those('paused')}) running order by id limit ${of.limit}`.execute(db)
  return rows.map(({ id }) => id)
}
