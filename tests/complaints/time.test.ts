import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'

const HOUR = 3_600_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const at = (moment: Date, time_zone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: time_zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(moment)

test('always UTC (Mautic #7665)', async () => {
  const sequence_id = await makeSequence(world)
  const zones = ['America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns']
  for (const time_zone of zones) {
    const person_id = await addPerson(world, { time_zone })
    await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
    const [mail] = await messagesOf(world, person_id)
    expect(mail?.time_zone).toBe(time_zone)
    expect(at(mail!.due_at, time_zone), time_zone).toMatch(/^(Mon|Tue|Wed|Thu|Fri),? (09|1[0-6]):/)
  }
})

test.each([
  ['spring forward', '2026-03-06T21:50:00Z', 'America/New_York'],
  ['fall back', '2026-10-30T20:50:00Z', 'America/New_York'],
  ['half an hour on Lord Howe', '2026-10-02T06:20:00Z', 'Australia/Lord_Howe'],
  ['Berlin', '2026-03-27T15:50:00Z', 'Europe/Berlin'],
])('DST loops: %s (Mautic PR #11602)', async (_name, begin, time_zone) => {
  world.clock.advance(new Date(begin).getTime() - world.clock.now().getTime())
  const sequence_id = await makeSequence(world, {
    time_zone,
    steps: [
      { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' },
      { kind: 'email', delay_amount: 1, delay_unit: 'days', thread: 'reply', body: 'Again' },
      { kind: 'email', delay_amount: 1, delay_unit: 'business_days', thread: 'reply', body: 'And again' },
    ],
  })
  const person_id = await addPerson(world, { time_zone })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  let moved = 0
  for (let hour = 0; hour < 8 * 24; hour++) {
    moved += (await drainMessages(world.ctx)).moved
    world.clock.advance(HOUR)
  }
  const mails = await messagesOf(world, person_id)
  expect(mails.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent'])
  for (const { sent_at } of mails) expect(at(sent_at!, time_zone)).toMatch(/^(Mon|Tue|Wed|Thu|Fri),? (09|1[0-6]):/)
  expect(moved).toBe(0)
})
