import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addDayOff } from '../../../functions/domain/sequences/change-days-off.ts'
import type { CreateSequenceInput } from '../../../functions/domain/sequences/create-sequence.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment, resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { pauseSequence, resumeSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { spreadBacklog } from '../../../functions/domain/sequences/spread-backlog.ts'
import { updateSequence } from '../../../functions/domain/sequences/update-sequence.ts'
import { at, office } from './schedules.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

type Step = NonNullable<CreateSequenceInput['steps']>[number]
const mail: Step = { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' }
const later: Step = { ...mail, delay_amount: 5, delay_unit: 'days' }
const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 }))

async function enrol(count: number, settings: Partial<CreateSequenceInput>) {
  const sequence_id = await makeSequence(world, settings)
  const person_ids: string[] = []
  for (let n = 0; n < count; n++) person_ids.push(await addPerson(world))
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  return { sequence_id, person_ids, person_id: person_ids[0] ?? '' }
}

const dues = async () =>
  (await messagesOf(world)).filter(({ state }) => state === 'planned').map(({ due_at }) => due_at.toISOString())
const goTo = (text: string) => world.clock.advance(at(text).getTime() - world.clock.now().getTime())

test('a pause keeps what is left of a wait; a moment of the show stays what it is', async () => {
  const { sequence_id } = await enrol(1, { steps: [later], windows: always })
  const anchored: Step = {
    ...mail,
    timing: 'event',
    anchor: 'doors_open',
    anchor_side: 'before',
    delay_amount: 14,
    delay_unit: 'days',
  }
  const { sequence_id: other } = await enrol(1, { steps: [{ ...anchored, clock: 'venue' }], windows: always })
  expect((await dues()).sort()).toEqual(['2026-03-07T15:00:00.000Z', '2026-03-18T16:00:00.000Z'])
  goTo('2026-03-04T15:00:00Z') // three days are left
  for (const id of [sequence_id, other]) await pauseSequence(world.ctx, { sequence_id: id })
  goTo('2026-03-10T12:00:00Z')
  for (const id of [sequence_id, other]) await resumeSequence(world.ctx, { sequence_id: id })
  expect((await dues()).sort()).toEqual(['2026-03-13T12:00:00.000Z', '2026-03-18T16:00:00.000Z'])
})

test('a pause of one person keeps it, too, and two pauses over each other count once', async () => {
  const { sequence_id, person_id } = await enrol(1, { steps: [later], windows: always })
  const { id: enrollment_id } = await enrollmentOf(world, person_id)
  goTo('2026-03-03T15:00:00Z')
  await pauseEnrollment(world.ctx, { enrollment_id })
  goTo('2026-03-04T15:00:00Z')
  await pauseSequence(world.ctx, { sequence_id })
  goTo('2026-03-06T15:00:00Z')
  await resumeEnrollment(world.ctx, { enrollment_id })
  goTo('2026-03-07T15:00:00Z')
  await resumeSequence(world.ctx, { sequence_id })
  // Four of five days were left on the 3rd.
  expect(await dues()).toEqual(['2026-03-11T15:00:00.000Z'])
  await pauseSequence(world.ctx, { sequence_id })
  goTo('2026-03-08T15:00:00Z')
  await pauseEnrollment(world.ctx, { enrollment_id })
  goTo('2026-03-09T15:00:00Z')
  await resumeSequence(world.ctx, { sequence_id })
  goTo('2026-03-10T15:00:00Z')
  await resumeEnrollment(world.ctx, { enrollment_id })
  expect(await dues()).toEqual(['2026-03-14T15:00:00.000Z'])
})

test('a step that hung on the show and that the pause has outlasted is passed over', async () => {
  const anchored: Step = {
    ...mail,
    timing: 'event',
    anchor: 'doors_open',
    anchor_side: 'before',
    delay_amount: 14,
    delay_unit: 'days',
  }
  const { sequence_id, person_id } = await enrol(1, { steps: [anchored, later], windows: always })
  await pauseSequence(world.ctx, { sequence_id })
  goTo('2026-03-25T15:00:00Z')
  await resumeSequence(world.ctx, { sequence_id })
  expect(await messagesOf(world, person_id)).toMatchObject([
    { state: 'skipped', reason: 'too_late' },
    { state: 'planned', due_at: at('2026-03-30T15:00:00Z') },
  ])
})

