import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment, resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { pauseUntil } from '../../../functions/domain/sequences/pause-until.ts'
import { addAccount, answer, moveToDay } from './colleagues.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

/** Two colleagues in one sequence, each with their first mail. */
async function twoColleagues() {
  const account_id = await addAccount(world)
  const sequence_id = await makeSequence(world, { colleague_reply: 'hold' })
  const jo = await addPerson(world, { account_id, name: 'Jo Doe' })
  const ann = await addPerson(world, { account_id, name: 'Ann Lee' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [jo, ann] })
  await drainMessages(world.ctx)
  expect(world.sender.accepted.length).toBe(2)
  return { jo, ann, enrollment_id: (await enrollmentOf(world, ann)).id }
}

async function drainUntilDay(last: number, from = 1) {
  for (let day = from; day <= last; day++) {
    moveToDay(world, day)
    await drainMessages(world.ctx)
  }
}

test('paused until a day, and a colleague answers meanwhile: held until a person lets them go on', async () => {
  const { jo, ann, enrollment_id } = await twoColleagues()
  await pauseUntil(world.ctx, { enrollment_id, resume_on: '2026-03-05' })
  world.clock.advance(3_600_000)
  await answer(world, jo)
  const held = { status: 'paused', resume_at: null, pause_reason: 'colleague_replied: Jo Doe' }
  expect(await enrollmentOf(world, ann)).toMatchObject(held)
  await drainUntilDay(12)
  expect(await enrollmentOf(world, ann)).toMatchObject(held)
  expect(world.sender.accepted.length).toBe(2)
  await resumeEnrollment(world.ctx, { enrollment_id })
  await drainUntilDay(20, 13)
  expect(world.sender.accepted.length).toBeGreaterThan(2)
})

test('paused by hand without a day: the reason says that a colleague answered', async () => {
  const { jo, ann, enrollment_id } = await twoColleagues()
  await pauseEnrollment(world.ctx, { enrollment_id })
  await answer(world, jo)
  expect(await enrollmentOf(world, ann)).toMatchObject({ pause_reason: 'colleague_replied: Jo Doe' })
})

test('a day chosen after the answer was seen: they go on then', async () => {
  const { jo, ann, enrollment_id } = await twoColleagues()
  world.clock.advance(3_600_000)
  await answer(world, jo)
  world.clock.advance(3_600_000)
  await pauseUntil(world.ctx, { enrollment_id, resume_on: '2026-03-05' })
  await drainUntilDay(9)
  expect((await enrollmentOf(world, ann)).status).toBe('active')
  expect(world.sender.accepted.length).toBe(3)
})

test('an answer that told nobody is still seen at the claim, whatever a machine changed since', async () => {
  const { jo, ann, enrollment_id } = await twoColleagues()
  await pauseUntil(world.ctx, { enrollment_id, resume_on: '2026-03-05' })
  const { db } = world.database
  // As if their account had been another one when it came.
  const replied_at = new Date(MONDAY.getTime() + 3_600_000)
  await db.updateTable('enrollment').set({ replied_at }).where('person_id', '=', jo).execute()
  await drainUntilDay(12)
  expect((await enrollmentOf(world, ann)).updated_at.getTime()).toBeGreaterThan(replied_at.getTime())
  expect(await enrollmentOf(world, ann)).toMatchObject({
    status: 'paused',
    pause_reason: 'colleague_replied: Jo Doe',
    colleagues_seen_at: MONDAY,
  })
  expect(
    (await db.selectFrom('message').select('id').where('person_id', '=', ann).where('state', '=', 'sent').execute())
      .length,
  ).toBe(1)
})
