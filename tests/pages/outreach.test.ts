import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { requireSequence } from '../../functions/domain/sequences/require-sequence.ts'
import { paths } from '../../web/paths.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'
import { startOpenAiServer } from '../openai-server.ts'
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
  site = await openSite(world)
})

/** Monday to Friday, nine to five, as the form posts it. */
const officeHours = Object.fromEntries(
  [1, 2, 3, 4, 5].flatMap((day) => [
    [`from_${day}`, '09:00'],
    [`to_${day}`, '17:00'],
  ]),
)
const shut = Object.fromEntries(Object.keys(officeHours).map((name) => [name, '']))

const settings = {
  name: 'Before the show',
  from_name: 'Rita Rep',
  from_address: 'rita@yardflow.test',
  contact_reason: 'You are on the list.',
  ...officeHours,
  time_zone: 'America/New_York',
  min_confidence: '50',
  daily_cap: '200',
  track_opens: 'on',
}
const email = { kind: 'email', delay_amount: '0', delay_unit: 'minutes', thread: 'new' }
const open = (path: string) => site.rep.request(path)
const sequenceRow = (id: string) =>
  world.database.db.selectFrom('sequence').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const stepRows = async (id: string) => {
  const { version } = await sequenceRow(id)
  return world.database.db
    .selectFrom('step')
    .selectAll()
    .where('sequence_id', '=', id)
    .where('version', '=', version)
    .orderBy('position')
    .execute()
}

async function createByForm(): Promise<string> {
  const { path } = landing(await site.rep.post(paths.outreach(), settings))
  return path?.split('/').at(-1) ?? ''
}

