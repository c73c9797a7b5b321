import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import { listVersions } from '../../../db/queries/versions.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import { completeTask } from '../../../functions/domain/sequences/complete-task.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { moveEnrollments } from '../../../functions/domain/sequences/move-enrollments.ts'
import { pauseEnrollment, resumeEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { type StepInput, saveSteps } from '../../../functions/domain/sequences/save-steps.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

const DAY = 86_400_000
let world: World
let sequence_id: string
let person_id: string
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const mail = (body: string, given: Partial<StepInput> = {}): StepInput => ({
  kind: 'email',
  delay_amount: 1,
  delay_unit: 'days',
  thread: 'new',
  subject: `On ${body}`,
  body,
  ...given,
})
const call = (subject: string): StepInput => ({ ...mail('Ring them'), kind: 'call', subject })

/** Steps named by letters, each a day after the one before, and one person who is enrolled. */
async function begin(steps: StepInput[]): Promise<void> {
  sequence_id = await makeSequence(world, { steps })
  person_id = await addPerson(world, { time_zone: 'America/New_York' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
}

/** The steps as they are, by body, with their keys: what a rep edits. */
async function current(): Promise<Record<string, StepInput>> {
  const [newest] = await listVersions(world.database.db, sequence_id)
  const steps = await listSteps(world.database.db, sequence_id, newest?.version ?? 1)
  return Object.fromEntries(
    steps.map(({ id, sequence_id: _s, version, position, created_at, ...step }) => [
      step.kind === 'email' ? step.body : step.subject,
      step as StepInput,
    ]),
  )
}

async function edit(choice: MoveChoice, change: (steps: Record<string, StepInput>) => (StepInput | undefined)[]) {
  const steps = change(await current()).filter((step) => step !== undefined)
  const { version } = await saveSteps(world.ctx, { sequence_id, steps, choice })
  if (choice !== 'now') return version
  // The queue of these tests is deaf: the job that was staged is run here.
  await world.database.db.deleteFrom('job').where('name', '=', 'move-enrollments').execute()
  await moveEnrollments(world.ctx, { sequence_id, version })
  return version
}

/** Lets so many days pass, with a drain at noon of each. */
async function live(days: number): Promise<string[]> {
  for (let day = 0; day < days; day++) {
    world.clock.advance(DAY)
    await drainMessages(world.ctx)
  }
  return letters()
}

const letters = () => world.sender.accepted.map(({ text }) => text.split('\n')[0] ?? '')

async function expectWhole(): Promise<void> {
  const { alarms, enrollments } = await readLedger(world.database.db, world.clock.now())
  expect(alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
  expect(enrollments).toMatchObject({ active: 0, finished: 1 })
}

describe('after the current step', () => {
  test('the step they stand at leaves as it was planned, then the new version holds', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await edit('after_current_step', ({ A, B, C }) => [
      { ...A!, body: 'A new' },
      { ...B!, body: 'B new' },
      mail('X'),
      C,
    ])
    expect(await live(6)).toEqual(['A', 'B new', 'X', 'C'])
    expect((await enrollmentOf(world, person_id)).version).toBe(2)
    await expectWhole()
  })

  test('what was ahead is not lost when it is put before where they are', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await live(1)
    await edit('after_current_step', ({ A, B, C }) => [C, B, A])
    // B is what they stand at; C was ahead and comes after it; A was done.
    expect(await live(5)).toEqual(['A', 'B', 'C'])
    await expectWhole()
  })

  test('a new step before where they are is passed over, one behind it is not', async () => {
    await begin([mail('A'), mail('B')])
    await live(1)
    await edit('after_current_step', ({ A, B }) => [mail('early'), A, B, mail('late')])
    expect(await live(5)).toEqual(['A', 'B', 'late'])
    await expectWhole()
  })

  test('the step they stand at is gone, and so is all that was ahead: they finish', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await live(1)
    await edit('after_current_step', ({ A }) => [A])
    expect(await live(4)).toEqual(['A', 'B'])
    await expectWhole()
  })

  test('a task they stand at is done first', async () => {
    await begin([mail('A'), call('Call'), mail('B')])
    await live(1)
    await edit('after_current_step', ({ A, B }) => [A, mail('X'), B])
    const task = await world.database.db.selectFrom('task').selectAll().executeTakeFirstOrThrow()
    expect(await live(2)).toEqual(['A'])
    await completeTask(world.ctx, { task_id: task.id })
    expect(await live(4)).toEqual(['A', 'X', 'B'])
    await expectWhole()
  })

  test('two edits: the newest that moves people holds, one for new people only does not', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await edit('after_current_step', ({ A, B, C }) => [A, { ...B!, body: 'B2' }, C])
    await edit('new_people_only', ({ A, B2, C }) => [A, { ...B2!, body: 'B3' }, C])
    expect(await live(2)).toEqual(['A', 'B2'])
    await edit('after_current_step', ({ A, B3, C }) => [A, B3, { ...C!, body: 'C4' }, mail('D4')])
    expect(await live(4)).toEqual(['A', 'B2', 'C', 'D4'])
    await expectWhole()
  })

  test('a sweep that finds them with nothing open goes on in the new version', async () => {
    await begin([mail('A'), mail('B')])
    await live(1)
    const { db } = world.database
    await db.deleteFrom('message').where('state', '=', 'planned').execute()
    await edit('after_current_step', ({ A, B }) => [B, A, mail('X')])
    await sweepMessages(world.ctx)
    await sweepMessages(world.ctx)
    expect(await live(5)).toEqual(['A', 'B', 'X'])
    await expectWhole()
  })
})

