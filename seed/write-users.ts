import { insertEvent } from '../db/queries/events.ts'
import { insertUser } from '../db/queries/users.ts'
import type { Actor, TxCtx } from '../functions/context.ts'
import { namedUuid } from '../functions/uuid.ts'
import type { Calendar } from './calendar.ts'

export const ADMIN_EMAIL = 'admin@yardflow.com'
export const DEMO_EMAIL = 'demo@yardflow.com'

/** scrypt, as functions/auth/passwords.ts makes them */
export interface PasswordHashes {
  admin: string
  demo: string
}

/** Both users, both shows, and the first show active for both. */
export async function writeUsersAndEvents(
  tx: TxCtx,
  calendar: Calendar,
  hashes: PasswordHashes,
): Promise<{ admin: Actor; demo: Actor; event_id: string; event_name: string }> {
  const now = calendar.weekday(12, 14)
  const event_name = nameOf('Manifest', calendar.dayAhead(5, 1))
  const manifest = namedUuid('seed event Manifest 2027')
  await insertEvent(tx.db, {
    id: manifest,
    name: event_name,
    venue: 'The Venetian Expo',
    city: 'Las Vegas',
    country: 'United States',
    time_zone: 'America/Los_Angeles',
    booth: '2140',
    starts_on: calendar.dayAhead(5, 1),
    ends_on: calendar.dayAhead(5, 3),
    now,
  })
  await insertEvent(tx.db, {
    id: namedUuid('seed event ProMat 2027'),
    name: nameOf('ProMat', calendar.dayAhead(11, 1)),
    venue: 'McCormick Place',
    city: 'Chicago',
    country: 'United States',
    time_zone: 'America/Chicago',
    booth: 'S3887',
    starts_on: calendar.dayAhead(11, 1),
    ends_on: calendar.dayAhead(11, 4),
    now,
  })
  const admin: Actor = {
    user_id: namedUuid(`seed user ${ADMIN_EMAIL}`),
    name: 'Alex Morgan',
    email: ADMIN_EMAIL,
    role: 'ADMIN',
    time_zone: 'America/New_York',
    active_event_id: manifest,
  }
  const demo: Actor = {
    user_id: namedUuid(`seed user ${DEMO_EMAIL}`),
    name: 'Jamie Rivera',
    email: DEMO_EMAIL,
    role: 'MEMBER',
    time_zone: 'America/Chicago',
    active_event_id: manifest,
  }
  await insertLogin(tx, admin, hashes.admin, now)
  await insertLogin(tx, demo, hashes.demo, now)
  return { admin, demo, event_id: manifest, event_name }
}

/** A show is called by the year in which it opens; its id is not, so that the seed finds it again. */
const nameOf = (show: string, starts_on: string) => `${show} ${starts_on.slice(0, 4)}`

async function insertLogin(tx: TxCtx, { user_id, ...user }: Actor, password_hash: string, now: Date): Promise<void> {
  await insertUser(tx.db, { id: user_id, ...user, password_hash, now })
}
