import { type Insertable, sql, type Updateable } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { SequenceTable } from '../tables/sequence.ts'
import { may } from './message-transitions.ts'
import { ensureSender } from './senders.ts'

/** With its sender, who is known from now on. */
export async function insertSequence(
  db: Db,
  sequence: Insertable<SequenceTable> & { time_zone: string; created_at: Date },
): Promise<void> {
  const { from_address, time_zone, created_at: now } = sequence
  await ensureSender(db, { from_address, time_zone, now })
  await db.insertInto('sequence').values(sequence).execute()
}

export async function findSequence(db: Db, id: string): Promise<Row<'sequence'> | undefined> {
  return db.selectFrom('sequence').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function listSequencesById(db: Db, ids: readonly string[]): Promise<Row<'sequence'>[]> {
  return ids.length === 0
    ? []
    : db
        .selectFrom('sequence')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute()
}

/**
 * Holds the row until the transaction ends, so that two edits of one sequence follow each other. No stronger: a drain
 * that plans the next mail of the sequence refers to the row, and must not wait for an archiving that waits for it.
 */
export async function lockSequence(db: Db, id: string): Promise<Row<'sequence'> | undefined> {
  return db.selectFrom('sequence').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

export async function updateSequenceRow(db: Db, id: string, columns: Updateable<SequenceTable>): Promise<void> {
  await db.updateTable('sequence').set(columns).where('id', '=', id).execute()
}

/** Another sequence of the event that is not archived and has this name. */
export async function findSequenceByName(db: Db, event_id: string, name: string): Promise<{ id: string } | undefined> {
  return db
    .selectFrom('sequence')
    .select('id')
    .where('event_id', '=', event_id)
    .where(sql`lower(name)`, '=', name.toLowerCase())
    .where('status', '<>', 'archived')
    .executeTakeFirst()
}

/** Gives back what drains have claimed of a sequence and not handed over. */
export async function releaseClaimsOfSequence(db: Db, sequence_id: string): Promise<void> {
  await sql`update message m set state = 'planned', claim_token = null, lease_until = null
    where m.sequence_id = ${sequence_id}::uuid and ${may('release')}`.execute(db)
}

/** Sequences that write, or will when they are resumed. */
export async function listSendingSequenceIds(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('sequence').select('id').where('status', 'in', ['active', 'paused']).execute()
  return rows.map((row) => row.id)
}

/** The enrollments of a sequence that still run. */
export async function listRunningEnrollmentIds(db: Db, sequence_id: string): Promise<string[]> {
  const rows = await db
    .selectFrom('enrollment')
    .select('id')
    .where('sequence_id', '=', sequence_id)
    .where('status', 'in', ['active', 'paused'])
    .execute()
  return rows.map((row) => row.id)
}
