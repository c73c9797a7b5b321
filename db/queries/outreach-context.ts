import type { Db, Row } from '../schema.ts'

/** The event a sequence writes about. Exists: the sequence's foreign key says so. */
export async function findEvent(db: Db, id: string): Promise<Row<'event'>> {
  return db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}
