import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { nextWaits } from '../../../db/queries/step-waits.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment } from '../../../functions/domain/sequences/pause-enrollment.ts'
import { pauseSequence } from '../../../functions/domain/sequences/pause-sequence.ts'
import { sweepMessages } from '../../../functions/domain/sequences/sweep-messages.ts'
import { enrolMany } from './bulk.ts'
import { addPerson, enrollmentOf, MONDAY, makeSequence, messagesOf, openWorld, raiseCaps, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  await world.database.db.deleteFrom('task').execute()
  await world.database.db.deleteFrom('day_off').execute()
})

const inDays = (days: number) => world.clock.advance(MONDAY.getTime() + days * 86_400_000 - world.clock.now().getTime())

const call = {
  kind: 'call',
  delay_amount: 0,
  delay_unit: 'minutes',
  subject: 'Call',
  body: '',
  time_out_days: 1,
} as const
const mail = { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' } as const
/** From tomorrow on no window of a sequence that keeps the days off opens for years: nothing can be planned there. */
const never = { ...mail, delay_amount: 1, delay_unit: 'days' } as const

const oddSequence = (...steps: unknown[]) =>
  makeSequence(world, { steps: steps as never, from_address: 'odd@yardflow.test' })
const fineSequence = (...steps: unknown[]) => makeSequence(world, { steps: steps as never, skip_holidays: false })

async function closeForEver(): Promise<void> {
  await sql`insert into day_off (id, "on", name, created_at)
    select gen_random_uuid(), '2026-03-03'::date + n, 'closed', ${MONDAY} from generate_series(0, 1000) n`.execute(
    world.database.db,
  )
}

async function enrol(sequence_id: string): Promise<string> {
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  return person_id
}

const ended = { status: 'stopped', stop_reason: 'not_plannable' }

test('a task whose next step has no moment ends its own sequence, not the drain of everybody', async () => {
  const odd = await enrol(await oddSequence(call, never))
  const fine = await enrol(await fineSequence(call, mail))
  await closeForEver()
  inDays(2)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  expect(await enrollmentOf(world, odd)).toMatchObject(ended)
  expect(await enrollmentOf(world, fine)).toMatchObject({ status: 'finished' })
})

test('the sweep goes on as well', async () => {
  const odd = await enrol(await oddSequence(call, never))
  const stranded = await enrol(await oddSequence(mail, never))
  const fine = await enrol(await fineSequence(mail, { ...mail, delay_amount: 5, delay_unit: 'days' }))
  await drainMessages(world.ctx)
  await closeForEver()
  // Stranded, both: what would be planned for one of them cannot be.
  const { db } = world.database
  await db.deleteFrom('message').where('person_id', 'in', [fine, stranded]).where('state', '=', 'planned').execute()
  inDays(2)
  await sweepMessages(world.ctx)
  expect(await enrollmentOf(world, odd)).toMatchObject(ended)
  expect(await enrollmentOf(world, stranded)).toMatchObject(ended)
  expect((await messagesOf(world, fine)).map(({ state }) => state)).toEqual(['sent', 'planned'])
})

test('a mail that is passed over and has none to follow ends its own sequence', async () => {
  const condition = { kind: 'field', field: 'person.title', value: 'CEO', negated: false } as const
  const odd = await enrol(await oddSequence({ ...mail, condition }, never))
  const fine = await enrol(await fineSequence({ ...mail, condition }, mail))
  await closeForEver()
  await drainMessages(world.ctx)
  expect(await enrollmentOf(world, odd)).toMatchObject(ended)
  await drainMessages(world.ctx)
  expect((await messagesOf(world, fine)).map(({ state }) => state)).toEqual(['skipped', 'sent'])
})

test('a pause that ends where no window ever opens again costs nobody else', async () => {
  const closed = await enrol(await makeSequence(world))
  await drainMessages(world.ctx)
  const open = await makeSequence(world, { skip_holidays: false, steps: [mail] })
  const { id } = await enrollmentOf(world, closed)
  await pauseEnrollment(world.ctx, { enrollment_id: id })
  const { db } = world.database
  await sql`update enrollment set resume_at = ${MONDAY}::timestamptz + interval '2 days' where id = ${id}::uuid`.execute(
    db,
  )
  await sql`insert into day_off (id, "on", name, created_at)
    select gen_random_uuid(), '2026-03-02'::date + n, 'closed', ${MONDAY} from generate_series(0, 1000) n`.execute(db)
  inDays(3)
  await enrol(open)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  expect(await enrollmentOf(world, closed)).toMatchObject(ended)
})

test('a backlog where no window ever opens again holds up nobody', async () => {
  await enrolMany(world, await makeSequence(world, { from_address: 'closed@yardflow.test' }), 60)
  const { db } = world.database
  await sql`insert into day_off (id, "on", name, created_at)
    select gen_random_uuid(), '2026-03-02'::date + n, 'closed', ${MONDAY} from generate_series(0, 1000) n`.execute(db)
  inDays(3)
  await enrol(await makeSequence(world, { skip_holidays: false, steps: [mail] }))
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
})

test('tasks of a paused sequence, however many, keep nobody waiting and wake nobody', async () => {
  const steps = [call, mail]
  const paused = await makeSequence(world, { steps })
  const running = await makeSequence(world, { steps })
  await raiseCaps(world)
  const person_ids: string[] = []
  for (let n = 0; n < 505; n++) person_ids.push(await addPerson(world))
  await enrollPeople(world.ctx, { sequence_id: paused, person_ids })
  world.clock.advance(120_000)
  await enrol(running)
  await pauseSequence(world.ctx, { sequence_id: paused })
  inDays(2)
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 1 })
  const { rows } = await sql`select due_at from (${nextWaits}) waits where due_at is not null`.execute(
    world.database.db,
  )
  expect(rows).toEqual([])
}, 60_000)
