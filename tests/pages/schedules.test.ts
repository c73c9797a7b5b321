import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import { formatDayRange } from '../../web/format.ts'
import { paths } from '../../web/paths.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'
import { insertTestEvent } from '../sign-in.ts'
import { textOf } from '../text-of.ts'
import { landing, openSite } from './outreach-site.ts'

let world: World
let site: Awaited<ReturnType<typeof openSite>>
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  await world.database.db.deleteFrom('day_off').execute()
  await world.database.db.deleteFrom('setting').execute()
  site = await openSite(world)
})

const open = (path: string) => site.rep.request(path)
const stepsOf = async (id: string) => {
  const { version } = await world.database.db
    .selectFrom('sequence')
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return world.database.db
    .selectFrom('step')
    .selectAll()
    .where('sequence_id', '=', id)
    .where('version', '=', version)
    .orderBy('position')
    .execute()
}

const before = {
  kind: 'email',
  thread: 'new',
  subject: 'See you soon',
  body: 'Hi',
  timing: 'event',
  delay_amount: '14',
  delay_unit: 'days',
  date_on: '',
  at_minute: '09:00',
  anchor: 'doors_open',
  anchor_side: 'before',
  clock: 'venue',
  when_late: 'skip',
  condition: 'not_opened',
  condition_field: '',
  condition_value: '',
  time_out_days: '5',
}

test('a step around the show is saved, said in plain words, shown again as it is, and survives a move', async () => {
  const id = await makeSequence(world, {
    steps: [{ kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'One', body: 'Hi' }],
  })
  expect((await site.rep.post(paths.sequenceSteps(id), before)).status).toBe(303)
  const expected = {
    timing: 'event',
    delay_amount: 14,
    delay_unit: 'days',
    at_minute: 540,
    anchor: 'doors_open',
    anchor_side: 'before',
    clock: 'venue',
    when_late: 'skip',
    condition: { kind: 'opened', negated: true },
    // A mail holds nothing, so there is nothing to give up.
    time_out_days: null,
  }
  const [, step] = await stepsOf(id)
  expect(step).toMatchObject(expected)
  const page = await textOf(await open(paths.sequence(id)))
  expect(page).toContain('14 days before doors open, 09:00 at the venue · only if they opened no mail')
  const form = await (await open(paths.sequenceStep(id, step?.step_key ?? ''))).text()
  expect(form).toContain('<option value="event" selected')
  expect(form).toContain('<option value="not_opened" selected')
  await site.rep.post(paths.moveStep(id, step?.step_key ?? ''), { direction: 'up' })
  expect((await stepsOf(id))[0]).toMatchObject(expected)
})

test('a step on a day says it as people write it', async () => {
  const id = await makeSequence(world)
  await site.rep.post(paths.sequenceSteps(id), { ...before, timing: 'date', date_on: '2026-03-20' })
  expect(await textOf(await open(paths.sequence(id)))).toContain('on 20 Mar 2026, 09:00')
})

test('before an event is moved, its old and its new dates are shown', async () => {
  const id = await makeSequence(world, {
    steps: [
      {
        ...{ kind: 'email', timing: 'event', anchor: 'doors_open', anchor_side: 'before', subject: 'Soon', body: 'Hi' },
        ...{ delay_amount: 1, delay_unit: 'days', clock: 'venue' },
      },
    ],
  })
  await site.rep.post(paths.enrollPeople(id), { person: await addPerson(world) })
  const event = await world.database.db
    .selectFrom('event')
    .selectAll()
    .where('id', '=', world.event_id)
    .executeTakeFirstOrThrow()
  const { name, time_zone, starts_on, ends_on } = event
  const later = (on: string) => new Date(Date.parse(on) + 7 * 86_400_000).toISOString().slice(0, 10)
  const typed = { name, time_zone, country: event.country ?? '', starts_on: later(starts_on), ends_on: later(ends_on) }
  const doors = { doors_open_minute: '09:00', doors_close_minute: '17:00' }
  const page = await textOf(await site.rep.post(paths.event(event.id), { ...typed, ...doors }))
  expect(page).toContain('Nothing has been saved yet.')
  expect(page).toMatch(
    new RegExp(
      `Dates\\s+${formatDayRange(starts_on, ends_on)}\\s+→\\s+${formatDayRange(typed.starts_on, typed.ends_on)}`,
    ),
  )
  expect(page).not.toContain('Time zone ')
})

test('a task with a field condition and a time-out', async () => {
  const id = await makeSequence(world)
  const call = {
    ...before,
    kind: 'call',
    timing: 'wait',
    condition: 'field',
    condition_field: 'account.status',
    condition_value: 'engaged',
  }
  expect((await site.rep.post(paths.sequenceSteps(id), call)).status).toBe(303)
  expect((await stepsOf(id)).at(-1)).toMatchObject({
    timing: 'wait',
    anchor: null,
    at_minute: null,
    condition: { kind: 'field', field: 'account.status', value: 'engaged', negated: false },
    time_out_days: 5,
  })
  expect(await textOf(await open(paths.sequence(id)))).toContain(
    'only if the account’s status is “engaged” · given up after 5 days',
  )
})

