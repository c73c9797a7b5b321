import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely'
import type { Sql } from 'postgres'

/** A postgres.js client with one connection. It is to call `onClose` when that is gone, and never to close it by itself. */
export type OpenClient = (onClose: () => void) => Sql

/**
 * Kysely over postgres.js clients of one connection each, in a pool of our own. The pool of postgres.js hands out a
 * connection that broke while it was reserved: the rollback that follows waits for ever, the connection goes back into the
 * pool like that, and whoever gets it next waits too. Here a connection that broke is thrown away with its client, whatever
 * waits for it is refused at once, and no statement of a transaction ever runs on the next one.
 *
 * @param max connections
 */
export function postgresDialect(open: OpenClient, max: number): Dialect {
  return {
    createDriver: () => new PoolDriver(open, max),
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  }
}

/** As postgres.js names it: whoever asks by code cannot tell the two apart. */
class ConnectionClosedError extends Error {
  readonly code = 'CONNECTION_CLOSED'
}

class Connection implements DatabaseConnection {
  readonly #client: Sql
  readonly #closed: Promise<never>
  isBroken = false

  constructor(open: OpenClient) {
    let refuse = (_error: Error) => {}
    this.#closed = new Promise((_, reject) => {
      refuse = reject
    })
    this.#closed.catch(() => {})
    this.#client = open(() => {
      this.isBroken = true
      refuse(new ConnectionClosedError('The connection to the database is gone'))
    })
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.isBroken) await this.#closed
    const query = this.#client.unsafe(sql, parameters as never, { prepare: true })
    try {
      const result = await Promise.race([query, this.#closed])
      const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(result.command)
      return {
        rows: Array.from(result.values()) as Row[],
        ...(changes && { numAffectedRows: BigInt(result.count) }),
      }
    } catch (error) {
      if (isOfConnection(error)) this.isBroken = true
      throw error
    }
  }

  // biome-ignore lint/correctness/useYield: the interface wants it, and nothing here streams
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming is not supported')
  }

  async end(): Promise<void> {
    await this.#client.end({ timeout: this.isBroken ? 0 : 2 })
  }
}

/** Told apart from what the server, or a parameter that cannot be written, has against a statement. */
function isOfConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return 'syscall' in error || ('code' in error && /^(CONNECT|ERR_STREAM|ERR_SOCKET)/.test(String(error.code)))
}

class PoolDriver implements Driver {
  readonly #open: OpenClient
  readonly #max: number
  readonly #all = new Set<Connection>()
  readonly #idle: Connection[] = []
  readonly #waiting: ((connection: Connection) => void)[] = []

  constructor(open: OpenClient, max: number) {
    this.#open = open
    this.#max = max
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    // The one used last: the others may have gone stale.
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (!idle.isBroken) return idle
      this.#discard(idle)
    }
    return this.#all.size < this.#max ? this.#add() : new Promise((resolve) => this.#waiting.push(resolve))
  }

  async releaseConnection(connection: Connection): Promise<void> {
    if (connection.isBroken) this.#discard(connection)
    const next = this.#waiting.shift()
    if (next !== undefined) next(connection.isBroken ? this.#add() : connection)
    else if (!connection.isBroken) this.#idle.push(connection)
  }

  async beginTransaction(connection: Connection, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`
    await connection.executeQuery(CompiledQuery.raw(`begin${level} ${accessMode ?? ''}`))
  }

  async commitTransaction(connection: Connection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  /** The server rolls back by itself when a connection goes. */
  async rollbackTransaction(connection: Connection): Promise<void> {
    if (!connection.isBroken) await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    await Promise.all([...this.#all].map((connection) => connection.end()))
    this.#all.clear()
    this.#idle.length = 0
  }

  #add(): Connection {
    const connection = new Connection(this.#open)
    this.#all.add(connection)
    return connection
  }

  #discard(connection: Connection): void {
    this.#all.delete(connection)
    connection.end().catch(() => {})
  }
}
