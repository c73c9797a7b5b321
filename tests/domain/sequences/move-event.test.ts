import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findEvent } from '../../../db/queries/events.ts'
import type { Actor, Ctx } from '../../../functions/context.ts'
import { updateEvent } from '../../../functions/domain/events/update-event.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { replanEvent } from '../../../functions/domain/sequences/replan-event.ts'
import type { StepInput } from '../../../functions/domain/sequences/save-steps.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const ctx = () => world.ctx as Ctx & { actor: Actor }

/** So many days before the doors open, at nine where the person is. */
const before = (days: number): StepInput => ({
  kind: 'email',
  timing: 'event',
  anchor: 'doors_open',
  anchor_side: 'before',
  delay_amount: days,
  delay_unit: 'days',
  at_minute: 540,
  thread: 'new',
  subject: `In ${days} days`,
  body: `In ${days} days`,
})

async function begin(people: number, steps = [before(14), before(2)]) {
  const sequence_id = await makeSequence(world, { name: 'Before the show', steps })
  const person_ids: string[] = []
  for (let count = 0; count < people; count++)
    person_ids.push(await addPerson(world, { time_zone: count % 2 === 0 ? 'America/New_York' : 'Europe/Berlin' }))
  await enrollPeople(world.ctx, { sequence_id, person_ids })
  return { sequence_id, person_ids }
}

async function details(given: object) {
  const event = await findEvent(world.database.db, world.event_id)
  const { id, archived_at, created_at, updated_at, ...typed } = event!
  return { ...typed, ...given }
}

test('without approval the diff is told, and nothing changes', async () => {
  const { sequence_id, person_ids } = await begin(4)
  const rows = await messagesOf(world, person_ids[0])
  expect(rows[0]?.due_at.toISOString()).toBe('2026-03-18T13:09:00.000Z')
  const result = await updateEvent(
    ctx(),
    world.event_id,
    await details({ starts_on: '2026-04-08', ends_on: '2026-04-10' }),
  )
  expect(result).toMatchObject({
    outcome: 'needs_approval',
    moved: [
      {
        sequence_id,
        sequence_name: 'Before the show',
        position: 1,
        plans: 4,
        late: 0,
        from: { first_at: new Date('2026-03-18T08:09:00Z'), last_at: new Date('2026-03-18T13:09:00Z') },
        to: { first_at: new Date('2026-03-25T08:00:00Z'), last_at: new Date('2026-03-25T13:00:00Z') },
      },
    ],
    sequences: [{ id: sequence_id, status: 'active', positions: [1, 2], still_to_come: 4 }],
  })
  expect(await messagesOf(world, person_ids[0])).toEqual(rows)
  expect(await findEvent(world.database.db, world.event_id)).toMatchObject({ starts_on: '2026-04-01' })
})

test('with approval the event changes and what hangs on it is planned anew, once', async () => {
  const { person_ids } = await begin(4)
  const moved = await details({ starts_on: '2026-04-08', ends_on: '2026-04-10' })
  expect(await updateEvent(ctx(), world.event_id, moved, { approved: true })).toEqual({ outcome: 'updated' })
  expect(await replanEvent(world.ctx, { event_id: world.event_id })).toEqual({ moved: 4 })
  expect(await replanEvent(world.ctx, { event_id: world.event_id })).toEqual({ moved: 0 })
  const [mail] = await messagesOf(world, person_ids[0])
  expect(mail).toMatchObject({ due_at: new Date('2026-03-25T13:09:00Z'), reason: 'event_moved', state: 'planned' })
  const { id } = await enrollmentOf(world, person_ids[0]!)
  const lines = await world.database.db.selectFrom('receipt').selectAll().where('enrollment_id', '=', id).execute()
  expect(lines.at(-1)).toMatchObject({ what: 'moved', detail: { reason: 'event_moved' } })
  expect(
    await world.database.db.selectFrom('job').select('name').where('name', '=', 'replan-event').execute(),
  ).toHaveLength(2)
})

test('what the new dates make too late is told, and passed over once it is approved', async () => {
  const { person_ids } = await begin(2)
  const moved = await details({ starts_on: '2026-03-09', ends_on: '2026-03-10' })
  const result = await updateEvent(ctx(), world.event_id, moved)
  expect(result).toMatchObject({ outcome: 'needs_approval', moved: [{ plans: 2, late: 2, passed_over: 2, to: null }] })
  await updateEvent(ctx(), world.event_id, moved, { approved: true })
  await replanEvent(world.ctx, { event_id: world.event_id })
  const rows = await messagesOf(world, person_ids[0])
  expect(rows.map(({ state, reason }) => [state, reason])).toEqual([
    ['skipped', 'too_late'],
    ['planned', null],
  ])
  world.clock.advance(167 * 3_600_000)
  await drainMessages(world.ctx)
  expect(world.sender.accepted).toHaveLength(2)
})

test('what does not hang on the show stays, and another name needs no approval', async () => {
  const wait = { ...before(0), timing: 'wait' as const, anchor: null, anchor_side: 'after' as const, delay_amount: 3 }
  await begin(2, [wait])
  const rows = await messagesOf(world)
  const other = await details({ name: `Renamed ${world.event_id}` })
  expect(await updateEvent(ctx(), world.event_id, other)).toEqual({ outcome: 'updated' })
  const later = await details({ starts_on: '2026-04-08', ends_on: '2026-04-10' })
  expect(await updateEvent(ctx(), world.event_id, later)).toEqual({ outcome: 'updated' })
  expect(await replanEvent(world.ctx, { event_id: world.event_id })).toEqual({ moved: 0 })
  expect(await messagesOf(world)).toEqual(rows)
})

test('doors that open later move what hangs on the hour', async () => {
  const hours = { ...before(1), delay_amount: 3, delay_unit: 'hours' as const, at_minute: null }
  const { person_ids } = await begin(1, [hours])
  const [mail] = await messagesOf(world, person_ids[0])
  await updateEvent(ctx(), world.event_id, await details({ doors_open_minute: 660 }), { approved: true })
  await replanEvent(world.ctx, { event_id: world.event_id })
  const [after] = await messagesOf(world, person_ids[0])
  expect(after!.ready_at.getTime() - mail!.ready_at.getTime()).toBe(2 * 3_600_000)
})
