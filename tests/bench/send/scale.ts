import { type RawBuilder, sql } from 'kysely'
import { migrate } from '../../../db/migrate.ts'
import { openPostgres } from '../../../db/open-postgres.ts'
import type { Db } from '../../../db/schema.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import type { EmailSender } from '../../../functions/ports/email.ts'
import { insertTestEvent } from '../../sign-in.ts'
import { say } from '../measure.ts'
import { contextOf, insertPeople, openSequence } from './campaign.ts'
import type { Databases } from './databases.ts'
import { median } from './throughput.ts'

const DUE = 1_000

export interface DrainCost {
  enrollments: number
  /** a drain of 1,000 due mails, with a sender that accepts at once */
  drain_ms: number
  /** pages of 8 kB that the drain touched, found in memory or not */
  buffers: number
}

/** The same drain among few and among many, in turn, so that a machine that slows down slows both. */
export async function benchScale(
  databases: Databases,
  { sizes, times }: { sizes: readonly [number, number]; times: number },
): Promise<{ few: DrainCost; many: DrainCost; ratio_ms: number; ratio_buffers: number }> {
  const stores = [await openStore(databases, sizes[0]), await openStore(databases, sizes[1])] as const
  // The first one warms up the process and is not counted.
  for (let time = 0; time <= times; time++)
    for (const { url, drains } of stores) {
      await databases.settle()
      await makeDue(url)
      const cost = await drain(url)
      if (time > 0) drains.push(cost)
    }
  const [few, many] = [costOf(stores[0]), costOf(stores[1])]
  const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100
  const scale = {
    few,
    many,
    ratio_ms: ratio(many.drain_ms, few.drain_ms),
    ratio_buffers: ratio(many.buffers, few.buffers),
  }
  say(`  scale: ${JSON.stringify(scale)}`)
  return scale
}

interface Store {
  enrollments: number
  url: string
  drains: { ms: number; buffers: number }[]
}

async function openStore(databases: Databases, enrollments: number): Promise<Store> {
  const url = await databases.create()
  const started = performance.now()
  await fill(url, enrollments)
  say(`  ${enrollments} enrollments made in ${Math.round((performance.now() - started) / 1000)} s`)
  return { enrollments, url, drains: [] }
}

function costOf({ enrollments, drains }: Store): DrainCost {
  return {
    enrollments,
    drain_ms: Math.round(median(drains.map(({ ms }) => ms))),
    buffers: median(drains.map(({ buffers }) => buffers)),
  }
}

const acceptsAll: EmailSender = {
  mode: 'sendgrid',
  send: async (mail) => ({ outcome: 'accepted', provider_message_id: mail.message_id }),
  check: async () => ({ ok: true }),
}

async function drain(url: string): Promise<{ ms: number; buffers: number }> {
  const before = await buffersOf(url)
  const { db, close } = openPostgres(url, 5)
  const ctx = contextOf(db)
  const started = performance.now()
  const { sent } = await drainMessages({ ...ctx, services: { ...ctx.services, email: acceptsAll } })
  const ms = performance.now() - started
  await close()
  if (sent !== DUE) throw new Error(`${sent} mails left instead of ${DUE}`)
  return { ms, buffers: (await buffersOf(url)) - before }
}

/** A session tells what it touched when it ends. */
async function buffersOf(url: string): Promise<number> {
  const { db, close } = openPostgres(url, 1)
  await sql`select pg_sleep(0.2)`.execute(db)
  const { rows } = await sql<{ buffers: number }>`select blks_hit + blks_read as buffers from pg_stat_database
    where datname = current_database()`.execute(db)
  await close()
  return rows[0]?.buffers ?? 0
}

