import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findSequence } from '../../../db/queries/sequences.ts'
import { listSteps } from '../../../db/queries/steps.ts'
import { activateSequence } from '../../../functions/domain/sequences/activate-sequence.ts'
import { archiveSequence } from '../../../functions/domain/sequences/archive-sequence.ts'
import { type CreateSequenceInput, createSequence } from '../../../functions/domain/sequences/create-sequence.ts'
import { drainMessages } from '../../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../../functions/domain/sequences/enroll-people.ts'
import { saveSteps } from '../../../functions/domain/sequences/save-steps.ts'
import { updateSequence } from '../../../functions/domain/sequences/update-sequence.ts'
import { addPerson, enrollmentOf, makeSequence, openWorld, threeSteps, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

const draft = (steps: CreateSequenceInput['steps']) =>
  createSequence(world.ctx, {
    event_id: world.event_id,
    owner_id: world.owner_id,
    name: crypto.randomUUID(),
    from_name: 'Rita',
    from_address: 'rita@yardflow.test',
    time_zone: 'UTC',
    contact_reason: 'You are on the list.',
    steps: steps ?? [],
  })
const mail = { kind: 'email', delay_amount: 0, delay_unit: 'minutes', subject: 'Hello', body: 'Hi' } as const

test.each<[string, CreateSequenceInput['steps'], RegExp]>([
  ['no mail', [{ ...mail, kind: 'call' }], /at least one email step/],
  ['no subject', [{ ...mail, subject: ' ' }], /needs a subject/],
  ['a deceptive prefix', [{ ...mail, subject: 'RE: our talk' }], /pretend/],
  ['another deceptive prefix', [{ ...mail, subject: 'Fwd: offer' }], /pretend/],
  ['one that only looks so', [{ ...mail, subject: 'Re\u200b\uff1a offer' }], /pretend/],
  ['a second thread that pretends', [mail, { ...mail, thread: 'new', subject: 'Re: our booth' }], /pretend/],
  ['Liquid that does not parse', [{ ...mail, body: 'Hi {{ person.name' }], /Step 1: .*not closed/],
  ['a file', [{ ...mail, body: '{% include "/etc/passwd" %}' }], /Step 1: tag "include" not found/],
  ['no text', [{ ...mail, body: ' ' }], /no text/],
])('%s keeps a sequence from being activated', async (_what, steps, message) => {
  const { id } = await draft(steps)
  await expect(activateSequence(world.ctx, { sequence_id: id })).rejects.toThrow(message)
  expect(await findSequence(world.database.db, id)).toMatchObject({ status: 'draft' })
})

test.each(['Hi {{ frist_name }}', '{% if acount.name %}Hi{% endif %}', '{{ person.salary | default: "much" }}'])(
  'a draft refuses a variable that there is not: %s',
  async (body) => {
    const { id } = await draft([mail])
    const save = saveSteps(world.ctx, { sequence_id: id, steps: [mail, { ...mail, kind: 'task', body }] })
    await expect(save).rejects.toMatchObject({ message: expect.stringMatching(/Step 2: .* is not a variable/) })
  },
)

test('what a text makes up itself is no unknown variable', async () => {
  const { id } = await draft([])
  const body = '{% assign yard = account.name %}{% if person %}{{ yard | default: "your yard" }}{% endif %}'
  await saveSteps(world.ctx, { sequence_id: id, steps: [{ ...mail, body }] })
})

test('"Pre:" and "care:" deceive nobody', async () => {
  for (const subject of ['Pre: registration', 'Care: of your yard']) {
    const { id } = await draft([{ ...mail, subject }])
    await activateSequence(world.ctx, { sequence_id: id })
  }
})

test('without mail configured, activation names the variable', async () => {
  const { id } = await draft([mail])
  const config = { ...world.ctx.config, mail: { mode: 'off' as const, missing: ['SENDGRID_API_KEY'] } }
  await expect(activateSequence({ ...world.ctx, config }, { sequence_id: id })).rejects.toThrow('SENDGRID_API_KEY')
})

test('steps of a draft change in place; of a running sequence in a new version, and the enrolled keep theirs', async () => {
  const { db } = world.database
  const { id } = await draft([mail])
  const [before] = await listSteps(db, id, 1)
  expect(
    await saveSteps(world.ctx, { sequence_id: id, steps: [{ ...mail, step_key: before?.step_key, body: 'Draft' }] }),
  ).toEqual({ version: 1 })

  const sequence_id = await makeSequence(world)
  const early = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [early] })
  const [first, second] = await listSteps(db, sequence_id, 1)
  const edited = [
    { ...threeSteps[0], step_key: first?.step_key, body: 'New text' },
    { ...threeSteps[1], step_key: second?.step_key },
  ]
  const save = saveSteps(world.ctx, { sequence_id, steps: edited as never, choice: 'new_people_only' })
  expect(await save).toEqual({ version: 2 })
  expect((await listSteps(db, sequence_id, 2)).map(({ step_key }) => step_key)).toEqual([
    first?.step_key,
    second?.step_key,
  ])
  const late = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [late] })
  await drainMessages(world.ctx)
  expect(world.sender.accepted.map(({ text }) => text.split('\n')[0]).sort()).toEqual(['Hi Ann,', 'New text'])
  expect([(await enrollmentOf(world, early)).version, (await enrollmentOf(world, late)).version]).toEqual([1, 2])
  await expect(saveSteps(world.ctx, { sequence_id, steps: [{ ...mail, body: '{{' }] })).rejects.toThrow('Step 1')
})

test('settings are checked, with a message a field', async () => {
  const sequence_id = await makeSequence(world)
  const update = (settings: object) => updateSequence(world.ctx, { sequence_id, ...settings })
  const monday = { day: 1, from_minute: 540, to_minute: 720 }
  await update({
    daily_cap: 10,
    windows: [{ day: 5, from_minute: 600, to_minute: 660 }, { ...monday, from_minute: 700, to_minute: 800 }, monday],
  })
  expect(await findSequence(world.database.db, sequence_id)).toMatchObject({
    daily_cap: 10,
    windows: [
      { day: 1, from_minute: 540, to_minute: 800 },
      { day: 5, from_minute: 600, to_minute: 660 },
    ],
  })
  await expect(update({ time_zone: 'Mars/Olympus' })).rejects.toMatchObject({
    fields: { time_zone: 'Choose a time zone.' },
  })
  await expect(update({ from_name: 'Eve\r\nBcc: all@acme.test' })).rejects.toMatchObject({
    fields: { from_name: 'Keep it to one line.' },
  })
  await expect(update({ windows: [{ ...monday, to_minute: 540 }] })).rejects.toThrow('must end after')
  const other = await makeSequence(world, { name: 'Taken' })
  expect(other).not.toBe(sequence_id)
  await expect(update({ name: 'TAKEN' })).rejects.toThrow('There is a sequence of this name.')
})

test('a sequence of another event is not there', async () => {
  const sequence_id = await makeSequence(world)
  const actor = { ...world.ctx.actor!, active_event_id: crypto.randomUUID() }
  await expect(updateSequence({ ...world.ctx, actor }, { sequence_id, daily_cap: 1 })).rejects.toThrow(
    'no such sequence',
  )
})

test('archiving ends everybody', async () => {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await archiveSequence(world.ctx, { sequence_id })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'sequence_archived' })
  expect(await drainMessages(world.ctx)).toMatchObject({ sent: 0 })
})
