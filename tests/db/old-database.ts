import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from '../../db/migrations/index.ts'
import { openPglite } from '../../db/open-pglite.ts'

/** A database as it was after a migration, with a user and an event whose ids are `id`, and a way on to the newest. */
export async function openOldDatabase(after: keyof typeof migrations) {
  const { db, close } = await openPglite()
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  await migrator.migrateTo(after)
  const id = crypto.randomUUID()
  const at = new Date('2026-03-02T15:00:00Z')
  await insertUserAndEvent(db, id, at)
  const migrateOn = async () => (await migrator.migrateToLatest()).error
  return { db, close, id, at, migrateOn }
}

async function insertUserAndEvent<Tables>(db: Kysely<Tables>, id: string, at: Date): Promise<void> {
  await sql`insert into "user" (id, email, name, role, time_zone, created_at)
    values (${id}, 'a@b.test', 'A', 'ADMIN', 'UTC', ${at})`.execute(db)
  await sql`insert into event (id, name, time_zone, starts_on, ends_on, created_at, updated_at)
    values (${id}, 'Show', 'UTC', '2026-04-01', '2026-04-03', ${at}, ${at})`.execute(db)
}
