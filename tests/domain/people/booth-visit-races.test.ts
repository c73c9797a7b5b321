import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bookMeeting } from '../../../functions/domain/people/book-meeting.ts'
import { recordBoothVisit } from '../../../functions/domain/people/record-booth-visit.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { adminOf, answer } from '../sequences/colleagues.ts'
import {
  addPerson,
  enrollmentOf,
  makeSequence,
  openWorld,
  raiseCaps,
  threeSteps,
  type World,
} from '../sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const thanks = {
  kind: 'email',
  timing: 'event',
  anchor: 'booth_visit',
  anchor_side: 'after',
  delay_amount: 1,
  delay_unit: 'hours',
  subject: 'Thanks',
  body: 'Hi',
} as const

test('a visit, an answer and a meeting of one person in the same moment never lock each other out', async () => {
  const sequence_id = await makeSequence(world, { steps: [threeSteps[0], thanks] as never })
  await raiseCaps(world)
  const people: string[] = []
  for (let one = 0; one < 40; one++) people.push(await addPerson(world))
  await enrollPeople(world.ctx, { sequence_id, person_ids: people })
  world.clock.advance(1_200_000)
  await drainMessages(world.ctx)
  const { event_id } = world
  const after = (ms: number) => new Promise((done) => setTimeout(done, ms))
  for (const [index, person_id] of people.entries()) {
    expect((await enrollmentOf(world, person_id)).waiting_for).toBe('booth_visit')
    const results = await Promise.allSettled([
      answer(world, person_id),
      after(index % 10).then(() => recordBoothVisit(world.ctx, { event_id, person_id })),
      after(index % 7).then(() => bookMeeting(adminOf(world), { event_id, id: person_id })),
    ])
    expect(results.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))).toEqual([])
    expect((await enrollmentOf(world, person_id)).status).toBe('stopped')
  }
})