describe('a sequence', () => {
  test('is created, gets its steps, is activated, and shows in the list', async () => {
    expect(await textOf(await open(paths.outreach()))).toContain('No sequence yet')
    expect((await open(paths.newSequence())).status).toBe(200)
    const id = await createByForm()
    expect(await sequenceRow(id)).toMatchObject({ min_confidence: 0.5, daily_cap: 200, skip_holidays: false })

    for (const subject of ['Meet at {{ event.name }}', 'Second'])
      expect(
        landing(await site.rep.post(paths.sequenceSteps(id), { ...email, subject, body: 'Hello\r\nyou' })),
      ).toMatchObject({ status: 303, path: paths.sequence(id) })
    expect((await stepRows(id)).map((step) => [step.position, step.subject, step.body])).toEqual([
      [1, 'Meet at {{ event.name }}', 'Hello\nyou'],
      [2, 'Second', 'Hello\nyou'],
    ])
    const page = await textOf(await open(paths.sequence(id)))
    expect(page).toContain('Day 1 · Automatic email')
    expect(page).toContain('Not sending now: it is a draft, activate it to send')

    expect(landing(await site.rep.post(paths.activateSequence(id))).flash).toContain('The sequence is active')
    expect((await sequenceRow(id)).status).toBe('active')
    expect(landing(await site.rep.post(paths.activateSequence(id))).status).toBe(303)
    const list = await textOf(await open(paths.outreach()))
    expect(list).toContain('Before the show')
    expect(list).toContain('nobody is waiting for a mail')
  })

  test('comes back with what was typed when something is wrong', async () => {
    const answer = await site.rep.post(paths.outreach(), {
      ...settings,
      from_address: 'not an address',
      to_2: '08:00',
      daily_cap: 'many',
    })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('Enter an email address.')
    expect(html).toContain('Enter a number, 0 or more.')
    expect(html).toContain('value="not an address"')
    expect(html).toContain('value="Before the show"')
    expect(html).toContain('A window must end after it begins.')
    const overlap = { ...settings, from_2: ['09:00', '11:00'], to_2: ['12:00', '13:00'], daily_cap: 'many' }
    const both = await (await site.rep.post(paths.outreach(), overlap)).text()
    expect(both).toContain('Two windows of this day overlap.')
    expect(both).toContain('Enter a number, 0 or more.')
    const late = await site.rep.post(paths.outreach(), { ...settings, to_2: '08:00' })
    expect(late.status).toBe(422)
    expect(await late.text()).toContain('A window must end after it begins.')
  })

  test('has a name of its own', async () => {
    await createByForm()
    const again = await site.rep.post(paths.outreach(), settings)
    expect(again.status).toBe(422)
    expect(await again.text()).toContain('There is a sequence of this name.')
  })

  test('without a step says so instead of becoming active', async () => {
    const id = await createByForm()
    expect(landing(await site.rep.post(paths.activateSequence(id))).flash).toContain('Add at least one email step.')
    expect((await sequenceRow(id)).status).toBe('draft')
  })

  test('settings are shown, saved, and refused with 422', async () => {
    const id = await createByForm()
    expect(await (await open(paths.sequenceSettings(id))).text()).toContain('value="09:00"')
    const saved = await site.rep.post(paths.sequenceSettings(id), {
      ...settings,
      from_1: ['09:00', '13:00', ''],
      to_1: ['12:00', '00:00', ''],
      skip_holidays: 'on',
      daily_cap: '7',
    })
    expect(saved.status).toBe(303)
    const row = await sequenceRow(id)
    expect(row).toMatchObject({ daily_cap: 7, track_clicks: false, skip_holidays: true })
    expect(row.windows.slice(0, 3)).toEqual([
      { day: 1, from_minute: 540, to_minute: 720 },
      { day: 1, from_minute: 780, to_minute: 1440 },
      { day: 2, from_minute: 540, to_minute: 1020 },
    ])
    const refused = await site.rep.post(paths.sequenceSettings(id), { ...settings, ...shut })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('Open at least one window.')
  })

  test('is paused, resumed and archived; each twice changes once', async () => {
    const id = await makeSequence(world)
    for (const [path, status] of [
      [paths.pauseSequence(id), 'paused'],
      [paths.resumeSequence(id), 'active'],
      [paths.archiveSequence(id), 'archived'],
    ] as const)
      for (let time = 0; time < 2; time++) {
        expect((await site.rep.post(path)).status).toBe(303)
        expect((await sequenceRow(id)).status).toBe(status)
      }
    expect(await textOf(await open(paths.outreach({ show: 'archived' })))).toContain('Archived sequences')
  })

  test.each(['sequence', 'sequenceSettings', 'sequencePeople', 'enrollPeople', 'newStep'] as const)(
    '%s of another event, or of none, is not there',
    async (name) => {
      const id = await makeSequence(world)
      const other = await openSite({ ...world, event_id: await insertTestEvent(site) })
      expect((await open(paths[name](id))).status).toBe(200)
      expect((await other.rep.request(paths[name](id))).status).toBe(404)
      expect((await open(paths[name](crypto.randomUUID()))).status).toBe(404)
      expect((await open(paths[name]('nonsense'))).status).toBe(404)
    },
  )

  test('changing one of another event changes nothing', async () => {
    const id = await makeSequence(world)
    const other = await openSite({ ...world, event_id: await insertTestEvent(site) })
    for (const path of [paths.pauseSequence(id), paths.archiveSequence(id), paths.sequenceSettings(id)])
      expect((await other.rep.post(path, settings)).status).toBe(404)
    expect((await sequenceRow(id)).status).toBe('active')
  })
})

