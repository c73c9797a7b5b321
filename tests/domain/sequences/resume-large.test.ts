import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findNextDue } from '../../../db/queries/message-plans.ts'
import type { Ctx } from '../../../functions/context.ts'
import { pauseSender, resumeSender } from '../../../functions/domain/senders/pause-sender.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment, resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { pauseSequence, resumeSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { replanInBackground } from '../../../functions/domain/sequences/replan.ts'
import { resumeInBackground } from '../../../functions/domain/sequences/resume-large.ts'
import { updateSequence } from '../../../functions/domain/sequences/update-sequence.ts'
import { sweep } from '../../../functions/jobs/sweep.ts'
import { enrolMany } from './bulk.ts'
import { addPerson, MONDAY, makeSequence, openWorld, type World } from './world.ts'

const DAY = 86_400_000
const LARGE = 5_200
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 }))
const later = { kind: 'email', delay_amount: 5, delay_unit: 'days', subject: 'Hello', body: 'Hi' } as const
const inDays = (days: number) => new Date(MONDAY.getTime() + days * DAY)
const goToDay = (days: number) => world.clock.advance(inDays(days).getTime() - world.clock.now().getTime())

/** People who wait five days for their mail. */
async function enrolLarge(count = LARGE, settings: { name?: string } = {}): Promise<string> {
  const sequence_id = await makeSequence(world, { steps: [later], windows: always, skip_holidays: false, ...settings })
  await enrolMany(world, sequence_id, count, { due_at: () => inDays(5) })
  return sequence_id
}

/** How many mails are ready at each moment, in days from now on. */
async function readyAt(sequence_id: string): Promise<Record<string, number>> {
  const { rows } = await sql<{ at: Date; n: number }>`
    select ready_at as at, count(*)::integer as n from message where sequence_id = ${sequence_id}::uuid
    group by 1 order by 1`.execute(world.database.db)
  return Object.fromEntries(rows.map(({ at, n }) => [(at.getTime() - MONDAY.getTime()) / DAY, n]))
}

/** A process whose time is up after one batch. */
function shortRun(): Ctx {
  let calls = 0
  return { ...world.ctx, clock: { now: () => new Date(world.clock.now().getTime() + calls++ * 21_000) } }
}

const jobsNamed = async (name: string) =>
  (await world.database.db.selectFrom('job').select('payload').where('name', '=', name).execute()).map(
    ({ payload }) => payload,
  )
const due = async (sequence_id: string) => {
  const { rows } = await sql<{ least: Date; late: number }>`
    select min(due_at) as least, (count(*) filter (where due_at < ready_at))::integer as late from message
    where sequence_id = ${sequence_id}::uuid and state = 'planned'`.execute(world.database.db)
  return rows[0]
}

test('the request writes no mail, none leaves before the job is done, and each is shifted once whatever dies or runs twice', async () => {
  const sequence_id = await enrolLarge()
  goToDay(2)
  await pauseSequence(world.ctx, { sequence_id })
  goToDay(12)
  await resumeSequence(world.ctx, { sequence_id })
  expect(await readyAt(sequence_id)).toEqual({ 5: LARGE })
  expect(await jobsNamed('resume-sequence')).toEqual([{ sequence_id }])

  // Its mails are long due by what they say, and there is nobody to wake for but others.
  expect(await findNextDue(world.database.db)).toBeUndefined()
  const other = await makeSequence(world, { windows: always, skip_holidays: false })
  await enrollPeople(world.ctx, { sequence_id: other, person_ids: [await addPerson(world)] })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1, moved: 0 })

  await resumeInBackground(shortRun(), { sequence_id })
  expect(await readyAt(sequence_id)).toEqual({ 5: LARGE - 1_000, 15: 1_000 })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 0 })
  // The job is lost, and comes back with the sweep; then three run beside each other.
  await world.database.db.deleteFrom('job').execute()
  await sweep(world.ctx)
  expect(await jobsNamed('resume-sequence')).toEqual([{ sequence_id }])
  await Promise.all([1, 2, 3].map(() => resumeInBackground(world.ctx, { sequence_id })))
  expect(await readyAt(sequence_id)).toEqual({ 15: LARGE })
  expect(await resumeInBackground(world.ctx, { sequence_id })).toEqual({ people: 0 })
  expect(await readyAt(sequence_id)).toEqual({ 15: LARGE })
  expect(await due(sequence_id)).toEqual({ least: inDays(15), late: 0 })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 0 })
  expect((await findNextDue(world.database.db))! <= inDays(15)).toBe(true)
}, 120_000)

