import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findWorkspaceCaps } from '../../db/queries/senders.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { paths } from '../../web/paths.ts'
import { enrolMany } from '../domain/sequences/bulk.ts'
import { makeSequence, openWorld, type World } from '../domain/sequences/world.ts'
import { textOf } from '../text-of.ts'
import { landing, openSite } from './outreach-site.ts'

const RITA = 'rita@yardflow.test'
const settings = {
  time_zone: 'Europe/Berlin',
  daily_cap: '40',
  weekly_cap: '150',
  new_people_cap: '20',
  gap_minutes: '3',
  jitter_minutes: '2',
  ramp_started_on: '2026-03-02',
  ramp_first: '10',
  ramp_step: '5',
}

let world: World
let rep: Awaited<ReturnType<typeof openSite>>['rep']
let admin: typeof rep

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  rep = (await openSite(world)).rep
  admin = (await openSite(world, { role: 'ADMIN' })).rep
})

const sender = () => world.database.db.selectFrom('sender').selectAll().executeTakeFirstOrThrow()

test('every sender is there with what it has sent today', async () => {
  expect(await textOf(await rep.request(paths.senders()))).toContain('No senders yet')
  await enrolMany(world, await makeSequence(world), 3)
  await drainMessages(world.ctx)
  const page = await textOf(await rep.request(paths.senders()))
  expect(page).toContain(RITA)
  expect(page).toContain('3 of 500')
  expect(page).toContain('3 of 2,500')
})

test('an admin changes what a sender may send; a bad form keeps what was typed', async () => {
  await makeSequence(world)
  expect(landing(await admin.post(paths.sender(RITA), settings))).toMatchObject({ status: 303, path: paths.senders() })
  expect(await sender()).toMatchObject({ daily_cap: 40, ramp_started_on: '2026-03-02', time_zone: 'Europe/Berlin' })
  const refused = await admin.post(paths.sender(RITA), { ...settings, daily_cap: '0', gap_minutes: 'some' })
  expect(refused.status).toBe(422)
  const noDay = await admin.post(paths.sender(RITA), { ...settings, ramp_started_on: '2026-02-31' })
  expect([noDay.status, (await noDay.text()).includes('There is no such day.')]).toEqual([422, true])
  const page = await refused.text()
  expect(page).toContain('At least 1.')
  expect(page).toContain('value="some"')
  await admin.post(paths.sender(RITA), { ...settings, ramp_started_on: '' })
  expect(await sender()).toMatchObject({ ramp_started_on: null })
  expect(await textOf(await admin.request(paths.sender(RITA)))).toContain('Mails a week')
})

test('the caps of the workspace: a number, or none', async () => {
  await admin.post(paths.senders(), { account_daily_cap: '4', domain_daily_cap: '' })
  expect(await findWorkspaceCaps(world.database.db)).toEqual({ account_daily_cap: 4, domain_daily_cap: null })
  expect((await admin.post(paths.senders(), { account_daily_cap: 'x', domain_daily_cap: '' })).status).toBe(422)
})

test('whoever lowers a cap hears how much of what is planned does not fit any more', async () => {
  const tomorrow = new Date(world.clock.now().getTime() + 86_400_000)
  const sequence_id = await makeSequence(world)
  await enrolMany(world, sequence_id, 3)
  await drainMessages(world.ctx)
  await enrolMany(world, sequence_id, 16, { due_at: () => tomorrow })
  const roomy = { ...settings, daily_cap: '30', gap_minutes: '0', jitter_minutes: '0', ramp_started_on: '' }
  expect(landing(await admin.post(paths.sender(RITA), roomy)).flash).not.toContain('planned')
  const words = '10 of 16 mails planned for 3 Mar 2026 do not fit its caps and gap: they move on when they are due.'
  for (const lower of [
    { daily_cap: '6' },
    { weekly_cap: '9' },
    { new_people_cap: '6' },
    { ramp_started_on: '2026-03-03', ramp_first: '6' },
  ])
    expect(
      landing(await admin.post(paths.sender(RITA), { ...roomy, ...lower })).flash,
      JSON.stringify(lower),
    ).toContain(words)
  // All sixteen are planned for one minute.
  expect(landing(await admin.post(paths.sender(RITA), { ...roomy, gap_minutes: '5' })).flash).toContain('15 of 16')
  await admin.post(paths.sender(RITA), { ...roomy, daily_cap: '2' })
  const page = await textOf(await rep.request(paths.senders()))
  expect(page).toContain('14 of 16 mails planned for 3 Mar 2026')
  expect(page).toContain('3 sent, cap 2 from today')
})

test('a member sees what a sender may send, and that only an admin may change it', async () => {
  await makeSequence(world)
  const shown = await (await rep.request(paths.sender(RITA))).text()
  expect(shown).toContain('Only an admin may change it.')
  expect(shown).not.toContain('name="daily_cap"')
  const page = await (await admin.request(paths.sender(RITA))).text()
  expect(page).not.toContain('Only an admin')
  expect(page).toMatch(/<select[^>]*name="time_zone"/)
})

test('a rep may pause, resume what their own sequences write from, and not change caps', async () => {
  const sequence_id = await makeSequence(world)
  for (let time = 0; time < 2; time++) expect((await rep.post(paths.pauseSender(RITA))).status).toBe(303)
  expect((await sender()).pause_reason).toContain('Paused by')
  expect(await textOf(await rep.request(paths.senders()))).toContain('Resume')
  expect((await rep.post(paths.resumeSender(RITA))).status).toBe(403)
  expect((await sender()).paused_at).not.toBeNull()
  await world.database.db
    .updateTable('sequence')
    .set({ owner_id: rep.actor.user_id })
    .where('id', '=', sequence_id)
    .execute()
  for (let time = 0; time < 2; time++) expect((await rep.post(paths.resumeSender(RITA))).status).toBe(303)
  expect((await sender()).paused_at).toBeNull()
  expect((await rep.post(paths.sender(RITA), settings)).status).toBe(403)
  expect((await rep.post(paths.senders(), { account_daily_cap: '1', domain_daily_cap: '1' })).status).toBe(403)
  expect((await rep.post(paths.pauseSender('no@body.test'))).status).toBe(404)
})
