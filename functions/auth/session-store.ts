import type { Adapter, DatabaseSession } from 'lucia'
import {
  deleteExpiredSessions,
  deleteSession,
  deleteSessionsOfUser,
  findSession,
  insertSession,
  listSessions,
  touchSession,
} from '../../db/queries/sessions.ts'
import type { Db } from '../../db/schema.ts'
import type { Clock } from '../ports/clock.ts'

/** Whatever is done with it, a session ends this long after the sign-in. */
const ABSOLUTE_SECONDS = 7 * 24 * 3600

/**
 * Lucia's adapter. Ids are SHA-256 hashes of the token: the token itself is never handed to Lucia nor stored.
 *
 * Lucia compares with the wall clock. Expiry is decided here by our own clock, in the statement that reads the session; what
 * Lucia is told, and what it asks for, is moved by the distance between the two clocks.
 */
export function openSessionStore(db: Db, clock: Clock): Adapter {
  const ahead = () => clock.now().getTime() - Date.now()
  const toWallTime = (ours: Date) => new Date(ours.getTime() - ahead())
  const toOurTime = (wall: Date) => new Date(wall.getTime() + ahead())

  return {
    async getSessionAndUser(id) {
      const found = await findSession(db, id, clock.now())
      if (found === undefined) return [null, null]
      const { user_id, name, email, role, time_zone, active_event_id, last_seen_at } = found
      const session: DatabaseSession = {
        id,
        userId: user_id,
        expiresAt: toWallTime(found.expires_at),
        attributes: { last_seen_at, user_agent: null },
      }
      return [session, { id: user_id, attributes: { name, email, role, time_zone, active_event_id } }]
    },
    async getUserSessions(user_id) {
      const sessions = await listSessions(db, user_id, clock.now())
      return sessions.map(({ id, expires_at, last_seen_at, user_agent }) => ({
        id,
        userId: user_id,
        expiresAt: toWallTime(expires_at),
        attributes: { last_seen_at, user_agent },
      }))
    },
    async setSession({ id, userId, expiresAt, attributes }) {
      const now = clock.now()
      await insertSession(db, {
        id,
        user_id: userId,
        created_at: now,
        last_seen_at: now,
        expires_at: toOurTime(expiresAt),
        absolute_expires_at: new Date(now.getTime() + ABSOLUTE_SECONDS * 1000),
        user_agent: attributes.user_agent,
      })
    },
    updateSessionExpiration: (id, expiresAt) =>
      touchSession(db, { id, expires_at: toOurTime(expiresAt), now: clock.now() }),
    deleteSession: (id) => deleteSession(db, id),
    deleteUserSessions: (user_id) => deleteSessionsOfUser(db, user_id),
    deleteExpiredSessions: () => deleteExpiredSessions(db, clock.now()),
  }
}