describe('a step', () => {
  test('that is unfinished is saved in a draft, says so, and keeps it from becoming active', async () => {
    const id = await createByForm()
    await site.rep.post(paths.sequenceSteps(id), { ...email, subject: 'Hello', body: 'Hi', thread: 'reply' })
    await site.rep.post(paths.sequenceSteps(id), { ...email, subject: 'Second', body: '' })
    const page = await textOf(await open(paths.sequence(id)))
    expect(page).toContain('Before it can be sent: Step 1 is the first email: it answers nothing.')
    expect(page).toContain('Before it can be sent: Step 2 has no text.')
    const [first, second] = await stepRows(id)
    const refused = landing(await site.rep.post(paths.activateSequence(id)))
    expect(JSON.parse(refused.flash)).toEqual({
      tone: 'bad',
      text: 'Step 1 is the first email: it answers nothing.',
      href: paths.sequenceStep(id, first?.step_key ?? ''),
      link_text: 'Edit step 1',
    })
    await site.rep.post(paths.sequenceStep(id, first?.step_key ?? ''), { ...email, subject: 'Hello', body: 'Hi' })
    expect(landing(await site.rep.post(paths.activateSequence(id))).flash).toContain(second?.step_key)
    expect((await sequenceRow(id)).status).toBe('draft')
  })

  test('is put between two others in one save', async () => {
    const id = await makeSequence(world)
    const before = (await stepRows(id)).map((step) => step.step_key)
    expect(await (await open(paths.sequence(id))).text()).toContain('steps/new?kind=email&amp;position=2')
    const form = await (await open(paths.newStep(id, { kind: 'call', position: '2' }))).text()
    expect(form).toContain('name="position" value="2"')
    const bad = await site.rep.post(paths.sequenceSteps(id), { ...email, position: '2', delay_amount: '-1', body: '' })
    expect(await bad.text()).toContain('name="position" value="2"')
    const call = { ...email, kind: 'call', position: '2', subject: 'Call them', body: 'Ring' }
    expect(landing(await site.rep.post(paths.sequenceSteps(id), call)).flash).toContain('Step 2 is saved. Version 2')
    const [first, ...others] = before
    expect((await stepRows(id)).map(({ step_key, kind }) => (kind === 'call' ? 'new' : step_key))).toEqual([
      first,
      'new',
      ...others,
    ])
    expect(await textOf(await open(paths.sequence(id)))).toContain('Day 1 · Automatic email')
  })

  test('that is wrong comes back with what was typed', async () => {
    const id = await createByForm()
    const answer = await site.rep.post(paths.sequenceSteps(id), { ...email, delay_amount: '-1', body: 'kept text' })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('kept text')
    expect(html).toContain('Enter a number, 0 or more.')
  })

  test('of a running sequence is saved as a version once its diff was seen and somebody chose', async () => {
    const id = await makeSequence(world)
    const person = await addPerson(world)
    await site.rep.post(paths.enrollPeople(id), { person })
    const [first] = await stepRows(id)
    const step = paths.sequenceStep(id, first?.step_key ?? '')
    expect(await textOf(await open(step))).toContain('Saving makes version 2')
    const review = await site.rep.post(step, { ...email, subject: 'New words', body: 'Hi' })
    expect(review.status).toBe(200)
    const html = await review.text()
    const shown = await textOf(new Response(html))
    for (const words of ['Save version 2?', 'text changed', '1 person is at this step', '1 planned mail changes now'])
      expect(shown).toContain(words)
    expect((await sequenceRow(id)).version).toBe(1)

    const refused = await site.rep.post(paths.sequenceVersions(id), { ...hiddenOf(html), choice: 'everybody' })
    expect(refused.status).toBe(422)
    expect(await textOf(refused)).toContain('Choose one.')
    const saved = await site.rep.post(paths.sequenceVersions(id), { ...hiddenOf(html), choice: 'now' })
    expect(landing(saved).flash).toContain('Step 1 is saved. Version 2 begins.')
    const steps = await stepRows(id)
    expect(steps[0]).toMatchObject({ subject: 'New words', step_key: first?.step_key, version: 2 })
    expect(await jobsNamed('move-enrollments')).toEqual([{ sequence_id: id, version: 2 }])

    const again = await site.rep.post(paths.sequenceVersions(id), { ...hiddenOf(html), choice: 'now' })
    expect(again.status).toBe(422)
    expect(await textOf(again)).toContain('Version 2 was saved in the meantime')
    expect((await sequenceRow(id)).version).toBe(2)
    const versions = await textOf(await open(paths.sequenceVersions(id)))
    for (const words of ['Version 2', 'people are being moved to it', 'step 1 (automatic email): text'])
      expect(versions).toContain(words)
    expect((await site.rep.post(paths.sequenceVersions(id), { steps: 'nonsense' })).status).toBe(422)
  })

  test('of a running sequence that nobody is in is saved at once', async () => {
    const id = await makeSequence(world)
    const [first] = await stepRows(id)
    const saved = await site.rep.post(paths.sequenceStep(id, first?.step_key ?? ''), {
      ...email,
      subject: 'Hello',
      body: 'Hi',
    })
    expect(landing(saved).flash).toContain('Version 2 begins')
  })

  test('of a running sequence is not saved when nobody could get it', async () => {
    const id = await makeSequence(world)
    const [first] = await stepRows(id)
    const step = paths.sequenceStep(id, first?.step_key ?? '')
    const refused = await site.rep.post(step, { ...email, subject: 'Re: nothing', body: 'Hi {{ person.' })
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('must not pretend to be an answer')
    expect((await sequenceRow(id)).version).toBe(1)
  })

  test('moves and goes', async () => {
    const id = await makeSequence(world)
    const [one, two, three] = (await stepRows(id)).map((step) => step.step_key)
    await site.rep.post(paths.moveStep(id, three ?? ''), { direction: 'up' })
    expect((await stepRows(id)).map((step) => step.step_key)).toEqual([one, three, two])
    await site.rep.post(paths.removeStep(id, three ?? ''))
    expect((await stepRows(id)).map((step) => step.step_key)).toEqual([one, two])
    expect((await site.rep.post(paths.removeStep(id, three ?? ''))).status).toBe(404)
  })

  test('is previewed as a real person gets it, unsaved, with what is missing', async () => {
    const id = await createByForm()
    const person_id = await addPerson(world, { name: 'Marta Okafor', given_name: 'Marta' })
    const shown = await site.rep.post(paths.previewStep(id), {
      ...email,
      person_id,
      subject: 'Hi {{ person.given_name }}',
      body: 'You are {{ person.title }}.',
    })
    expect(shown.status).toBe(200)
    const text = await textOf(shown)
    expect(text).toContain('Hi Marta')
    expect(text).toContain('Marta Okafor would be left out. Text: {{ person.title }} is empty and has no default')
    expect(await stepRows(id)).toEqual([])
    const found = await site.rep.post(paths.previewStep(id), { ...email, person_q: 'okaf', subject: 'S', body: 'B' })
    expect(await textOf(found)).toContain('1 Dock Street')
  })
})