describe('now', () => {
  test('an unsent mail takes the new text and timing at once', async () => {
    await begin([mail('A'), mail('B')])
    await live(1)
    const [, before] = await messagesOf(world, person_id)
    await edit('now', ({ A, B }) => [A, { ...B!, body: 'B new', delay_amount: 3 }])
    const [, after] = await messagesOf(world, person_id)
    expect(after!.due_at.getTime() - before!.due_at.getTime()).toBe(2 * DAY)
    expect(after).toMatchObject({ version: 2, reason: 'new_version', step_key: before!.step_key })
    expect(await live(2)).toEqual(['A'])
    expect(await live(2)).toEqual(['A', 'B new'])
    await expectWhole()
  })

  test('a moment that the edit does not touch stays', async () => {
    await begin([mail('A'), mail('B')])
    await live(1)
    const { db } = world.database
    const later = new Date(world.clock.now().getTime() + 2 * DAY)
    await db.updateTable('message').set({ due_at: later }).where('state', '=', 'planned').execute()
    await edit('now', ({ A, B }) => [A, { ...B!, body: 'B new' }])
    const [, after] = await messagesOf(world, person_id)
    expect(after).toMatchObject({ version: 2, due_at: later })
  })

  test('what was ahead is not lost when it is put before the mail that stays, nor by another edit', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await live(1)
    await edit('now', ({ A, B, C }) => [C, A, { ...B!, body: 'B new' }, mail('X')])
    await edit('now', ({ A, 'B new': B, C, X }) => [X, C, A, B])
    await edit('after_current_step', ({ A, 'B new': B, C, X }) => [C, mail('Y'), X, A, B, mail('Z')])
    expect((await enrollmentOf(world, person_id)).version).toBe(3)
    expect(await live(7)).toEqual(['A', 'B new', 'C', 'Y', 'X', 'Z'])
    await expectWhole()
  })

  test('a mail whose step is gone is cancelled, and the next one is planned', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await live(1)
    await edit('now', ({ A, C }) => [A, mail('X'), C])
    const rows = await messagesOf(world, person_id)
    expect(rows.map(({ state, reason }) => [state, reason])).toContainEqual(['cancelled', 'step_removed'])
    expect(await live(4)).toEqual(['A', 'X', 'C'])
    await expectWhole()
  })

  test('the first mail is gone before anything was sent: the next is a first one', async () => {
    await begin([mail('A'), mail('B')])
    await edit('now', ({ B }) => [B])
    const planned = (await messagesOf(world, person_id)).find(({ state }) => state === 'planned')
    expect(planned).toMatchObject({ is_first: true, position: 1 })
    expect(await live(3)).toEqual(['B'])
    await expectWhole()
  })

  test('a task whose step is gone is dropped, one that stays takes the new words', async () => {
    await begin([call('Ring'), mail('A')])
    await edit('now', ({ Ring, A }) => [{ ...Ring!, subject: 'Ring twice' }, A])
    const { db } = world.database
    expect(await db.selectFrom('task').select('title').execute()).toEqual([{ title: 'Ring twice' }])
    await edit('now', ({ A }) => [A])
    expect(await db.selectFrom('task').select('title').execute()).toEqual([])
    expect(await live(3)).toEqual(['A'])
    await expectWhole()
  })

  test('a mail becomes a call, and a mail again', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await live(1)
    await edit('now', ({ A, B, C }) => [A, { ...B!, kind: 'call', subject: 'B' }, C])
    expect(await live(2)).toEqual(['A'])
    await edit('now', ({ A, B, C }) => [A, { ...B!, kind: 'email', body: 'B again' }, C])
    expect(await live(4)).toEqual(['A', 'B again', 'C'])
    await expectWhole()
  })

  test('a person who is paused is moved, and goes on when they are resumed', async () => {
    await begin([mail('A'), mail('B')])
    await live(1)
    const { id } = await enrollmentOf(world, person_id)
    await pauseEnrollment(world.ctx, { enrollment_id: id })
    await edit('now', ({ A, B }) => [A, { ...B!, body: 'B new' }])
    expect(await live(3)).toEqual(['A'])
    await resumeEnrollment(world.ctx, { enrollment_id: id })
    expect(await live(4)).toEqual(['A', 'B new'])
    await expectWhole()
  })

  test('twice moves once', async () => {
    await begin([mail('A'), mail('B'), mail('C')])
    await live(1)
    const version = await edit('now', ({ A, C }) => [A, C])
    expect(await moveEnrollments(world.ctx, { sequence_id, version })).toEqual({ moved: 0, in_flight: 0 })
    const lines = await world.database.db.selectFrom('receipt').select('what').where('what', '=', 'version').execute()
    expect(lines).toHaveLength(1)
    const [newest] = await listVersions(world.database.db, sequence_id)
    expect(newest).toMatchObject({ choice: 'now', moved_at: expect.any(Date), running: 1, saved_by_name: 'Rita Rep' })
  })

  test('a mail that is on its way is moved once it has come back', async () => {
    await begin([mail('A'), mail('B')])
    await live(1)
    const { db } = world.database
    const claim = { claim_token: crypto.randomUUID(), lease_until: new Date(world.clock.now().getTime() + 1_000) }
    await db
      .updateTable('message')
      .set({ state: 'claimed', ...claim })
      .where('state', '=', 'planned')
      .execute()
    const version = await edit('now', ({ A, B }) => [A, { ...B!, body: 'B new' }])
    expect((await enrollmentOf(world, person_id)).version).toBe(1)
    const again = await db
      .selectFrom('job')
      .selectAll()
      .where('name', '=', 'move-enrollments')
      .where('run_at', '>', world.clock.now())
      .executeTakeFirstOrThrow()
    expect(again).toMatchObject({ status: 'waiting', payload: { sequence_id, version } })
    world.clock.advance(60_000)
    await sweepMessages(world.ctx)
    expect(await moveEnrollments(world.ctx, { sequence_id, version })).toEqual({ moved: 1, in_flight: 0 })
    expect(await live(2)).toEqual(['A', 'B new'])
  })
})

test('for new people only: whoever is enrolled stays to the end', async () => {
  await begin([mail('A'), mail('B')])
  await edit('new_people_only', ({ A, B }) => [A, { ...B!, body: 'B new' }, mail('C')])
  expect(await live(4)).toEqual(['A', 'B'])
  await expectWhole()
})

test('a change of an older version is refused: somebody saved in the meantime', async () => {
  await begin([mail('A')])
  await edit('new_people_only', ({ A }) => [{ ...A!, body: 'A2' }])
  const steps = Object.values(await current())
  await expect(saveSteps(world.ctx, { sequence_id, steps, base_version: 1 })).rejects.toThrow('Version 2 was saved')
})
