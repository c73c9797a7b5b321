import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readLedger } from '../../../db/queries/outreach-ledger.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { moveEnrollments } from '../../../functions/domain/sequences/move-enrollments.ts'
import { type StepInput, saveSteps } from '../../../functions/domain/sequences/save-steps.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type World } from './world.ts'

const DAY = 86_400_000
/** Fewer than a backlog, which would be spread over days. */
const PEOPLE = 40
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const mail = (body: string): StepInput => ({
  kind: 'email',
  delay_amount: 0,
  delay_unit: 'minutes',
  thread: 'new',
  subject: `On ${body}`,
  body,
})

// Only PostgreSQL has several connections: on the embedded one everything waits in one line.
describe.skipIf(!process.env.TEST_DATABASE_URL)('a version that moves while mails leave', () => {
  test.each<[MoveChoice, number]>([
    ['now', 0],
    ['now', 3],
    ['now', 12],
    ['now', 40],
    ['after_current_step', 0],
    ['after_current_step', 8],
  ])('%s, %i ms into the drains: nobody twice, nothing lost', async (choice, wait) => {
    const sequence_id = await makeSequence(world, { steps: ['A', 'B', 'C', 'D'].map(mail), daily_cap: 10_000 })
    const person_ids: string[] = []
    for (let count = 0; count < PEOPLE; count++) person_ids.push(await addPerson(world))
    await enrollPeople(world.ctx, { sequence_id, person_ids })
    // Answers come late and out of order, so that claims and settlements are under way all the time.
    const { send } = world.sender
    world.sender.send = async (outgoing) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 8))
      return send(outgoing)
    }
    const [a, b, c, d] = await listSteps(world.database.db, sequence_id, 1)
    const edits: StepInput[][] = [
      // B is gone, X is new, D is put first.
      [{ ...mail('D2'), step_key: d!.step_key }, { ...mail('A2'), step_key: a!.step_key }, mail('X'), keep(c!)],
    ]
    const drains = Array.from({ length: 4 }, () => drainMessages(world.ctx))
    const moves = edits.map(async (steps) => {
      await new Promise((resolve) => setTimeout(resolve, wait))
      const { version } = await saveSteps(world.ctx, { sequence_id, steps, choice })
      // Delivered twice at the same time, as a queue may.
      if (choice === 'now') await Promise.all([1, 2].map(() => moveEnrollments(world.ctx, { sequence_id, version })))
      return version
    })
    const [version] = await Promise.all(moves)
    await Promise.all(drains)
    for (let day = 0; day < 6; day++) {
      world.clock.advance(DAY)
      await Promise.all([1, 2, 3].map(() => drainMessages(world.ctx)))
      if (choice === 'now') await moveEnrollments(world.ctx, { sequence_id, version: version! })
      await sweepMessages(world.ctx)
    }

    const mails = await messagesOf(world)
    const keyOf = new Map(mails.map(({ id, step_key }) => [id, step_key]))
    const got = new Map<string, string[]>()
    for (const { to, message_id } of world.sender.accepted)
      got.set(to.address, [...(got.get(to.address) ?? []), keyOf.get(message_id) ?? '?'])
    const [, , x] = await listSteps(world.database.db, sequence_id, version!)
    expect(got.size).toBe(PEOPLE)
    for (const keys of got.values()) {
      expect(new Set(keys).size, 'a step left twice').toBe(keys.length)
      // A left in one text or the other; C and D were ahead of everybody, or had left.
      for (const step of [a, c, d]) expect(keys).toContain(step!.step_key)
      // Whoever did not have D before the edit goes through the new order: X stands in it.
      if (!keys.includes(b!.step_key)) expect(keys).toContain(x!.step_key)
    }
    const { alarms, enrollments } = await readLedger(world.database.db, world.clock.now())
    expect(alarms).toEqual({ mailed_after_stop: 0, duplicates: 0, lost: 0, stuck: 0, unaccounted: 0 })
    expect(enrollments).toMatchObject({ active: 0, finished: PEOPLE })
    expect(mails.filter(({ state }) => state === 'planned' || state === 'claimed')).toEqual([])
  })
})

const keep = ({ id, sequence_id, version, position, created_at, ...step }: Awaited<ReturnType<typeof listSteps>>[0]) =>
  step as StepInput

describe.skipIf(!process.env.TEST_DATABASE_URL)('20,000 enrollments', () => {
  test('are moved by a job in batches, while the request that saves takes no longer', async () => {
    const { db } = world.database
    const sequence_id = await makeSequence(world, { steps: [mail('A'), mail('B')] })
    const [a, b] = await listSteps(db, sequence_id, 1)
    await manyEnrollments(sequence_id, a!.step_key, b!.step_key)
    const began = performance.now()
    const { version } = await saveSteps(world.ctx, {
      sequence_id,
      steps: [keep(a!), { ...mail('B2'), delay_amount: 1, delay_unit: 'days', step_key: b!.step_key }],
      choice: 'now',
    })
    const saved = performance.now()
    expect(await moveEnrollments(world.ctx, { sequence_id, version })).toEqual({ moved: 20_000, in_flight: 0 })
    expect(saved - began).toBeLessThan(500)
    const { rows } = await sql`select distinct version, state from message where step_key = ${b!.step_key}`.execute(db)
    expect(rows).toEqual([{ version: 2, state: 'planned' }])
  }, 120_000)
})

/** So many people who have had the first mail and stand at the second. */
async function manyEnrollments(sequence_id: string, first: string, second: string): Promise<void> {
  const { db } = world.database
  const at = sql`${world.clock.now()}::timestamptz`
  await sql`insert into person (id, event_id, name, name_key, created_at, updated_at)
    select gen_random_uuid(), ${world.event_id}::uuid, 'Ann ' || n, 'ann ' || n, ${at}, ${at}
    from generate_series(1, 20000) n`.execute(db)
  await sql`insert into enrollment (id, sequence_id, person_id, account_key, version, enrolled_at, colleagues_seen_at, updated_at)
    select gen_random_uuid(), ${sequence_id}::uuid, id, id::text, 1, ${at}, ${at}, ${at} from person
    where event_id = ${world.event_id}::uuid`.execute(db)
  const insert = (step_key: string, position: number, state: string) =>
    sql`
    insert into message (id, enrollment_id, step_key, rotation, sequence_id, person_id, event_id, position, version, state,
      due_at, ready_at, account_key, is_first, time_zone, message_id_header, to_address, claimed_at,
      handed_at, sent_at, created_at)
    select gen_random_uuid(), id, ${step_key}::uuid, 0, ${sequence_id}::uuid, person_id, ${world.event_id}::uuid,
      ${position}::integer, 1, ${state}::text, ${at}, ${at}, account_key, false, 'UTC', gen_random_uuid()::text, 'a@b.test',
      ${at}, ${at}, case when ${state}::text = 'sent' then ${at} end, ${at}
    from enrollment where sequence_id = ${sequence_id}::uuid`.execute(db)
  await insert(first, 1, 'sent')
  await insert(second, 2, 'planned')
  await sql`update message set handed_at = null where state = 'planned'`.execute(db)
  await sql`analyze`.execute(db)
}
