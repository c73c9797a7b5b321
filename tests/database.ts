import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import postgres from 'postgres'
import { migrate } from '../db/migrate.ts'
import { openPglite } from '../db/open-pglite.ts'
import { openPostgres } from '../db/open-postgres.ts'
import type { Db } from '../db/schema.ts'

export interface TestDatabase {
  db: Db
  /** null on PGlite */
  url: string | null
  /** null on PostgreSQL */
  pglite: PGlite | null
  close(): Promise<void>
}

/**
 * A migrated, empty database of the test file's own: a copy of a template database when TEST_DATABASE_URL names a
 * PostgreSQL server, else an embedded one started from a dump that the first test file of a run makes.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL
  return server ? openCopy(server) : openEmbedded()
}

async function openEmbedded(): Promise<TestDatabase> {
  const { db, pglite, close } = await openPglite(undefined, await migratedDump())
  return { db, url: null, pglite, close }
}

async function migratedDump(): Promise<Blob> {
  const file = join(tmpdir(), `yardflow-test-${migrationsHash()}.tar.gz`)
  try {
    return new Blob([await readFile(file)])
  } catch {
    const { db, pglite, close } = await openPglite()
    await migrate(db)
    const dump = await pglite.dumpDataDir('gzip')
    await close()
    // Two test files may get here at once: each writes its own file, and the last rename wins whole.
    const own = `${file}.${process.pid}.${crypto.randomUUID()}`
    await writeFile(own, new Uint8Array(await dump.arrayBuffer()))
    await rename(own, file)
    return dump
  }
}

async function openCopy(server: string): Promise<TestDatabase> {
  const template = `yardflow_test_${migrationsHash()}`
  const name = `yardflow_test_${crypto.randomUUID().replaceAll('-', '')}`
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  await admin.begin(async (tx) => {
    // One test file makes the template; the others wait for it here.
    await tx`select pg_advisory_xact_lock(77002211)`
    const [existing] = await tx`select 1 from pg_database where datname = ${template}`
    if (existing) return
    const maker = postgres(server, { max: 1, onnotice: () => {} })
    await maker.unsafe(`create database ${template}_new`).catch(() => {})
    const { db, close } = openPostgres(withName(server, `${template}_new`), 1)
    await migrate(db)
    await close()
    await maker.unsafe(`alter database ${template}_new rename to ${template}`)
    await maker.end()
  })
  await admin.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(77002212)`
    const maker = postgres(server, { max: 1, onnotice: () => {} })
    await maker.unsafe(`create database ${name} template ${template}`)
    // Settings of a database are not copied with it.
    await maker.unsafe(`alter database ${name} set jit = off`)
    await maker.end()
  })
  const url = withName(server, name)
  const { db, close } = openPostgres(url, 5)
  return {
    db,
    url,
    pglite: null,
    async close() {
      await close()
      await admin.unsafe(`drop database if exists ${name} with (force)`)
      await admin.end()
    },
  }
}

function withName(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Changes with the migrations, so that a stale dump or template is never used. */
function migrationsHash(): string {
  const folder = new URL('../db/migrations/', import.meta.url)
  const hash = createHash('sha256')
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(new URL(file, folder)))
  return hash.digest('hex').slice(0, 16)
}