test('wider windows bring planned mails forward, narrower ones put them off, from when their wait is over', async () => {
  const { sequence_id } = await enrol(1, { steps: [{ ...mail, delay_amount: 9, delay_unit: 'hours' }] })
  expect(await dues()).toEqual(['2026-03-03T14:09:00.000Z'])
  await updateSequence(world.ctx, { sequence_id, windows: always })
  expect(await dues()).toEqual(['2026-03-03T00:00:00.000Z'])
  await updateSequence(world.ctx, { sequence_id, windows: [{ day: 5, from_minute: 600, to_minute: 660 }] })
  expect(await dues()).toEqual(['2026-03-06T15:09:00.000Z'])
  const jobs = await world.database.db.selectFrom('job').select('run_at').execute()
  expect(jobs.map(({ run_at }) => run_at.toISOString())).toContain('2026-03-06T15:09:00.000Z')
  // Saving the same again moves nothing.
  await updateSequence(world.ctx, { sequence_id, windows: [{ day: 5, from_minute: 600, to_minute: 660 }] })
  expect(await dues()).toEqual(['2026-03-06T15:09:00.000Z'])
})

test('a holiday where they live, and a day off of our own, are obeyed by plan and claim', async () => {
  const sequence_id = await makeSequence(world, { steps: [mail] })
  goTo('2026-05-14T08:30:00Z') // Ascension, 10:30 in Berlin
  const german = await addPerson(world, { country: 'Germany' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [german] })
  expect(await messagesOf(world, german)).toMatchObject([{ country: 'DE', due_at: at('2026-05-15T07:09:00Z') }])
  await world.database.db.updateTable('message').set({ due_at: world.clock.now() }).execute()
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 1 })
  expect(await dues()).toEqual(['2026-05-15T07:09:00.000Z'])
  await addDayOff(world.ctx, { on: '2026-05-15', name: 'Bridge day', country: 'Germany' })
  goTo('2026-05-15T08:30:00Z')
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0, moved: 1 })
  expect(await dues()).toEqual(['2026-05-18T07:09:00.000Z'])
  // Whoever wants to write on holidays may.
  await updateSequence(world.ctx, { sequence_id, skip_holidays: false })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  await expect(addDayOff(world.ctx, { on: '2026-05-15', name: 'Again', country: 'DE' })).rejects.toThrow('off already')
  await expect(addDayOff(world.ctx, { on: '2026-05-16', name: 'X', country: 'Atlantis' })).rejects.toMatchObject({
    fields: { country: 'There is no such country.' },
  })
})

test('Mautic #3340, listmonk #1801: after a night without a queue a backlog is spread, never fired at once', async () => {
  const { person_ids } = await enrol(80, { steps: [mail] })
  world.clock.advance(4 * HOUR) // 14:00 in New York, three hours are left
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  const moments = (await dues()).sort()
  expect(moments.length).toBe(79)
  expect(moments.at(-1)! > '2026-03-02T21:50:00Z' && moments.at(-1)! < '2026-03-02T22:00:00Z').toBe(true)
  const perMinute = new Map<string, number>()
  for (const moment of moments) perMinute.set(moment, (perMinute.get(moment) ?? 0) + 1)
  expect(Math.max(...perMinute.values())).toBe(1)
  for (const minutes of [60, 60, 30, 20, 9]) {
    world.clock.advance(minutes * 60_000)
    await drainMessages(world.ctx)
  }
  expect(world.sender.accepted.length).toBe(person_ids.length)
})

test('a few that are late leave at once', async () => {
  await enrol(20, { steps: [mail] })
  world.clock.advance(4 * HOUR)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 20 })
})

test('a long pause spreads what was ready; what comes later keeps its wait', async () => {
  const { sequence_id } = await enrol(70, { steps: [mail] })
  await pauseSequence(world.ctx, { sequence_id })
  world.clock.advance(3 * DAY)
  await resumeSequence(world.ctx, { sequence_id })
  const moments = await dues()
  expect(new Set(moments).size).toBe(70)
  expect(moments.sort()[0]).toBe('2026-03-05T15:00:00.000Z')
})

test('a backlog keeps its order, fills what is left of today, and takes two open hours at least', () => {
  const mails = Array.from({ length: 240 }, () => ({ time_zone: 'America/New_York', country: null }))
  const minutes = (now: string, schedule = office) => spreadBacklog(mails, schedule, at(now))
  const midday = minutes('2026-03-02T18:00:00Z')
  expect([midday[0], midday[239]]).toEqual([at('2026-03-02T18:00:00Z'), at('2026-03-02T21:59:00Z')])
  expect([...midday].sort((a, b) => a.getTime() - b.getTime())).toEqual(midday)
  // 16:30: half an hour is left, the other hour and a half are tomorrow's.
  const evening = minutes('2026-03-02T21:30:00Z')
  expect([evening[0], evening[239]]).toEqual([at('2026-03-02T21:30:00Z'), at('2026-03-03T15:29:00Z')])
  // Friday night: all of Monday.
  const weekend = minutes('2026-03-07T04:00:00Z')
  expect([weekend[0], weekend[239]]).toEqual([at('2026-03-09T13:00:00Z'), at('2026-03-09T20:58:00Z')])
})
