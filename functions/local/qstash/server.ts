import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { serverOptions } from '../server-options.ts'
import { createApi } from './api.ts'
import { openCredentials } from './credentials.ts'
import { createTables, type Database } from './database.ts'
import { Delivery } from './delivery.ts'
import { findNextDueAt, releaseInFlight } from './due-store.ts'
import type { QStashFaults } from './faults.ts'

export interface LocalQStash {
  url: string
  token: string
  currentSigningKey: string
  nextSigningKey: string
  /**
   * Delivers everything that is due at the clock's now, once through (including what falls due as a result), and
   * resolves when nothing is due and nothing is in flight; for tests and the demo. Returns the number of attempts made.
   */
  deliverDue(): Promise<number>
  /** The moment of the earliest pending delivery or schedule firing. */
  nextDueAt(): Promise<Date | undefined>
  /** May be called twice. Attempts under way get a second to end; what is broken off is delivered again after the next start. */
  close(): Promise<void>
}

export interface LocalQStashOptions {
  /** Any Kysely on PostgreSQL or PGlite; the tables live in the schema `local`. */
  db: Database
  /** Decides what is due. With an `advance(milliseconds)` method it can be moved at `POST /__dev/advance`. */
  clock: { now(): Date }
  /** 0 or none: any free port. */
  port?: number
  /** false: no timer, only deliverDue(). */
  autoDeliver?: boolean
  log?: (line: string) => void
  faults?: QStashFaults
  /** Calls the destinations. */
  fetch?: typeof fetch
  /** NODE_ENV; this server refuses to run in production. */
  environment?: string | undefined
}

/**
 * A QStash for one machine without internet: the official Client and Receiver work against it unchanged
 * (`baseUrl`, `token` and both keys from here, `devMode: false`). Durable, at-least-once, 127.0.0.1 only.
 */
export async function startLocalQStash(options: LocalQStashOptions): Promise<LocalQStash> {
  if (options.environment === 'production') throw new Error('the local QStash does not run in production')
  const { db, clock, faults = [], log = () => undefined } = options
  await createTables(db)
  await releaseInFlight(db)
  let credentials = await openCredentials(db)
  const delivery = new Delivery({
    db,
    clock,
    faults,
    log,
    credentials: () => credentials,
    fetch: options.fetch ?? fetch,
  })
  const api = createApi(
    {
      db,
      clock,
      delivery,
      faults,
      credentials: () => credentials,
      replaceCredentials: (rotated) => {
        credentials = rotated
      },
    },
    log,
  )
  const { server, port } = await listen(api.fetch, options.port ?? 0)
  let closed: Promise<void> | undefined
  if (options.autoDeliver !== false) delivery.start()
  return {
    url: `http://127.0.0.1:${port}`,
    token: credentials.token,
    get currentSigningKey() {
      return credentials.current_signing_key
    },
    get nextSigningKey() {
      return credentials.next_signing_key
    },
    deliverDue: () => delivery.deliverDue(),
    nextDueAt: () => findNextDueAt(db, clock.now()),
    close: () => {
      closed ??= closeServer(server).then(() => delivery.close())
      return closed
    },
  }
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], port: number): Promise<{ server: Server; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: '127.0.0.1', serverOptions }, (info) => {
      resolve({ server: server as Server, port: info.port })
    })
    server.once('error', reject)
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeIdleConnections()
  })
}
