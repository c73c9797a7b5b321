import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockProgress } from '../../../db/queries/enrollments.ts'
import { insertReceipts } from '../../../db/queries/receipts.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { verifyReceipt } from '../../../functions/domain/sequences/verify-receipt.ts'
import { enrolMany } from './bulk.ts'
import { enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

async function enrolOne(): Promise<string> {
  await enrolMany(world, await makeSequence(world), 1)
  const [mail] = await messagesOf(world)
  return (await enrollmentOf(world, mail?.person_id ?? '')).id
}

const linesOf = (enrollment_id: string) =>
  world.database.db
    .selectFrom('receipt')
    .selectAll()
    .where('enrollment_id', '=', enrollment_id)
    .orderBy('line')
    .execute()

test('lines are numbered from 1, each hashed over the one before it, in the order in which things happened', async () => {
  const enrollment_id = await enrolOne()
  await drainMessages(world.ctx)
  const lines = await linesOf(enrollment_id)
  expect(lines.map(({ line, what }) => [line, what])).toEqual([
    [1, 'claimed'],
    [2, 'handed'],
    [3, 'accepted'],
    [4, 'planned'],
  ])
  expect(new Set(lines.map(({ hash }) => hash)).size).toBe(4)
  expect(await verifyReceipt(world.ctx, { enrollment_id })).toEqual({ lines: 4, broken_at: null })
})

test('nobody changes or takes away a line, until the enrollment itself goes', async () => {
  const enrollment_id = await enrolOne()
  await drainMessages(world.ctx)
  const { db } = world.database
  const of = (line: number) => sql`enrollment_id = ${enrollment_id}::uuid and line = ${line}`
  await expect(sql`update receipt set what = 'never' where ${of(2)}`.execute(db)).rejects.toThrow('append-only')
  await expect(sql`delete from receipt where ${of(2)}`.execute(db)).rejects.toThrow('append-only')
  await db.deleteFrom('message').where('enrollment_id', '=', enrollment_id).execute()
  expect(await linesOf(enrollment_id)).toHaveLength(4)
  await db.deleteFrom('enrollment').where('id', '=', enrollment_id).execute()
  expect(await linesOf(enrollment_id)).toHaveLength(0)
})

test.each([
  ['changed', sql`update receipt set detail = '{"to": "else@where.test"}' where line = 2`, 2],
  ['taken away', sql`delete from receipt where line = 2`, 2],
  ['moved in time', sql`update receipt set at = at + interval '1 second' where line = 3`, 3],
])('a line that was %s behind the back of the trigger is named', async (_what, tamper, broken_at) => {
  const enrollment_id = await enrolOne()
  await drainMessages(world.ctx)
  await world.database.db.transaction().execute(async (tx) => {
    await sql`alter table receipt disable trigger keep_receipt`.execute(tx)
    await tamper.execute(tx)
    await sql`alter table receipt enable trigger keep_receipt`.execute(tx)
  })
  expect(await verifyReceipt(world.ctx, { enrollment_id })).toMatchObject({ broken_at })
})

// PGlite has one connection: writers there only take turns.
test.runIf(process.env.TEST_DATABASE_URL)('eight writers at once make one chain and lock nobody out', async () => {
  const sequence_id = await makeSequence(world)
  await enrolMany(world, sequence_id, 5)
  const ids = (await world.database.db.selectFrom('enrollment').select('id').execute()).map(({ id }) => id)
  const write = async (writer: number) => {
    for (let round = 0; round < 20; round++)
      await world.database.db.transaction().execute(async (tx) => {
        const some = ids.filter((_, index) => (index + writer + round) % 3 !== 0)
        await lockProgress(tx, some)
        await insertReceipts(
          tx,
          some.map((enrollment_id) => ({ enrollment_id, message_id: null, what: 'note', detail: { writer, round } })),
          world.clock.now(),
        )
      })
  }
  await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)))
  let lines = 0
  for (const enrollment_id of ids) {
    const verified = await verifyReceipt(world.ctx, { enrollment_id })
    expect(verified.broken_at).toBeNull()
    lines += verified.lines
  }
  const written = Array.from(
    { length: 8 * 20 },
    (_, n) => ids.filter((_id, index) => (index + (n % 8) + Math.floor(n / 8)) % 3 !== 0).length,
  )
  expect(lines).toBe(written.reduce((a, b) => a + b, 0))
})
