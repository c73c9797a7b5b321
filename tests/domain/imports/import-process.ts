import { openPostgres } from '../../../db/open-postgres.ts'
import { applyImport } from '../../../functions/domain/imports/apply-import.ts'
import { openTestApp } from '../../test-app.ts'

// tsx import-process.ts URL IMPORT: a process of its own that applies an import in small batches, for a test to kill.
const [url = '', import_id = ''] = process.argv.slice(2)
const { db, close } = openPostgres(url, 2)
const { ctx } = openTestApp(db)
await applyImport(ctx, {
  import_id,
  rows_a_batch: 20,
  onProgress: ({ read }) => process.stdout.write(`${read}\n`),
})
await close()