test('paused again, and one of them alone, while the job is at work: every pause counts once', async () => {
  const sequence_id = await enrolLarge()
  const people = await world.database.db
    .selectFrom('enrollment')
    .select('id')
    .where('sequence_id', '=', sequence_id)
    .orderBy('id')
    .execute()
  const [first, last] = [people[0]?.id ?? '', people.at(-1)?.id ?? '']
  await pauseSequence(world.ctx, { sequence_id })
  goToDay(1)
  await pauseEnrollment(world.ctx, { enrollment_id: last })
  goToDay(10)
  await resumeSequence(world.ctx, { sequence_id })
  await resumeInBackground(shortRun(), { sequence_id })
  goToDay(11)
  // The job has been at the first and not yet at the last.
  await pauseEnrollment(world.ctx, { enrollment_id: first })
  await resumeEnrollment(world.ctx, { enrollment_id: last })
  goToDay(12)
  await pauseSequence(world.ctx, { sequence_id })
  await resumeInBackground(shortRun(), { sequence_id })
  goToDay(13)
  await resumeEnrollment(world.ctx, { enrollment_id: first })
  goToDay(15)
  await resumeSequence(world.ctx, { sequence_id })
  await resumeInBackground(world.ctx, { sequence_id })
  // 5 + 10 + 3 days; the first and the last have stood still a day longer.
  expect(await readyAt(sequence_id)).toEqual({ 18: LARGE - 2, 19: 2 })
  expect(await due(sequence_id)).toEqual({ least: inDays(18), late: 0 })
}, 120_000)

test('a sender with many middling sequences is resumed by jobs, too', async () => {
  const ids = [await enrolLarge(2_700, { name: 'One' }), await enrolLarge(2_700, { name: 'Two' })]
  await pauseSender(world.ctx, { address: 'rita@yardflow.test' })
  goToDay(8)
  await resumeSender(world.ctx, { address: 'rita@yardflow.test' })
  for (const id of ids) expect(await readyAt(id)).toEqual({ 5: 2_700 })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 0 })
  for (const sequence_id of ids) {
    await resumeInBackground(world.ctx, { sequence_id })
    expect(await readyAt(sequence_id)).toEqual({ 13: 2_700 })
  }
}, 120_000)

test('what was ready is spread when a large sequence is resumed, and its job lets it go', async () => {
  const sequence_id = await enrolLarge()
  goToDay(6)
  await pauseSequence(world.ctx, { sequence_id })
  goToDay(7)
  await resumeSequence(world.ctx, { sequence_id })
  await resumeInBackground(world.ctx, { sequence_id })
  const { rows } = await sql<{ minutes: number; most: number }>`
    select count(*)::integer as minutes, max(n)::integer as most from (
      select count(*) as n from message where sequence_id = ${sequence_id}::uuid group by due_at) m`.execute(
    world.database.db,
  )
  expect(rows[0]?.minutes).toBeGreaterThan(120)
  expect(rows[0]?.most).toBeLessThan(100)
  expect((await drainMessages(world.ctx)).sent).toBeGreaterThan(0)
}, 120_000)

test('another schedule: a job places all of them, run after run, and twice changes nothing', async () => {
  const sequence_id = await enrolLarge()
  await updateSequence(world.ctx, { sequence_id, windows: [{ day: 5, from_minute: 600, to_minute: 660 }] })
  expect(await jobsNamed('replan-sequence')).toEqual([{ sequence_id, reason: 'schedule_changed' }])
  const run = { sequence_id, reason: 'schedule_changed' }
  expect(await replanInBackground(shortRun(), run)).toEqual({ moved: 2_000 })
  const [, on] = await jobsNamed('replan-sequence')
  expect(on).toMatchObject({ ...run, after: expect.any(String) })
  const after = String((on as { after: string }).after)
  expect(await replanInBackground(world.ctx, { ...run, after })).toEqual({ moved: LARGE - 2_000 })
  expect(await replanInBackground(world.ctx, run)).toEqual({ moved: 0 })
  expect(await due(sequence_id)).toEqual({ least: new Date('2026-03-13T14:09:00Z'), late: 0 })
}, 120_000)