describe('an AI draft', () => {
  const draft = { subject: 'Marta, see you at 4711', body: 'Hi Marta, we are in Reno.', used_facts: ['event.city'] }

  test('without a key says what is missing, and does nothing', async () => {
    const id = await createByForm()
    expect(await textOf(await open(paths.newStep(id)))).toContain('Not configured: OPENAI_API_KEY')
    const answer = await site.rep.post(paths.draftStep(id), { ...email, person_id: await addPerson(world) })
    expect(answer.status).toBe(503)
    expect(await textOf(answer)).toContain('Not configured: OPENAI_API_KEY')
  })

  test('is shown with its facts and cost, and inserted as a template', async () => {
    const server = await startOpenAiServer()
    server.script = [{ text: JSON.stringify(draft) }]
    try {
      site = await openSite(world, { env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.baseUrl } })
      const id = await createByForm()
      const person_id = await addPerson(world, { name: 'Marta Okafor', given_name: 'Marta' })
      const shown = await site.rep.post(paths.draftStep(id), { ...email, person_id, body: 'typed before' })
      expect(shown.status).toBe(200)
      const text = await textOf(shown)
      for (const part of [
        'Draft for Marta Okafor',
        'Hi Marta, we are in Reno.',
        'City of the show',
        '500 tokens, $0.0003',
        'typed before',
      ])
        expect(text).toContain(part)
      const template = { subject: 'Hi {{ person.given_name | default: "there" }}', body: 'We are in {{ event.city }}.' }
      const inserted = await site.rep.post(paths.previewStep(id), { ...email, person_id, ...template })
      expect(await textOf(inserted)).toContain('Subject Hi Marta')
      const nobody = await site.rep.post(paths.draftStep(id), { ...email, person_id: '', body: 'typed before' })
      expect(nobody.status).toBe(422)
      expect(await textOf(nobody)).toContain('Choose a person to write for.')
    } finally {
      await server.close()
    }
  })
})

