import { Migrator } from 'kysely/migration'
import { migrations } from './migrations/index.ts'
import type { Db } from './schema.ts'

/** Brings the database to the newest migration; answers the names it ran. Safe to call at the same time from two processes. */
export async function migrate(db: Db): Promise<string[]> {
  const { error, results } = await openMigrator(db).migrateToLatest()
  if (error) throw error
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

/** The names of the migrations a database has, oldest first. */
export async function listApplied(db: Db): Promise<string[]> {
  const all = await openMigrator(db).getMigrations()
  return all.filter((migration) => migration.executedAt !== undefined).map((migration) => migration.name)
}

function openMigrator(db: Db): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => migrations } })
}
