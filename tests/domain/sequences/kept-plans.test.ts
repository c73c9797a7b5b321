import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres } from '../../../db/open-postgres.ts'
import { claimDue, nothingCounted } from '../../../functions/domain/sequences/claim-due.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrolMany } from './bulk.ts'
import { MONDAY, makeSequence, openWorld, raiseCaps, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const tables = ['message', 'enrollment', 'person', 'email_address']
const PEOPLE = 6_000

// PGlite has one connection and nobody who imports beside it.
test.runIf(process.env.TEST_DATABASE_URL)(
  'a connection that has drained for three people claims from thousands without reading a table whole',
  { timeout: 120_000 },
  async () => {
    const { db, url } = world.database
    const sequence_id = await makeSequence(world, { daily_cap: 100_000 })
    await raiseCaps(world)
    for (const table of tables) await sql`alter table ${sql.table(table)} set (autovacuum_enabled = false)`.execute(db)
    const { db: kept, close } = openPostgres(url ?? '', 1)
    await enrolMany(world, sequence_id, 3)
    for (let time = 0; time < 3; time++) await drainMessages({ ...world.ctx, db: kept })
    await enrolMany(world, sequence_id, PEOPLE, {
      unanalyzed: true,
      due_at: (n) => new Date(MONDAY.getTime() + (n % 30 === 0 ? 0 : 86_400_000)),
    })
    const before = await rowsReadWhole()
    const now = world.clock.now()
    const claim = { claim_token: crypto.randomUUID(), now, lease_until: new Date(now.getTime() + 60_000), limit: 100 }
    const { mails } = await kept
      .transaction()
      .execute((tx) => claimDue(tx, nothingCounted(), { ...claim, days_off: [] }))
    expect(mails).toHaveLength(100)
    // A session tells what it has read when it ends.
    await close()
    const read = (await rowsReadWhole()) - before
    console.info(`${read} rows read by sequential scans`)
    expect(read).toBeLessThan(PEOPLE)
  },
)

async function rowsReadWhole(): Promise<number> {
  await sql`select pg_sleep(1.2)`.execute(world.database.db)
  const { rows } = await sql<{ rows: string }>`select sum(seq_tup_read) as rows from pg_stat_user_tables
    where relname in (${sql.join(tables)})`.execute(world.database.db)
  return Number(rows[0]?.rows)
}