describe('enrolling', () => {
  test('shows who is left out and why, then enrols the others, once', async () => {
    const id = await makeSequence(world)
    const good = await addPerson(world, { name: 'Good Person' })
    const silent = await addPerson(world, { name: 'Silent Person', address: null })
    const chosen = { person: [good, silent] }
    const preflight = await textOf(await site.rep.post(paths.preflight(id), chosen))
    expect(preflight).toContain('Enrol 1 person?')
    expect(preflight).toContain('No email address: 1 left out')
    expect(preflight).toContain('Silent Person Has no email address.')
    expect(await messagesOf(world)).toEqual([])

    const enrolled = await site.rep.post(paths.enrollPeople(id), chosen)
    expect(landing(enrolled)).toMatchObject({ status: 303, path: paths.sequencePeople(id) })
    expect(landing(enrolled).flash).toContain('1 person enrolled, 1 left out.')
    expect(landing(await site.rep.post(paths.enrollPeople(id), chosen)).flash).toContain(
      '0 people enrolled, 2 left out.',
    )
    expect(await messagesOf(world)).toHaveLength(1)
    expect(await textOf(await open(paths.sequencePeople(id)))).toContain('Good Person')
    expect(await textOf(await open(paths.sequencePeople(id, { status: 'stopped' })))).toContain('Nobody is stopped')
  })

  test('says before anybody is enrolled that nothing would leave: the sender is paused', async () => {
    const id = await makeSequence(world)
    const person = await addPerson(world)
    const { from_address } = await requireSequence(world.ctx, id)
    const pages = [paths.preflight(id), paths.simulate(id)]
    const said = async () => {
      const texts = await Promise.all(pages.map(async (path) => textOf(await site.rep.post(path, { person }))))
      return texts.map((text) => text.includes(`${from_address} is paused: nothing leaves until it is resumed.`))
    }
    expect(await said()).toEqual([false, false])
    await site.rep.post(paths.pauseSender(from_address))
    expect(await said()).toEqual([true, true])
    await site.rep.post(paths.resumeSender(from_address))
  })

  test('wants somebody to be chosen', async () => {
    const id = await makeSequence(world)
    for (const path of [paths.preflight(id), paths.enrollPeople(id)])
      expect(landing(await site.rep.post(path))).toMatchObject({
        ...{ status: 303, path: paths.enrollPeople(id) },
        flash: expect.stringContaining('Choose somebody first.'),
      })
    expect(landing(await site.rep.post(paths.preflight(id), { all: 'yes' })).status).toBe(200)
  })

  test('marks who is in a sequence already', async () => {
    const [id, other] = [await makeSequence(world), await makeSequence(world)]
    const [here, there] = [
      await addPerson(world, { name: 'Anna Here' }),
      await addPerson(world, { name: 'Bert There' }),
    ]
    await addPerson(world, { name: 'Carl Free' })
    await site.rep.post(paths.enrollPeople(id), { person: here })
    await site.rep.post(paths.enrollPeople(other), { person: there })
    await site.rep.post(paths.stopEnrollment(id, (await enrollmentOf(world, here)).id))
    const list = await textOf(await open(paths.enrollPeople(id)))
    expect(list).toMatch(/Anna Here\s+in this sequence/)
    expect(list).toMatch(/Bert There\s+in another sequence/)
    expect(list).not.toMatch(/Carl Free\s+in /)
  })

  test('names everybody who is left out, behind a line that opens', async () => {
    const id = await makeSequence(world)
    const person = []
    for (let n = 0; n < 22; n++) person.push(await addPerson(world, { name: `Silent ${n}`, address: null }))
    const html = await (await site.rep.post(paths.preflight(id), { person })).text()
    expect(html).toMatch(/<summary>and 2 more<\/summary>/)
    expect(html.match(/Silent \d+</g)).toHaveLength(22)
  })

  test('takes twenty thousand chosen, and fields of any name', async () => {
    const id = await makeSequence(world)
    const person = Array.from({ length: 20_000 }, () => crypto.randomUUID())
    const answer = await site.rep.post(paths.preflight(id), { person, ...JSON.parse('{"__proto__":"x"}') })
    expect(answer.status).toBe(200)
    expect(await textOf(answer)).toContain('20,000 left out')
  })

  test('takes all that match a filter', async () => {
    const id = await makeSequence(world)
    for (const name of ['Anna One', 'Anna Two', 'Bert']) await addPerson(world, { name })
    const list = await textOf(await open(paths.enrollPeople(id, { q: 'anna', address: 'yes' })))
    expect(list).toContain('Check all 2 that match')
    expect(list).not.toContain('Bert')
    const all = { all: 'yes', q: 'anna', address: 'yes' }
    const preflight = await (await site.rep.post(paths.preflight(id), all)).text()
    expect(preflight).toContain('name="q" value="anna"')
    expect(landing(await site.rep.post(paths.enrollPeople(id), all)).flash).toContain('2 people enrolled, 0 left out.')
  })

  test('comes from a selection of people elsewhere, by the choice of a sequence', async () => {
    const id = await makeSequence(world)
    const person = await addPerson(world)
    const page = await (await open(paths.chooseSequence({ person: [person] }))).text()
    expect(page).toContain(paths.preflight(id))
    expect(page).toContain(person)
    expect(await textOf(await open(paths.preflight(id, { person })))).toContain('Enrol 1 person?')
  })

  test('waits for the sequence to be active', async () => {
    const id = await createByForm()
    const person = await addPerson(world)
    expect(await textOf(await site.rep.post(paths.preflight(id), { person }))).toContain('Activate the sequence before')
    expect(landing(await site.rep.post(paths.enrollPeople(id), { person })).flash).toContain(
      'Activate the sequence first.',
    )
    expect(await messagesOf(world)).toEqual([])
  })
})

