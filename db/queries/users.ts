import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

/** Who may try a password: without regard to case, and only while not deactivated. */
export async function findUserToSignIn(
  db: Db,
  email: string,
): Promise<Pick<Row<'user'>, 'id' | 'password_hash' | 'signed_in_at'> | undefined> {
  return db
    .selectFrom('user')
    .select(['id', 'password_hash', 'signed_in_at'])
    .where(sql<boolean>`lower(email) = lower(${email})`)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
}

export async function insertUser(
  db: Db,
  user: Omit<Row<'user'>, 'signed_in_at' | 'deactivated_at' | 'created_at'> & { now: Date },
): Promise<void> {
  const { now, ...columns } = user
  await db
    .insertInto('user')
    .values({ ...columns, created_at: now })
    .execute()
}

/** Notes a sign-in; `password_hash` replaces the stored one when its parameters have grown old. */
export async function markSignedIn(
  db: Db,
  user: { id: string; now: Date; password_hash: string | null },
): Promise<void> {
  await db
    .updateTable('user')
    .set({ signed_in_at: user.now, ...(user.password_hash === null ? {} : { password_hash: user.password_hash }) })
    .where('id', '=', user.id)
    .execute()
}

/** Chooses the event that the user's lists are scoped to. An archived or unknown event changes nothing. */
export async function setActiveEvent(db: Db, user_id: string, event_id: string): Promise<boolean> {
  const chosen = await db
    .updateTable('user')
    .set({ active_event_id: event_id })
    .where('id', '=', user_id)
    .where((on) =>
      on.exists(on.selectFrom('event').select('id').where('id', '=', event_id).where('archived_at', 'is', null)),
    )
    .returning('id')
    .executeTakeFirst()
  return chosen !== undefined
}
