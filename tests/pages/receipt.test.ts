import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { importSuppressions } from '../../functions/domain/email/import-suppressions.ts'
import { recordEmailEvents } from '../../functions/domain/email/record-email-events.ts'
import { pauseSender } from '../../functions/domain/senders/pause-sender.ts'
import { completeTask } from '../../functions/domain/sequences/complete-task.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import { pauseEnrollment } from '../../functions/domain/sequences/pause-enrollment.ts'
import { pauseSequence, resumeSequence } from '../../functions/domain/sequences/pause-sequence.ts'
import { stopEnrollment } from '../../functions/domain/sequences/stop-enrollment.ts'
import { paths } from '../../web/paths.ts'
import {
  addPerson,
  enrollmentOf,
  makeSequence,
  messagesOf,
  openWorld,
  threeSteps,
  type World,
} from '../domain/sequences/world.ts'
import { insertTestEvent } from '../sign-in.ts'
import { textOf } from '../text-of.ts'
import { openSite } from './outreach-site.ts'

let world: World
let site: Awaited<ReturnType<typeof openSite>>
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  site = await openSite(world)
})

async function begin(given: Parameters<typeof makeSequence>[1] = {}) {
  const sequence_id = await makeSequence(world, given)
  const person_id = await addPerson(world, { name: 'Marta Okafor', time_zone: 'America/New_York' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  const { id } = await enrollmentOf(world, person_id)
  return {
    sequence_id,
    person_id,
    id,
    page: async () => textOf(await site.rep.request(paths.enrollment(sequence_id, id))),
  }
}

test('the receipt of a mail: its lines, each hashed over the last, and whether the chain is whole', async () => {
  const { person_id } = await begin()
  await drainMessages(world.ctx)
  const [first, second] = await messagesOf(world, person_id)
  const answer = await site.rep.request(paths.apiMessageReceipt(first!.id))
  expect(answer.status).toBe(200)
  const body = await answer.json()
  expect(body).toMatchObject({
    messageId: first!.id,
    state: 'sent',
    position: 1,
    chain: { verified: true, brokenAt: null },
  })
  expect(body.lines.map(({ what }: { what: string }) => what)).toEqual([
    'enrolled',
    'planned',
    'claimed',
    'handed',
    'accepted',
  ])
  expect(body.lines[0]).toMatchObject({ line: 1, previousHash: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(body.lines[1].previousHash).toBe(body.lines[0].hash)
  const other = await (await site.rep.request(paths.apiMessageReceipt(second!.id))).json()
  expect(other.lines.map(({ what }: { what: string }) => what)).toEqual(['enrolled', 'planned'])
})

test('a line that was changed breaks the chain, in the answer and on the page', async () => {
  const { person_id, page } = await begin()
  const [mail] = await messagesOf(world, person_id)
  expect(await page()).toContain('chain verified')
  const { db } = world.database
  await sql`alter table receipt disable trigger keep_receipt`.execute(db)
  await sql`update receipt set detail = '{"forged": true}' where message_id = ${mail!.id} and what = 'planned'`.execute(
    db,
  )
  await sql`alter table receipt enable trigger keep_receipt`.execute(db)
  const { chain } = await (await site.rep.request(paths.apiMessageReceipt(mail!.id))).json()
  expect(chain).toEqual({ lines: 2, verified: false, brokenAt: 2 })
  expect(await page()).toContain('chain broken')
})

test('the receipt of another event, of nothing, and without a session', async () => {
  const { person_id } = await begin()
  const [mail] = await messagesOf(world, person_id)
  const other = await openSite({ ...world, event_id: await insertTestEvent(site) })
  for (const answer of [
    await other.rep.request(paths.apiMessageReceipt(mail!.id)),
    await site.rep.request(paths.apiMessageReceipt(crypto.randomUUID())),
    await site.rep.request(paths.apiMessageReceipt('nonsense')),
  ]) {
    expect(answer.status).toBe(404)
    expect(answer.headers.get('Content-Type')).toContain('application/problem+json')
  }
  expect((await site.app.request(paths.apiMessageReceipt(mail!.id))).status).toBe(401)
})

test('why step 2 has not come: planned, for a moment', async () => {
  const { page } = await begin()
  await drainMessages(world.ctx)
  const text = await page()
  expect(text).toContain('Step 2 is planned for')
  for (const words of [
    'Step 1: Automatic email',
    'Accepted: sent',
    'Handed to the mail service',
    'The sequence',
    'Enrolled',
  ])
    expect(text).toContain(words)
})

test('why nothing has come: the window is shut, the sequence is paused, the person is on hold, stopped', async () => {
  const weekend = { windows: [{ day: 6, from_minute: 540, to_minute: 1020 }] }
  const { page, sequence_id, id } = await begin(weekend as never)
  expect(await page()).toMatch(
    /Step 1 is planned for [^:]*:\d\d( · .* there)? ?; until then it is outside .* where the recipient is\./,
  )
  await pauseSequence(world.ctx, { sequence_id, reason: 'Trade press is asking' })
  expect(await page()).toMatch(/Step 1 is on hold: Trade press is asking/)
  await pauseEnrollment(world.ctx, { enrollment_id: id, reason: 'colleague_replied' })
  expect(await page()).toContain('nothing leaves until somebody resumes this person')
  await world.database.db
    .updateTable('enrollment')
    .set({ resume_at: new Date('2026-03-09T15:00:00Z') })
    .where('id', '=', id)
    .execute()
  expect(await page()).toContain('goes on automatically')
  expect(await page()).toMatch(/Next on hold until .*; step 1 is planned behind it/)
  await stopEnrollment(world.ctx, { enrollment_id: id })
  expect(await page()).toContain('Marta Okafor gets nothing more here: stopped by hand')
})

test('why nothing has come: a task, a condition, a visit to the booth, nothing at all', async () => {
  const call = { ...threeSteps[0]!, kind: 'call' as const, subject: 'Ring {{ person.given_name }}' }
  const met = {
    ...threeSteps[0]!,
    timing: 'event' as const,
    anchor: 'booth_visit' as const,
    delay_amount: 1,
    delay_unit: 'hours' as const,
  }
  const asked = { ...threeSteps[0]!, condition: { kind: 'opened' as const, negated: true } }
  const { page, id } = await begin({ steps: [call, asked, met] as never })
  expect(await page()).toContain('The next step waits for a task: Ring')
  const task = await world.database.db
    .selectFrom('task')
    .selectAll()
    .where('enrollment_id', '=', id)
    .executeTakeFirstOrThrow()
  await completeTask(world.ctx, { task_id: task.id })
  expect(await page()).toContain('Its condition is judged at that moment.')
  await drainMessages(world.ctx)
  expect(await page()).toContain('The next step waits for their visit to the booth, until')
  await world.database.db
    .updateTable('enrollment')
    .set({ waiting_for: null, waiting_step_key: null, waiting_since_at: null, waiting_until_at: null })
    .where('id', '=', id)
    .execute()
  expect(await page()).toContain('Nothing is planned for Marta Okafor. The next sweep')
})

test('one click from the person and from the people of the sequence', async () => {
  const { sequence_id, person_id, id } = await begin()
  for (const path of [paths.person(person_id), paths.sequencePeople(sequence_id)])
    expect(await (await site.rep.request(path)).text()).toContain(`href="${paths.enrollment(sequence_id, id)}"`)
  expect(await textOf(await site.rep.request(paths.person(person_id)))).toContain('Step 1 is planned for')
})

test('people of a paused sequence, or of a paused sender, are on hold and have no moment that would pass', async () => {
  const { sequence_id, id } = await begin()
  const people = async () => textOf(await site.rep.request(paths.sequencePeople(sequence_id)))
  expect(await people()).toMatch(/ Active Step 1 · Planned (today|tomorrow|Mon)/)
  await pauseSequence(world.ctx, { sequence_id })
  expect(await people()).toContain('On hold: the sequence is paused Step 1 · Planned on hold')
  await resumeSequence(world.ctx, { sequence_id })
  const { from_address } = await world.database.db
    .selectFrom('sequence')
    .select('from_address')
    .where('id', '=', sequence_id)
    .executeTakeFirstOrThrow()
  await pauseSender(world.ctx, { address: from_address.toLowerCase() })
  expect(await people()).toContain('On hold: the sender is paused Step 1 · Planned on hold')
  await pauseEnrollment(world.ctx, { enrollment_id: id })
  await world.database.db
    .updateTable('enrollment')
    .set({ resume_at: new Date('2026-03-09T15:00:00Z') })
    .where('id', '=', id)
    .execute()
  expect(await people()).toMatch(/Paused Step 1 · Planned on hold until /)
})

test('a person is paused, and stopped, since the moment at which that happened', async () => {
  const { person_id, id } = await begin()
  const page = async () => textOf(await site.rep.request(paths.person(person_id)))
  const since = async () => / since (.*?) why/.exec(await page())?.[1]
  const enrolled = await since()
  world.clock.advance(3_600_000)
  await pauseEnrollment(world.ctx, { enrollment_id: id })
  const paused = await since()
  world.clock.advance(3_600_000)
  await stopEnrollment(world.ctx, { enrollment_id: id })
  expect(new Set([enrolled, paused, await since()]).size).toBe(3)
})

test('a scanner’s click is said to be a machine’s; a person’s click is the reaction that stopped them', async () => {
  const { sequence_id, person_id, page } = await begin()
  await world.database.db.updateTable('sequence').set({ stop_on_click: true }).where('id', '=', sequence_id).execute()
  await drainMessages(world.ctx)
  const [mail] = await messagesOf(world, person_id)
  const tell = (event: string, after: number) =>
    recordEmailEvents(world.ctx, [
      {
        event,
        email: 'ann@acme.test',
        message_id: mail!.id,
        timestamp: Math.floor(world.clock.now().getTime() / 1000) + after,
        ...(event === 'click' ? { url: 'https://yardflow.test/' } : {}),
      },
    ])
  const people = async () => textOf(await site.rep.request(paths.sequencePeople(sequence_id)))
  await tell('delivered', 10)
  await tell('click', 11)
  expect(await page()).toContain('A link was clicked, by a machine')
  expect(await people()).not.toContain('clicked')
  await tell('click', 90)
  expect((await page()).match(/A link was clicked/g)).toHaveLength(2)
  expect((await page()).match(/by a machine/g)).toHaveLength(1)
  expect(await people()).toMatch(/Stopped: clicked a link .* clicked /)
})

test('who is stopped by a list that was imported did nothing here: the address is suppressed', async () => {
  const { person_id, page } = await begin()
  const { address } = await world.database.db
    .selectFrom('email_address')
    .select('address')
    .where('person_id', '=', person_id)
    .executeTakeFirstOrThrow()
  const bytes = new TextEncoder().encode(`address,reason\n${address},complained\n`)
  await importSuppressions(world.ctx, { file_name: 'old.csv', bytes, event_id: null })
  expect(await page()).toContain('Stopped: the address is suppressed (imported)')
  expect(await page()).not.toContain('marked a mail as spam')
})

test('the ledger adds up on the queue page, and is an alarm when it does not', async () => {
  const { id } = await begin()
  const count = async () => textOf(await site.rep.request(paths.queue({ ledger: 'count' })))
  expect(await textOf(await site.rep.request(paths.queue()))).toContain('Count now')
  expect(await count()).toContain('It adds up: 1 enrolled = 1 active')
  await world.database.db.deleteFrom('message').where('enrollment_id', '=', id).execute()
  expect(await count()).toContain('1 running enrollments with nothing before them')
  for (let times = 0; times < 4; times++) await count()
  expect(await count()).toContain('Ask again in')
})
