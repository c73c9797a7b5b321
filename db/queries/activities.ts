import type { Insertable, Selectable } from 'kysely'
import type { Database, Db } from '../schema.ts'

export interface NewActivity extends Omit<Insertable<Database['activity']>, 'id' | 'detail'> {
  detail?: Record<string, unknown>
}

export async function insertActivity(db: Db, { detail, ...activity }: NewActivity): Promise<void> {
  await db
    .insertInto('activity')
    .values({ id: crypto.randomUUID(), ...activity, detail: JSON.stringify(detail ?? {}) })
    .execute()
}

export type ActivityLine = Selectable<Database['activity']> & { actor_name: string | null; person_name: string | null }

/** The timeline of one account, its people included, or of one person; newest first. */
export async function listActivities(
  db: Db,
  subject: { account_id: string } | { person_id: string },
  limit: number,
): Promise<ActivityLine[]> {
  return db
    .selectFrom('activity')
    .leftJoin('user', 'user.id', 'activity.actor_id')
    .leftJoin('person', 'person.id', 'activity.person_id')
    .selectAll('activity')
    .select(['user.name as actor_name', 'person.name as person_name'])
    .where(
      'account_id' in subject ? 'activity.account_id' : 'activity.person_id',
      '=',
      'account_id' in subject ? subject.account_id : subject.person_id,
    )
    .orderBy('activity.at', 'desc')
    .orderBy('activity.id')
    .limit(limit)
    .execute()
}
