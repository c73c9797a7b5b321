import { readConfig } from '../config.ts'
import { openStore } from '../local/store.ts'
import { progress, runCommand } from './open.ts'

// npm run db:migrate: brings DATABASE_URL, or the embedded database, to the newest migration.
await runCommand(import.meta, async () => {
  const store = await openStore(readConfig(process.env))
  const rows = await store.db
    .selectFrom('kysely_migration' as never)
    .select('name' as never)
    .execute()
  await store.close()
  progress(`${store.kind}: ${rows.length} migrations applied`)
  return { answer: { database: store.kind, migrations: rows.map((row) => (row as { name: string }).name) } }
})