describe('a person in a sequence', () => {
  async function enrolled() {
    const id = await makeSequence(world)
    const person = await addPerson(world, { name: 'Marta Okafor' })
    await site.rep.post(paths.enrollPeople(id), { person })
    return { id, person, enrollment: (await enrollmentOf(world, person)).id }
  }

  test('has a receipt that says why', async () => {
    const { id, enrollment } = await enrolled()
    await drainMessages(world.ctx)
    const receipt = await textOf(await open(paths.enrollment(id, enrollment)))
    for (const line of ['Enrolled', 'Step 1: Automatic email', 'Handed to the mail service', 'Accepted: sent'])
      expect(receipt).toContain(line)
    expect(await textOf(await open(paths.sequencePeople(id)))).toContain('Step 2 · Planned')
  })

  test('is paused, resumed and stopped; each twice changes once', async () => {
    const { id, person, enrollment } = await enrolled()
    for (const [path, status] of [
      [paths.pauseEnrollment(id, enrollment), 'paused'],
      [paths.resumeEnrollment(id, enrollment), 'active'],
      [paths.stopEnrollment(id, enrollment), 'stopped'],
    ] as const)
      for (let time = 0; time < 2; time++) {
        expect((await site.rep.post(path)).status).toBe(303)
        expect((await enrollmentOf(world, person)).status).toBe(status)
      }
    expect(await textOf(await open(paths.enrollment(id, enrollment)))).toContain('Stopped: stopped by hand')
  })

  test('of another sequence or event is not there', async () => {
    const { id, enrollment } = await enrolled()
    const elsewhere = await makeSequence(world)
    expect((await open(paths.enrollment(elsewhere, enrollment))).status).toBe(404)
    const other = await openSite({ ...world, event_id: await insertTestEvent(site) })
    expect((await other.rep.post(paths.stopEnrollment(id, enrollment))).status).toBe(404)
    expect((await other.rep.request(paths.enrollment(id, enrollment))).status).toBe(404)
  })

  test('waits for a decision when a mail may have left', async () => {
    const { id, enrollment } = await enrolled()
    world.sender.script = [() => ({ outcome: 'unconfirmed', reason: 'The line broke' })]
    await drainMessages(world.ctx)
    expect(await textOf(await open(paths.unconfirmed()))).toContain('Nothing is unconfirmed')
    world.clock.advance(16 * 60_000)
    const parked = await textOf(await open(paths.unconfirmed()))
    expect(parked).toContain('Marta Okafor')
    expect(parked).toContain('The line broke')
    expect(await textOf(await open(paths.enrollment(id, enrollment)))).toContain('may or may not have left')

    const [message] = await messagesOf(world)
    const decide = paths.decideUnconfirmed(message?.id ?? '')
    expect((await site.rep.post(decide, { decision: 'guess' })).status).toBe(422)
    expect(landing(await site.rep.post(decide, { decision: 'count_as_sent' })).flash).toContain('Counted as sent')
    expect(landing(await site.rep.post(decide, { decision: 'send_again' })).flash).toContain('no longer unconfirmed')
    expect((await messagesOf(world)).map((one) => [one.position, one.rotation, one.state])).toEqual([
      [1, 0, 'sent'],
      [2, 0, 'planned'],
    ])
  })
})

test('every page of outreach asks for an event first, and for a session before that', async () => {
  const { db } = site.ctx
  await db.updateTable('user').set({ active_event_id: null }).where('id', '=', site.rep.actor.user_id).execute()
  for (const path of [paths.outreach(), paths.tasks(), paths.replies(), paths.unconfirmed(), paths.suppressions()]) {
    expect(await textOf(await open(path))).toMatch(/event/i)
    const stranger = await site.app.request(`https://hitlist.test${path}`, { headers: { Accept: 'text/html' } })
    expect(stranger.headers.get('Location')).toContain('/login')
  }
})

/** The hidden fields of a page's form, as a browser posts them. */
function hiddenOf(html: string): Record<string, string> {
  const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)]
  const plain = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
  return Object.fromEntries(fields.map(([, name, value]) => [name!, plain(value!)]))
}

async function jobsNamed(name: string) {
  const rows = await world.database.db.selectFrom('job').select('payload').where('name', '=', name).execute()
  return rows.map(({ payload }) => payload)
}
