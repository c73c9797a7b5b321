import { afterEach, expect, test, vi } from 'vitest'
import { readLedger } from '../../db/queries/outreach-ledger.ts'
import type { Db } from '../../db/schema.ts'
import { stoppedClock } from '../../functions/ports/clock.ts'
import { seedWorld } from '../../seed/seed-world.ts'
import { openTestDatabase } from '../database.ts'
import { openTestApp } from '../test-app.ts'

// A world is some 700 statements; some tests make two.
vi.setConfig({ testTimeout: 90_000 })

const hashes = { admin: 'scrypt$admin', demo: 'scrypt$demo' }
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function seedOn(at: string, env: Record<string, string> = {}) {
  const database = await openTestDatabase()
  closing.push(database.close)
  const { ctx } = openTestApp(database.db, { clock: stoppedClock(new Date(at)), env })
  const again = () => seedWorld(ctx, { hashes, progress: () => {} })
  return { db: database.db, now: new Date(at), again, seeded: await again() }
}

/** Every row of every table. */
async function dump(db: Db): Promise<Record<string, string[]>> {
  const tables = await db.introspection.getTables()
  const rows = await Promise.all(
    tables
      .filter(({ schema, name }) => schema === 'public' && !name.startsWith('kysely'))
      .map(async ({ name }) => {
        const found = await db
          .selectFrom(name as 'user')
          .selectAll()
          .execute()
        return [name, found.map((row) => JSON.stringify(row)).sort()] as const
      }),
  )
  return Object.fromEntries(rows)
}

const counts = { users: 2, events: 2, accounts: 5, people: 40, sequences: 3, enrollments: 28, messages: 53, replies: 5 }

