import { Kysely } from 'kysely'
import postgres, { type Sql } from 'postgres'
import { arrayTypes } from './array-types.ts'
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
  const db = new Kysely<Database>({ dialect: postgresDialect((onClose) => openClient(url, onClose), max) })
  return { db, close: () => db.destroy() }
}

/** A store that is not there: every query is refused with `error`. */
export function openMissing(error: Error): PostgresPool {
  const dialect = postgresDialect(() => {
    throw error
  }, 1)
  return { db: new Kysely<Database>({ dialect }), close: async () => {} }
}

function openClient(url: string, onClose: () => void): Sql {
  return postgres(url, {
    max: 1,
    connect_timeout: 10,
    // Never closed behind our back, where the next statement would be in the middle of a transaction.
    idle_timeout: 0,
    max_lifetime: null,
    onclose: onClose,
    onnotice: () => {},
    // A connection that broke while it asked for types would end the process.
    fetch_types: false,
    connection: { application_name: 'yardflow' },
    types: {
      ...arrayTypes,
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
}
