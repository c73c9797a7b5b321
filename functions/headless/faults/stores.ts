import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { type Kysely, sql } from 'kysely'
import postgres from 'postgres'
import { migrate } from '../../../db/migrate.ts'
import { openPglite } from '../../../db/open-pglite.ts'
import { openPostgres } from '../../../db/open-postgres.ts'
import type { Db } from '../../../db/schema.ts'
import { openTurnstile } from './turnstile.ts'

/** The database of one run: the app reaches it by `url`, the harness by a way that nothing goes wrong on. */
export interface RunStore {
  db: Db
  url: string
  close(): Promise<void>
}

export interface Stores {
  kind: 'pglite' | 'postgres'
  // biome-ignore lint/suspicious/noExplicitAny: the stand-ins keep tables of their own in the schema `local`
  outside: Kysely<any>
  /** a fresh, migrated database */
  openRun(): Promise<RunStore>
  close(): Promise<void>
}

export function openStores(server: string | null): Promise<Stores> {
  return server === null ? openEmbeddedStores() : openServerStores(server)
}

/** @param server a PostgreSQL whose databases may be created; what is made there has names of its own and is dropped again */
async function openServerStores(server: string): Promise<Stores> {
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  const prefix = `yardflow_faults_${process.pid}_${crypto.randomUUID().slice(-12)}`
  const create = async (name: string, template = 'template0') => {
    await admin.unsafe(`create database ${name} template ${template}`)
    // Apps are killed here, never the server: what it has answered is safe, and no disk need turn for it.
    await admin.unsafe(`alter database ${name} set synchronous_commit = off`)
    return withName(server, name)
  }
  const drop = (name: string) => admin.unsafe(`drop database if exists ${name} with (force)`)
  const template = openPostgres(await create(`${prefix}_template`), 1)
  await migrate(template.db)
  await template.close()
  const outside = openPostgres(await create(`${prefix}_outside`), 5)
  let runs = 0
  const prepare = () => {
    const name = `${prefix}_${++runs}`
    const prepared = { name, url: create(name, `${prefix}_template`) }
    // Whoever asks for it next learns of it.
    prepared.url.catch(() => {})
    return prepared
  }
  // The next one is made, and the last one dropped, while a run is played.
  let next = prepare()
  let dropped: Promise<unknown> = Promise.resolve()
  return {
    kind: 'postgres',
    outside: outside.db,
    async openRun() {
      const { name, url } = next
      const { db, close } = openPostgres(await url, 3)
      next = prepare()
      return {
        db,
        url: await url,
        async close() {
          await close()
          dropped = dropped.then(() => drop(name))
        },
      }
    },
    async close() {
      await outside.close()
      await Promise.allSettled([next.url, dropped])
      await drop(next.name)
      await drop(`${prefix}_outside`)
      await drop(`${prefix}_template`)
      await admin.end()
    },
  }
}

/** PGlite in this process behind a socket, so that the app can be killed without losing it. */
async function openEmbeddedStores(): Promise<Stores> {
  const first = await openPglite()
  await migrate(first.db)
  const dump = await first.pglite.dumpDataDir('gzip')
  await first.close()
  const outside = await openPglite()
  return {
    kind: 'pglite',
    outside: outside.db,
    async openRun() {
      const { pglite, close } = await openPglite(undefined, dump)
      const socket = new PGLiteSocketServer({ db: pglite, port: 0, host: '127.0.0.1', maxConnections: 40 })
      await socket.start()
      const [host = '', port] = socket.getServerConn().split(':')
      const turnstile = await openTurnstile({ host, port: Number(port) })
      const url = `postgres://postgres@127.0.0.1:${turnstile.port}/postgres`
      // By the socket too: a query past it would run inside whatever transaction of the app is open.
      const mine = openPostgres(url, 2)
      await sql`select 1`.execute(mine.db)
      return {
        db: mine.db,
        url,
        async close() {
          await mine.close()
          await turnstile.close()
          await socket.stop()
          await close()
        },
      }
    },
    close: outside.close,
  }
}

function withName(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}
