import { Kysely } from 'kysely'
import postgres from 'postgres'
import { postgresDialect } from './postgres-dialect.ts'
import type { Database, Db } from './schema.ts'

export interface PostgresPool {
  db: Db
  close(): Promise<void>
}

/**
 * Opens a pool; nothing connects before the first query.
 *
 * @param max connections; 5 is the most a Worker should hold, which has 6 outgoing connections in all
 */
export function openPostgres(url: string, max: number): PostgresPool {
  const sql = postgres(url, {
    max,
    connect_timeout: 10,
    idle_timeout: 30,
    onnotice: () => {},
    connection: { application_name: 'yardflow' },
    types: {
      // Json columns are written as JSON text (db/tables/columns.ts); the driver would quote that a second time.
      json: {
        to: 3802,
        from: [114, 3802],
        serialize: (text: string) => text,
        parse: (text: string) => JSON.parse(text),
      },
      int8: { to: 20, from: [20], serialize: String, parse: Number },
      numeric: { to: 1700, from: [1700], serialize: String, parse: Number },
      day: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day },
    },
  })
  const db = new Kysely<Database>({ dialect: postgresDialect(() => sql) })
  return { db, close: () => sql.end({ timeout: 2 }) }
}

/** A store that is not there: every query is refused with `error`. */
export function openMissing(error: Error): PostgresPool {
  const dialect = postgresDialect(() => {
    throw error
  })
  return { db: new Kysely<Database>({ dialect }), close: async () => {} }
}