test.each([
  [{ timing: 'event', anchor: '' }, 'anchor', 'Before or after what?'],
  [{ timing: 'event', anchor: 'booth_visit' }, 'anchor_side', 'Nobody knows of a visit before it.'],
  [{ timing: 'date' }, 'date_on', 'On which day?'],
  [{ timing: 'date', date_on: '2026-02-30' }, 'date_on', 'There is no such day.'],
  [{ timing: 'date', date_on: '2101-01-01' }, 'date_on', 'Choose a day from 2000 to 2100.'],
  [{ at_minute: '25:00' }, 'at_minute', 'Enter a time, like 09:00.'],
  [{ delay_amount: 'soon' }, 'delay_amount', 'Enter a number, 0 or more.'],
  [{ condition: 'field', condition_field: 'person.title' }, 'condition_value', 'What should it be?'],
  [{ condition: 'field', condition_value: 'x' }, 'condition_field', 'Invalid'],
  [{ kind: 'call', time_out_days: '0' }, 'time_out_days', 'At least a day.'],
])('%j comes back with 422 at the field', async (changes, field, message) => {
  const id = await makeSequence(world)
  const answer = await site.rep.post(paths.sequenceSteps(id), { ...before, ...changes })
  expect(answer.status).toBe(422)
  const html = await answer.text()
  expect(html).toContain(`id="field-${field}-error"`)
  expect(html.slice(html.indexOf(`id="field-${field}-error"`))).toContain(message)
  expect(html).toContain('value="See you soon"')
  expect((await stepsOf(id)).length).toBe(3)
})

test('days off are added, listed, refused twice, and taken away; a country is read as people spell it', async () => {
  const day = { on: '2026-12-28', name: 'Between the years', country: '' }
  expect(landing(await site.rep.post(paths.daysOff(), day)).flash).toContain('Between the years (28 Dec 2026)')
  expect((await site.rep.post(paths.daysOff(), { ...day, country: 'Deutschland' })).status).toBe(303)
  const twice = await site.rep.post(paths.daysOff(), { ...day, country: 'DE' })
  expect(twice.status).toBe(422)
  expect(await twice.text()).toContain('This day is off already.')
  const bad = await site.rep.post(paths.daysOff(), { on: '2026-02-30', name: '', country: 'Atlantis' })
  expect(bad.status).toBe(422)
  const html = await bad.text()
  for (const words of ['There is no such day.', 'What is it?', 'There is no such country.', 'value="Atlantis"'])
    expect(html).toContain(words)
  const rows = await world.database.db.selectFrom('day_off').selectAll().orderBy('country').execute()
  expect(rows.map(({ on, country }) => [on, country])).toEqual([
    ['2026-12-28', 'DE'],
    ['2026-12-28', null],
  ])
  const list = await textOf(await open(paths.daysOff()))
  expect(list).toContain('everywhere')
  expect(list).toContain('28 Dec 2026')
  expect(list).not.toContain('2026-12-28')
  expect(list).toContain('Germany')
  // Monday, 15:00 UTC: the day before is over everywhere, today is not.
  const over = await site.rep.post(paths.daysOff(), { ...day, on: '2026-03-01' })
  expect(over.status).toBe(422)
  expect(await over.text()).toContain('This day is over.')
  expect((await site.rep.post(paths.daysOff(), { ...day, on: '2026-03-02' })).status).toBe(303)
  await world.database.db.deleteFrom('day_off').where('on', '=', '2026-03-02').execute()
  for (let count = 0; count < 2; count++)
    expect((await site.rep.post(paths.removeDayOff(rows[0]?.id ?? ''))).status).toBe(303)
  expect((await world.database.db.selectFrom('day_off').select('country').execute()).length).toBe(1)
})

test('the workspace has a zone', async () => {
  expect((await site.rep.post(paths.workspaceZone(), { time_zone: 'Mars/Olympus' })).status).toBe(422)
  expect((await site.rep.post(paths.workspaceZone(), { time_zone: 'Europe/Rome' })).status).toBe(303)
  expect(await (await open(paths.daysOff())).text()).toContain('<option value="Europe/Rome" selected')
})

test('the hours of the doors are kept, and refused when they close before they open', async () => {
  const event = { name: 'Hours Expo', time_zone: 'Europe/Berlin', starts_on: '2027-05-01', ends_on: '2027-05-02' }
  const doors = { doors_open_minute: '10:00', doors_close_minute: '00:00' }
  const id =
    landing(await site.rep.post(paths.events(), { ...event, ...doors }))
      .path?.split('/')
      .at(-1) ?? ''
  const row = await world.database.db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  expect(row).toMatchObject({ doors_open_minute: 600, doors_close_minute: 1440 })
  expect(await (await open(paths.event(id))).text()).toContain('value="10:00"')
  const bad = await site.rep.post(paths.event(id), { ...event, ...doors, doors_close_minute: '09:00' })
  expect(bad.status).toBe(422)
  expect(await bad.text()).toContain('The doors cannot close before they open')
})

test('“Met at booth” plans the step that waited for it; twice changes once; another event’s person is not found', async () => {
  const sequence_id = await makeSequence(world, {
    steps: [
      {
        kind: 'email',
        subject: 'Thanks',
        body: 'Hi',
        timing: 'event',
        anchor: 'booth_visit',
        delay_amount: 1,
        delay_unit: 'hours',
      },
    ],
  })
  const person_id = await addPerson(world, { name: 'Ann Lee' })
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  const enrollment = await enrollmentOf(world, person_id)
  expect(await textOf(await open(paths.enrollment(sequence_id, enrollment.id)))).toContain(
    'waits for their visit to the booth',
  )
  expect(await textOf(await open(paths.person(person_id)))).toContain('Met at booth')
  expect(landing(await site.rep.post(paths.boothVisit(person_id))).flash).toContain('You met Ann Lee.')
  expect(landing(await site.rep.post(paths.boothVisit(person_id))).flash).toContain('had been met before')
  expect(await messagesOf(world, person_id)).toMatchObject([{ state: 'planned' }])
  expect(await textOf(await open(paths.person(person_id)))).toContain('met at the booth')
  const stranger = await addPerson(world, { event_id: await insertTestEvent(site) })
  expect((await site.rep.post(paths.boothVisit(stranger))).status).toBe(404)
})
