import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listSteps } from '../../../db/queries/steps.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { moveEnrollments } from '../../../functions/domain/sequences/move-enrollments.ts'
import { requireSequence } from '../../../functions/domain/sequences/require-sequence.ts'
import { reviewSteps } from '../../../functions/domain/sequences/review-steps.ts'
import { type StepInput, saveSteps } from '../../../functions/domain/sequences/save-steps.ts'
import { addPerson, makeSequence, openWorld, type World } from './world.ts'

const DAY = 86_400_000
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const mail = (body: string): StepInput => ({
  kind: 'email',
  delay_amount: 1,
  delay_unit: 'days',
  thread: 'new',
  subject: `On ${body}`,
  body,
})

/** One person at each of A, B and C; then B says something else, C is gone, X stands behind A and D at the end. */
async function begin() {
  const sequence_id = await makeSequence(world, { steps: ['A', 'B', 'C'].map(mail) })
  for (const days of [1, 1, 0]) {
    await enrollPeople(world.ctx, { sequence_id, person_ids: [await addPerson(world, { time_zone: 'UTC' })] })
    world.clock.advance(days * DAY)
    if (days > 0) await drainMessages(world.ctx)
  }
  const [a, b] = await listSteps(world.database.db, sequence_id, 1)
  const steps = [
    { ...mail('A'), step_key: a!.step_key },
    mail('X'),
    { ...mail('B new'), step_key: b!.step_key },
    mail('D'),
  ]
  return { sequence_id, steps }
}

test('a review says what differs and whom each choice touches', async () => {
  const { sequence_id, steps } = await begin()
  const review = await reviewSteps(world.ctx, await requireSequence(world.ctx, sequence_id), steps)
  expect(review.people).toBe(3)
  expect(review.standing.map(({ people }) => people)).toEqual([1, 1, 1])
  const changed = review.changes.map(({ before, after, is_text_changed }) => [
    before?.body ?? null,
    after?.body ?? null,
    is_text_changed,
  ])
  expect(changed).toEqual([
    ['A', 'A', false],
    [null, 'X', false],
    ['B', 'B new', true],
    ['C', null, false],
    [null, 'D', false],
  ])
  expect(review.forecast).toEqual({
    // At A: B new, and not C. At B: B as planned, and not C. At C: C as planned. All: D. At B and C: past X.
    after_current_step: { new_text: 1, gain: 3, lose: 2, pass_over: 2, at_once: 0 },
    // At B: B new, too. At C: C is cancelled.
    now: { new_text: 2, gain: 3, lose: 3, pass_over: 2, at_once: 2 },
    new_people_only: { new_text: 0, gain: 0, lose: 0, pass_over: 0, at_once: 0 },
  })
})

test.each<[MoveChoice, string[][]]>([
  [
    'after_current_step',
    [
      ['A', 'B', 'C', 'D'],
      ['A', 'B', 'D'],
      ['A', 'X', 'B new', 'D'],
    ],
  ],
  [
    'now',
    [
      ['A', 'B', 'D'],
      ['A', 'B new', 'D'],
      ['A', 'X', 'B new', 'D'],
    ],
  ],
  [
    'new_people_only',
    [
      ['A', 'B', 'C'],
      ['A', 'B', 'C'],
      ['A', 'B', 'C'],
    ],
  ],
])('%s: what was forecast is what the engine then does', async (choice, expected) => {
  const { sequence_id, steps } = await begin()
  const { version } = await saveSteps(world.ctx, { sequence_id, steps, choice })
  if (choice === 'now') await moveEnrollments(world.ctx, { sequence_id, version })
  for (let day = 0; day < 9; day++) {
    world.clock.advance(DAY)
    await drainMessages(world.ctx)
  }
  const got = new Map<string, string[]>()
  for (const { to, text } of world.sender.accepted)
    got.set(to.address, [...(got.get(to.address) ?? []), text.split('\n')[0] ?? ''])
  expect([...got.values()]).toEqual(expected)
})