test.each([
  ['a Monday, the day after the clocks changed in America', '2027-03-15T18:20:00Z'],
  ['a Saturday after a holiday', '2026-12-26T03:00:00Z'],
  ['a Wednesday in summer', '2027-07-07T12:00:00Z'],
])('on %s the same story has been told, and its ledger adds up', async (_day, at) => {
  const { db, now, seeded } = await seedOn(at)
  expect(seeded).toMatchObject({ seeded: true, counts })

  const { messages, enrollments, enrolled, alarms } = await readLedger(db, now)
  expect(alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
  expect(enrolled).toBe(28)
  expect(enrollments).toEqual({ active: 19, paused: 2, finished: 2, stopped: 5 })
  expect(messages).toMatchObject({ claimed: 0, failed: 0, unconfirmed: 1, cancelled: 3 })
  expect(messages.planned + messages.sent).toBe(49)

  const senders = await db.selectFrom('sender').select('address').orderBy('address').execute()
  const writing = await db.selectFrom('sequence').select('from_address').distinct().orderBy('from_address').execute()
  expect(senders.map(({ address }) => address)).toEqual(writing.map(({ from_address }) => from_address))

  const silent = await db
    .selectFrom('message')
    .leftJoin('receipt', 'receipt.message_id', 'message.id')
    .select('message.id')
    .where('receipt.line', 'is', null)
    .execute()
  expect(silent).toEqual([])

  // Nothing of the history lies ahead, and the shows and the next mails do.
  const day = at.slice(0, 10)
  for (const event of await db.selectFrom('event').selectAll().execute()) expect(event.starts_on > day).toBe(true)
  const sent = await db.selectFrom('message').select('sent_at').where('sent_at', 'is not', null).execute()
  for (const { sent_at } of sent) expect(sent_at?.getTime()).toBeLessThan(now.getTime())
  const next = await db
    .selectFrom('message')
    .innerJoin('sequence', 'sequence.id', 'message.sequence_id')
    .innerJoin('enrollment', 'enrollment.id', 'message.enrollment_id')
    .select('due_at')
    .where('state', '=', 'planned')
    .where('sequence.status', '=', 'active')
    .where('enrollment.status', '=', 'active')
    .execute()
  expect(next.length).toBeGreaterThan(5)
  for (const { due_at } of next) expect(due_at.getTime()).toBeGreaterThan(Date.parse(`${day}T00:00:00Z`))
})

test('the world has one of each: what stops a sequence, what waits for a person, what failed', async () => {
  const { db } = await seedOn('2027-03-03T14:00:00Z')
  const values = async <Table extends 'enrollment' | 'reply' | 'suppression' | 'email_address' | 'sequence' | 'job'>(
    table: Table,
    column: string,
  ) => {
    const rows = await db
      .selectFrom(table as 'job')
      .selectAll()
      .execute()
    return [...new Set(rows.map((row) => String((row as Record<string, unknown>)[column])))].sort()
  }
  expect(await values('enrollment', 'stop_reason')).toEqual(['bounced', 'null', 'replied', 'unsubscribed'])
  expect(await values('reply', 'class')).toEqual(['human', 'out_of_office', 'unsubscribe'])
  expect(await values('suppression', 'reason')).toEqual(['bounced', 'unsubscribed'])
  expect(await values('email_address', 'source')).toEqual(['given', 'guessed', 'imported'])
  expect(await values('email_address', 'status')).toEqual(['bounced', 'unknown'])
  expect(await values('sequence', 'status')).toEqual(['active', 'draft', 'paused'])
  expect(await values('job', 'status')).toEqual(['completed', 'failed', 'waiting'])

  const opens = await db.selectFrom('message').select(['opened_at', 'machine_opened_at', 'clicked_at']).execute()
  expect(opens.filter((message) => message.opened_at !== null).length).toBeGreaterThan(5)
  expect(opens.filter((message) => message.machine_opened_at !== null).length).toBe(3)
  expect(opens.filter((message) => message.clicked_at !== null).length).toBe(1)
  const open_tasks = await db.selectFrom('task').select('id').where('done_at', 'is', null).execute()
  expect(open_tasks.length).toBeGreaterThan(3)
  const override = await db
    .selectFrom('account')
    .select(['name', 'effective_score', 'score_override_reason'])
    .where('score_override', 'is not', null)
    .execute()
  expect(override).toEqual([
    { name: 'Global Freight Co', effective_score: 85, score_override_reason: expect.stringContaining('Tender') },
  ])
})

test('a second seed changes nothing and says so; the same day makes the same rows elsewhere', async () => {
  const here = await seedOn('2027-03-03T08:00:00Z')
  const before = await dump(here.db)
  expect(await here.again()).toEqual({ seeded: false, reason: 'This database was seeded on 2027-03-03' })
  expect(await dump(here.db)).toEqual(before)

  const there = await seedOn('2027-03-03T21:45:00Z')
  const rows = await dump(there.db)
  // Receipts and lines of a job's log are numbered as they come; within one statement that is nobody's promise.
  const unnumbered = (all: Record<string, string[]>) => ({
    ...all,
    receipt: all.receipt?.map((row) => row.replace(/"id":"?\d+"?,/, '')).sort(),
    job_log: all.job_log?.map((row) => row.replace(/"id":"?\d+"?,/, '')).sort(),
  })
  expect(unnumbered(rows)).toEqual(unnumbered(before))
})

test('a database where the admin exists is left alone', async () => {
  const database = await openTestDatabase()
  closing.push(database.close)
  const { ctx } = openTestApp(database.db)
  await database.db
    .insertInto('user')
    .values({
      id: crypto.randomUUID(),
      email: 'Admin@YardFlow.com',
      name: 'Somebody',
      role: 'ADMIN',
      password_hash: null,
      time_zone: 'America/New_York',
      active_event_id: null,
      created_at: ctx.clock.now(),
      signed_in_at: null,
      deactivated_at: null,
    })
    .execute()
  const before = await dump(database.db)
  const answer = await seedWorld(ctx, { hashes, progress: () => {} })
  expect(answer).toEqual({ seeded: false, reason: 'There is a user admin@yardflow.com already' })
  expect(await dump(database.db)).toEqual(before)
})

test('in production nothing of it may be mailed', async () => {
  const { db } = await seedOn('2027-03-03T14:00:00Z', { NODE_ENV: 'production' })
  const running = await db.selectFrom('sequence').select('name').where('status', '=', 'active').execute()
  expect(running).toEqual([])
})
