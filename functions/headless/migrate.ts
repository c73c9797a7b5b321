import { listApplied } from '../../db/migrate.ts'
import { readConfig } from '../config.ts'
import { openStore } from '../local/store.ts'
import { progress, runCommand } from './open.ts'

// npm run db:migrate: brings DATABASE_URL, or the embedded database, to the newest migration.
await runCommand(import.meta, async () => {
  const store = await openStore(readConfig(process.env))
  const names = await listApplied(store.db)
  await store.close()
  progress(`${store.kind}: ${names.length} migrations applied`)
  return { answer: { database: store.kind, migrations: names } }
})
