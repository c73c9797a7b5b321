import postgres from 'postgres'
import { migrate } from '../../db/migrate.ts'
import { openPglite } from '../../db/open-pglite.ts'
import { openPostgres } from '../../db/open-postgres.ts'
import type { Db } from '../../db/schema.ts'
import { startApp } from '../../functions/node.ts'
import { insertTestEvent, type SignedIn, signInAs } from '../sign-in.ts'
import { countStatements } from '../statements.ts'
import { fillEvent, hitlistSize, type ListSize, largeSize } from './big-list.ts'
import { type Figures, measure, say } from './measure.ts'

interface PageFigures extends Figures {
  statements: number
}

const pages = {
  '/health': '/health',
  '/dashboard': '/dashboard',
  '/dashboard/accounts': '/dashboard/accounts',
  '/dashboard/people': '/dashboard/people',
  'accounts by name': '/dashboard/accounts?sort=name&direction=asc',
  'accounts of an industry': '/dashboard/accounts?industry=Steel',
  'accounts searched': '/dashboard/accounts?q=heron',
  'accounts searched, rare': '/dashboard/accounts?q=freight+2653',
  'people by name': '/dashboard/people?sort=name&direction=asc',
  'people of a persona': '/dashboard/people?persona=procurement',
  'people searched': '/dashboard/people?q=heron',
  'people searched, rare': '/dashboard/people?q=5399',
  'people with an address': '/dashboard/people?address=yes',
}

/** The pages a rep opens all day, signed in and over HTTP, at two sizes of the list. */
export async function benchWeb(): Promise<Record<string, Record<string, PageFigures> | string>> {
  const server = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const embedded = await openPglite()
  const onPglite = await benchOn('PGlite', embedded, hitlistSize, 100)
  const none = await isReachable(server)
  if (none !== null) {
    say(`Skipped: PostgreSQL at TEST_DATABASE_URL or on port 5432 does not answer (${none})`)
    return { pglite_hitlist: onPglite, postgres: 'skipped' }
  }
  return {
    pglite_hitlist: onPglite,
    postgres_hitlist: await benchOnServer(server, hitlistSize, 100),
    postgres_large: await benchOnServer(server, largeSize, 40),
  }
}

async function benchOnServer(server: string, size: ListSize, times: number) {
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  const name = `yardflow_bench_${crypto.randomUUID().replaceAll('-', '')}`
  await admin.unsafe(`create database ${name}`)
  try {
    const url = new URL(server)
    url.pathname = `/${name}`
    return await benchOn('PostgreSQL', openPostgres(url.href, 10), size, times)
  } finally {
    await admin.unsafe(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

async function benchOn(
  kind: string,
  { db, close }: { db: Db; close(): Promise<void> },
  size: ListSize,
  times: number,
): Promise<Record<string, PageFigures>> {
  await migrate(db)
  const counted = countStatements(db)
  const store = { db: counted.db, kind: 'postgres' as const, close }
  const app = await startApp({ env: {}, port: 0, store, autoDeliver: false, write: { info: () => {}, error: say } })
  try {
    const started = performance.now()
    const event_id = await insertTestEvent(app)
    await fillEvent(db, event_id, size, app.ctx.clock.now())
    say(`${kind}: ${size.accounts} accounts, ${size.people} people made in ${seconds(started)} s`)
    const rep = await signInAs(app, { active_event_id: event_id })
    const figures: Record<string, PageFigures> = {}
    for (const [name, path] of Object.entries(pages)) {
      figures[name] = await benchPage(rep, path, counted.count, times)
      say(`  ${name}: ${JSON.stringify(figures[name])}`)
    }
    return figures
  } finally {
    await app.close()
    await close()
  }
}

async function benchPage(rep: SignedIn, path: string, count: () => number, times: number): Promise<PageFigures> {
  async function load(): Promise<void> {
    const answer = await rep.request(path)
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
  }
  for (let warm = 0; warm < 3; warm += 1) await load()
  const before = count()
  await load()
  const statements = count() - before
  return { ...(await measure(times, load)), statements }
}

/** @returns null when it answers, else why it does not */
async function isReachable(server: string): Promise<string | null> {
  const sql = postgres(server, { max: 1, connect_timeout: 3, onnotice: () => {} })
  try {
    await sql`select 1`
    return null
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown'
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const seconds = (started: number) => Math.round((performance.now() - started) / 100) / 10
