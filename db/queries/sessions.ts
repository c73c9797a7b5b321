import type { Db, Row } from '../schema.ts'

export interface SignedInSession extends Omit<Row<'session'>, 'user_agent' | 'created_at'> {
  name: string
  email: string
  role: Row<'user'>['role']
  time_zone: string
  active_event_id: string | null
}

/**
 * The session and its user in one statement. Role, event and deactivation are read each time, so what is taken from a
 * user is gone with the next request. Undefined once either limit has passed.
 */
export async function findSession(db: Db, id: string, now: Date): Promise<SignedInSession | undefined> {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select([
      'session.id',
      'session.user_id',
      'session.last_seen_at',
      'session.expires_at',
      'session.absolute_expires_at',
      'user.name',
      'user.email',
      'user.role',
      'user.time_zone',
      'user.active_event_id',
    ])
    .where('session.id', '=', id)
    .where('session.expires_at', '>', now)
    .where('session.absolute_expires_at', '>', now)
    .where('user.deactivated_at', 'is', null)
    .executeTakeFirst()
}

/** Those of a user that are still good, the newest first. */
export async function listSessions(db: Db, user_id: string, now: Date): Promise<Row<'session'>[]> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('expires_at', '>', now)
    .where('absolute_expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
}

export async function insertSession(db: Db, session: Row<'session'>): Promise<void> {
  await db.insertInto('session').values(session).execute()
}

/** Moves the idle limit forward, never past the absolute one. */
export async function touchSession(db: Db, session: { id: string; expires_at: Date; now: Date }): Promise<void> {
  await db
    .updateTable('session')
    .set((set) => ({
      last_seen_at: session.now,
      expires_at: set.fn<Date>('least', [set.val(session.expires_at), 'absolute_expires_at']),
    }))
    .where('id', '=', session.id)
    .execute()
}

export async function deleteSession(db: Db, id: string): Promise<void> {
  await db.deleteFrom('session').where('id', '=', id).execute()
}

export async function deleteSessionsOfUser(db: Db, user_id: string): Promise<void> {
  await db.deleteFrom('session').where('user_id', '=', user_id).execute()
}

export async function deleteExpiredSessions(db: Db, now: Date): Promise<void> {
  await db
    .deleteFrom('session')
    .where((on) => on.or([on('expires_at', '<=', now), on('absolute_expires_at', '<=', now)]))
    .execute()
}