/** One enrollment is made by the verb and copied by the database, so that it has whatever the app gives one. */
async function fill(url: string, enrollments: number): Promise<void> {
  // One connection, so that what is set for it stays set.
  const { db, close } = openPostgres(url, 1)
  await migrate(db)
  const ctx = contextOf(db)
  const event_id = await insertTestEvent({ ctx })
  const sequence_id = await openSequence(ctx, event_id)
  // Keys and counts are consistent by the way the rows are made; checked one by one they take most of the time.
  await sql`set session_replication_role = replica`.execute(db)
  const restore = await dropIndexes(db)
  await insertPeople(db, event_id, enrollments)
  await sql`analyze`.execute(db)
  const { id } = await db.selectFrom('person').select('id').limit(1).executeTakeFirstOrThrow()
  await sql`set session_replication_role = origin`.execute(db)
  await enrollPeople(ctx, { sequence_id, person_ids: [id] })
  await sql`update message set due_at = ${LATER}`.execute(db)
  await sql`set session_replication_role = replica`.execute(db)
  await copyEnrollment(db, id)
  await restore()
  await sql`delete from job`.execute(db)
  await sql`vacuum (analyze)`.execute(db)
  await close()
}

const LATER = sql`date_trunc('minute', now()) + interval '2 hours' + (random() * 40000)::integer * interval '1 minute'`

async function copyEnrollment(db: Db, person_id: string): Promise<void> {
  const key = (table: string) => sql`md5(${sql.lit(table)} || person.id::text)::uuid`
  const account = { account_id: sql`person.account_id`, account_key: sql`account.domain` }
  await copyRow(db, 'enrollment', person_id, { ...account, id: key('enrollment'), person_id: sql`person.id` })
  await copyRow(db, 'message', person_id, {
    ...account,
    id: key('message'),
    enrollment_id: key('enrollment'),
    person_id: sql`person.id`,
    message_id_header: sql`${key('message')} || '@yardflow.example'`,
    due_at: LATER,
    ready_at: LATER,
  })
  await copyRow(db, 'receipt', person_id, {
    enrollment_id: key('enrollment'),
    message_id: sql`case when original.message_id is not null then ${key('message')} end`,
  })
}

/** A copy of the table's rows for everybody else: as they are, but for the columns that are given. */
async function copyRow(db: Db, table: string, person_id: string, given: Record<string, RawBuilder<unknown>>) {
  const { rows: columns } = await sql<{ name: string }>`select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' and is_identity = 'NO'`.execute(
    db,
  )
  await sql`insert into ${sql.table(table)} (${sql.join(columns.map(({ name }) => sql.id(name)))})
    select ${sql.join(columns.map(({ name }) => given[name] ?? sql.ref(`original.${name}`)))}
    from ${sql.table(table)} original, person join account on account.id = person.account_id
    where person.id <> ${person_id}::uuid`.execute(db)
}

/** Built over what is there, an index takes a fraction of the time. Those behind a constraint stay. */
async function dropIndexes(db: Db): Promise<() => Promise<void>> {
  const { rows } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'public' and tablename in ('account', 'person', 'email_address', 'enrollment', 'message', 'receipt')
      and not exists (select from pg_constraint where conname = indexname)
      and indexname not in ('email_address_one_primary', 'email_address_key')`.execute(db)
  for (const { name } of rows) await sql`drop index ${sql.id(name)}`.execute(db)
  // A drain searches nobody; indexes of text would take longest.
  const wanted = rows.filter(({ definition }) => !definition.includes(' USING gin '))
  return async () => {
    for (const { definition } of wanted) await sql.raw(definition).execute(db)
  }
}

/** Some that were due later, scattered over all that is there. */
async function makeDue(url: string): Promise<void> {
  const { db, close } = openPostgres(url, 1)
  await sql`update message set due_at = date_trunc('minute', now()) - interval '1 minute' where id in (
    select id from message where state = 'planned' and due_at > now() order by md5(id::text) limit ${DUE})`.execute(db)
  await sql`vacuum message, enrollment, receipt, activity`.execute(db)
  await close()
}
