import postgres from 'postgres'
import { migrate } from '../../db/migrate.ts'
import { openPglite } from '../../db/open-pglite.ts'
import { openPostgres } from '../../db/open-postgres.ts'
import type { Db } from '../../db/schema.ts'
import { importFiles } from '../../functions/headless/import.ts'
import { insertTestEvent } from '../sign-in.ts'
import { say } from './measure.ts'
import { contextOf } from './send/campaign.ts'
import { openDatabases } from './send/databases.ts'

const ROWS = 100_000
/** Bars of the issue: rows a second, and MiB over the idle process. */
const bars = { postgres_rows_per_s: 10_000, pglite_rows_per_s: 2_500, memory_mib: 200 }

interface ImportFigures {
  rows: number
  seconds: number
  rows_per_s: number
  /** the most the process held over what it held before, in MiB; with PGlite the database is in it */
  memory_mib: number
  counts: unknown
}

/**
 * A list of 100,000 people at 20,000 companies, most with an address, from the bytes of the file to the last row accounted
 * for; beside it the same rows by COPY into one table without a key, the least that any import can be.
 */
export async function benchImport(): Promise<Record<string, unknown>> {
  const bytes = new TextEncoder().encode(listOf(ROWS))
  say(`${ROWS} rows, ${Math.round(bytes.length / 2 ** 20)} MiB`)
  const server = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres'
  const databases = await openDatabases(server)
  try {
    const url = await databases.create()
    const copy_s = await copyInto(url, bytes)
    say(`  COPY: ${copy_s} s`)
    const { db, close } = openPostgres(url, 5)
    const onPostgres = await importInto(db, bytes)
    await close()
    say(`  PostgreSQL: ${JSON.stringify(onPostgres)}`)
    const embedded = await openPglite()
    const onPglite = await importInto(embedded.db, bytes)
    await embedded.close()
    say(`  PGlite: ${JSON.stringify(onPglite)}`)
    return {
      bars,
      copy_s,
      postgres: { ...onPostgres, times_copy: Math.round((onPostgres.seconds / copy_s) * 10) / 10 },
      pglite: onPglite,
    }
  } finally {
    await databases.close()
  }
}

async function importInto(db: Db, bytes: Uint8Array): Promise<ImportFigures> {
  await migrate(db)
  const ctx = contextOf(db)
  const event_id = await insertTestEvent({ ctx })
  globalThis.gc?.()
  const idle = process.memoryUsage().rss
  let most = idle
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  const started = performance.now()
  const { people } = await importFiles(ctx, event_id, [{ file_name: 'people.csv', bytes }])
  const seconds = Math.round((performance.now() - started) / 10) / 100
  clearInterval(watch)
  if (people.read !== ROWS) throw new Error(`${people.read} rows are accounted for instead of ${ROWS}`)
  return {
    rows: ROWS,
    seconds,
    rows_per_s: Math.round(ROWS / seconds),
    memory_mib: Math.round((most - idle) / 2 ** 20),
    counts: people,
  }
}

/** @returns seconds */
async function copyInto(url: string, bytes: Uint8Array): Promise<number> {
  const client = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const columns = header.map((name) => `"${name}" text`).join(', ')
    await client.unsafe(`create table copied (${columns})`)
    const started = performance.now()
    const into = await client`copy copied from stdin (format csv, header)`.writable()
    await new Promise<void>((resolve, reject) => {
      into.once('finish', resolve).once('error', reject)
      into.end(Buffer.from(bytes))
    })
    return Math.round((performance.now() - started) / 10) / 100
  } finally {
    await client.end()
  }
}

const header = ['Name', 'Job Title', 'Company', 'Website', 'Country', 'Email', 'Category', 'Revenue']
const given = ['Ann', 'Ben', 'Carla', 'Dmitri', 'Elif', 'Femi', 'Greta', 'Hiro', 'Ines', 'Jonas', 'Kavita']
const family = ['Baker', 'Costa', 'Dubois', 'Ekman', 'Fischer', 'Garcia', 'van der Berg', 'Huang', 'Iyer', 'Jensen']
const titles = [
  'VP Operations',
  'Director of Logistics',
  'Head of Procurement',
  'CEO',
  'Account Executive',
  'Yard Manager',
]
const countries = ['United States', 'Germany', 'France', 'Brazil', '']

/** Every five are colleagues; one in ten has no address. */
function listOf(rows: number): string {
  const lines = [header.join(',')]
  for (let row = 0; row < rows; row += 1) {
    const company = Math.floor(row / 5)
    const name = `${given[row % given.length]} ${family[Math.floor(row / 3) % family.length]} ${numeral(row)}`
    const email = row % 10 === 0 ? '' : `p${row}@heron${company}.example`
    lines.push(
      [
        name,
        titles[row % titles.length],
        `"Heron Freight ${company}, Inc."`,
        `https://www.heron${company}.example/`,
        countries[row % countries.length],
        email,
        ['Attendee', 'Sponsor', 'Speaker'][row % 3],
        row % 4 === 0 ? '$250M' : '',
      ].join(','),
    )
  }
  return `${lines.join('\n')}\n`
}

/** Letters instead of digits, so that it reads as part of a name. */
const numeral = (row: number) => row.toString(26).replace(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)] ?? '')
