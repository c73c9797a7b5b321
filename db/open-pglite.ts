import { PGlite } from '@electric-sql/pglite'
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm'
import { Kysely, PGliteDialect } from 'kysely'
import type { Database, Db } from './schema.ts'

const INT8 = 20
const DATE = 1082
const NUMERIC = 1700

/** Reads counts and sums as numbers and days as text, like open-postgres.ts. */
const parsers = { [INT8]: Number, [NUMERIC]: Number, [DATE]: (value: string) => value }

export interface EmbeddedDatabase {
  db: Db
  pglite: PGlite
  close(): Promise<void>
}

/**
 * Opens the embedded database.
 *
 * @param directory where it lives; without one it is in memory. One process at a time may open a directory.
 * @param dump a gzipped tar from `pglite.dumpDataDir()` to start from, which saves the seconds of a first start
 */
export async function openPglite(directory?: string, dump?: Blob): Promise<EmbeddedDatabase> {
  const pglite = await PGlite.create({
    ...(directory === undefined ? {} : { dataDir: directory }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
    extensions: { pg_trgm },
    parsers,
  })
  const db = new Kysely<Database>({ dialect: new PGliteDialect({ pglite }) })
  return { db, pglite, close: () => db.destroy() }
}
