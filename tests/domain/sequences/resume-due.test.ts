import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { setEnrollmentsPaused } from '../../../db/queries/enrollments.ts'
import { findNextDue } from '../../../db/queries/message-plans.ts'
import { receiptOf } from '../../../db/queries/receipts.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrolMany } from './bulk.ts'
import { makeSequence, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

test('a pause with an end wakes the drain, which lets the person go on, once, with a line in the receipt', async () => {
  await enrolMany(world, await makeSequence(world), 1)
  const { db } = world.database
  const { id } = await db.selectFrom('enrollment').select('id').executeTakeFirstOrThrow()
  const resume_at = new Date(world.clock.now().getTime() + 24 * 3_600_000)
  await setEnrollmentsPaused(db, {
    ids: [id],
    paused: true,
    reason: 'out_of_office',
    resume_at,
    now: world.clock.now(),
  })
  expect(await findNextDue(db)).toEqual(resume_at)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
  world.clock.advance(24 * 3_600_000)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  const lines = (await receiptOf(db, id)).map(({ what }) => what)
  expect(lines.filter((what) => what === 'resumed')).toHaveLength(1)
  const enrollment = await db.selectFrom('enrollment').selectAll().executeTakeFirstOrThrow()
  expect(enrollment).toMatchObject({ status: 'active', resume_at: null, paused_at: null })
})
