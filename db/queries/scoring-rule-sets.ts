import type { Insertable } from 'kysely'
import type { Database, Db, Row } from '../schema.ts'

/** The rules that count at an event; undefined while nobody has saved any. */
export async function findScoringRules(db: Db, event_id: string): Promise<Row<'scoring_rule_set'> | undefined> {
  return db
    .selectFrom('scoring_rule_set')
    .selectAll()
    .where('event_id', '=', event_id)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function findScoringVersion(
  db: Db,
  event_id: string,
  version: number,
): Promise<Row<'scoring_rule_set'> | undefined> {
  return db
    .selectFrom('scoring_rule_set')
    .selectAll()
    .where('event_id', '=', event_id)
    .where('version', '=', version)
    .executeTakeFirst()
}

/** False when the version is there already: somebody else was first. */
export async function insertScoringRules(db: Db, row: Insertable<Database['scoring_rule_set']>): Promise<boolean> {
  const inserted = await db
    .insertInto('scoring_rule_set')
    .values(row)
    .onConflict((conflict) => conflict.columns(['event_id', 'version']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export type ScoringVersion = Pick<Row<'scoring_rule_set'>, 'version' | 'name' | 'reason' | 'saved_at'> & {
  saved_by_name: string | null
}

/** Newest first. */
export async function listScoringVersions(db: Db, event_id: string, limit: number): Promise<ScoringVersion[]> {
  return db
    .selectFrom('scoring_rule_set')
    .leftJoin('user', 'user.id', 'scoring_rule_set.saved_by')
    .select(['version', 'scoring_rule_set.name', 'reason', 'saved_at', 'user.name as saved_by_name'])
    .where('event_id', '=', event_id)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute()
}
