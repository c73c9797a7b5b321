import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { recordReply } from '../../functions/domain/email/record-reply.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { updateSequence } from '../../functions/domain/sequences/update-sequence.ts'
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
  site = await openSite(world)
})

const open = async (path: string) => textOf(await site.rep.request(path))
const html = async (path: string) => (await site.rep.request(path)).text()
const stranger = async () => openSite({ ...world, event_id: await insertTestEvent(site) })

async function mailed(given: Parameters<typeof addPerson>[1] = {}) {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world, { name: 'Marta Okafor', ...given })
  await site.rep.post(paths.enrollPeople(sequence_id), { person: person_id })
  await drainMessages(world.ctx)
  const [message] = await messagesOf(world, person_id)
  if (message === undefined) throw new Error('nothing was sent')
  return { sequence_id, person_id, message, enrollment_id: message.enrollment_id }
}

async function reply(message: { to_address: string | null; message_id_header: string }, more: object) {
  await recordReply(world.ctx, {
    from_address: message.to_address ?? '',
    to_addresses: [],
    subject: 'Re: Meet',
    text: 'Hello',
    html: null,
    returned: '',
    headers: new Map([
      ['message-id', `<${crypto.randomUUID()}@acme.test>`],
      ['in-reply-to', `<${message.message_id_header}>`],
    ]),
    ...more,
  })
}

describe('settings of a sequence', () => {
  const form = (changes: Record<string, string | string[]> = {}) => ({
    name: 'Buyers',
    from_name: 'Rita Rep',
    from_address: 'rita@yardflow.test',
    reply_to: '',
    contact_reason: '',
    from_1: ['09:00'],
    to_1: ['17:00'],
    time_zone: 'America/New_York',
    min_confidence: '50',
    daily_cap: '100',
    track_opens: 'on',
    track_clicks: 'on',
    colleague_reply: 'stop',
    stop_on_click: 'on',
    stop_account_statuses: ['engaged', 'customer'],
    untracked_countries: 'de, fr us',
    ...changes,
  })
  const rules = () =>
    world.database.db
      .selectFrom('sequence')
      .select([
        'track_opens',
        'colleague_reply',
        'stop_on_click',
        'stop_account_statuses',
        'untracked_countries',
        'contact_reason',
      ])
      .where('name', '=', 'Buyers')
      .where('event_id', '=', world.event_id)
      .executeTakeFirst()

  test('cannot stop on clicks that nobody tracks', async () => {
    const id = await makeSequence(world)
    const refused = await site.rep.post(paths.sequenceSettings(id), form({ track_clicks: [], name: '' }))
    expect(refused.status).toBe(422)
    const page = await refused.text()
    expect(page).toMatch(/id="field-stop_on_click-error"[^>]*>\s*Track clicks, or nobody is seen to click./)
    expect(page).toContain('Give it a name.')
    await expect(updateSequence(world.ctx, { sequence_id: id, stop_on_click: true })).rejects.toMatchObject({
      fields: { stop_on_click: 'Track clicks, or nobody is seen to click.' },
    })
  })

  test('are kept and shown', async () => {
    const id = await makeSequence(world)
    expect(await html(paths.sequenceSettings(id))).toMatch(/value="customer"[^>]*checked/)
    expect(landing(await site.rep.post(paths.sequenceSettings(id), form())).status).toBe(303)
    expect(await rules()).toEqual({
      track_opens: true,
      colleague_reply: 'stop',
      stop_on_click: true,
      stop_account_statuses: ['engaged', 'customer'],
      untracked_countries: ['DE', 'FR', 'US'],
      contact_reason: '',
    })
    const page = await html(paths.sequenceSettings(id))
    expect(page).toContain('value="DE, FR, US"')
    expect(page).toMatch(/value="stop" selected/)
    await site.rep.post(
      paths.sequenceSettings(id),
      form({ stop_account_statuses: [], untracked_countries: '', stop_on_click: [], track_opens: [] }),
    )
    expect(await rules()).toMatchObject({
      track_opens: false,
      stop_on_click: false,
      stop_account_statuses: [],
      untracked_countries: [],
    })
  })

  test('of bad input come back with what was typed and a message at the field', async () => {
    const id = await makeSequence(world)
    for (const [name, value] of [
      ['untracked_countries', 'Germany'],
      ['colleague_reply', 'shout'],
      ['stop_account_statuses', 'married'],
    ] as const) {
      const answer = await site.rep.post(paths.sequenceSettings(id), form({ [name]: value }))
      expect([name, answer.status]).toEqual([name, 422])
      expect(await answer.text()).toContain('field-error')
    }
    expect(await rules()).toBeUndefined()
  })
})

describe('suppressions', () => {
  const rows = () =>
    world.database.db.selectFrom('suppression').select(['kind', 'value', 'event_id']).orderBy('value').execute()
  const upload = (text: string, fields: Record<string, string> = {}) => {
    const body = new FormData()
    body.append('file', new File([text], 'list.csv', { type: 'text/csv' }))
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    return site.rep.request(paths.importSuppressions(), { method: 'POST', body })
  }

  test('hold everywhere or for this event, never for another one', async () => {
    await site.rep.post(paths.suppressions(), { kind: 'address', value: 'Jo@acme.test', event_id: '' })
    await site.rep.post(paths.suppressions(), { kind: 'domain', value: 'acme.test', event_id: world.event_id })
    const other = await insertTestEvent(site)
    expect(
      (await site.rep.post(paths.suppressions(), { kind: 'domain', value: 'b.test', event_id: other })).status,
    ).toBe(404)
    expect((await site.rep.post(paths.suppressions(), { kind: 'domain', value: 'b.test', event_id: 'x' })).status).toBe(
      422,
    )
    expect(await rows()).toEqual([
      { kind: 'domain', value: 'acme.test', event_id: world.event_id },
      { kind: 'address', value: 'jo@acme.test', event_id: null },
    ])
    expect(await open(paths.suppressions())).toContain('Everywhere')
  })

  test('are imported whole or not at all', async () => {
    const bad = await upload('email\njo@acme.test\nnonsense')
    expect(bad.status).toBe(422)
    expect(await textOf(bad)).toContain('Row 3: “nonsense” is neither an address nor a domain.')
    expect(await rows()).toEqual([])
    expect((await site.rep.request(paths.importSuppressions(), { method: 'POST', body: new FormData() })).status).toBe(
      422,
    )
    const good = await upload('email\njo@acme.test\nrival.test\n', { event_id: world.event_id })
    expect(landing(good)).toMatchObject({ status: 303, flash: expect.stringContaining('2 new addresses and domains') })
    const again = await upload('email\njo@acme.test\nnew.test\n', { event_id: world.event_id })
    expect(landing(again).flash).toContain(
      '1 new address or domain nobody writes to any more. 1 of the file were there',
    )
    expect(await rows()).toHaveLength(3)
  })
})

describe('replies', () => {
  test('show what a stranger wrote, and run none of it', async () => {
    const { message } = await mailed()
    const bad =
      '<p style="position:fixed" onclick="x()">Yes <b>please</b></p><script>alert(1)</script><img src="https://t.test/1.gif">'
    await reply(message, { html: `${bad}<a href="https://acme.test">here</a>` })
    const page = await html(paths.replies())
    expect(page).toContain('<p>Yes <b>please</b></p>')
    expect(page).toContain('<a href="https://acme.test/" rel="noopener noreferrer nofollow" target="_blank">here</a>')
    for (const part of ['t.test', 'alert(1)', 'onclick', 'position:fixed']) expect(page).not.toContain(part)
  })

  test('say until when somebody is away, and a person may choose another day', async () => {
    const { message, sequence_id, enrollment_id, person_id } = await mailed()
    const headers = new Map([
      ['auto-submitted', 'auto-replied'],
      ['in-reply-to', `<${message.message_id_header}>`],
    ])
    await reply(message, { subject: 'Automatic reply', text: 'I will be back on 9 March.', headers })
    expect(await open(paths.replies())).toContain(
      'Back on 9 Mar 2026, by what they wrote. The sequence goes on automatically',
    )
    const page = await open(paths.enrollment(sequence_id, enrollment_id))
    expect(page).toContain('On hold: out of the office; goes on automatically')
    const choose = (resume_on: string) => site.rep.post(paths.pauseUntil(sequence_id, enrollment_id), { resume_on })
    for (const day of ['', 'soon', '2026-03-01', '2026-02-31', '2029-01-01']) {
      const answer = await choose(day)
      expect([day, answer.status]).toEqual([day, 422])
      expect(await answer.text()).toContain('field-error')
    }
    expect((await choose('2026-03-20')).status).toBe(303)
    expect(await enrollmentOf(world, person_id)).toMatchObject({ resume_at: new Date('2026-03-20T13:00:00Z') })
    const other = await stranger()
    expect(
      (await other.rep.post(paths.pauseUntil(sequence_id, enrollment_id), { resume_on: '2026-03-25' })).status,
    ).toBe(404)
  })
})

describe('a person', () => {
  test('has a meeting and gets nothing more; it can be taken back', async () => {
    const { person_id } = await mailed()
    for (let time = 0; time < 2; time++)
      expect((await site.rep.post(paths.bookMeeting(person_id), {})).status).toBe(303)
    expect(await enrollmentOf(world, person_id)).toMatchObject({ stop_reason: 'meeting_booked' })
    expect(await open(paths.person(person_id))).toContain('meeting booked')
    await site.rep.post(paths.unbookMeeting(person_id), {})
    expect(await open(paths.person(person_id))).toContain('Meeting booked')
    const other = await stranger()
    for (const path of [paths.bookMeeting(person_id), paths.unbookMeeting(person_id), paths.erasePerson(person_id)])
      expect((await other.rep.post(path, {})).status).toBe(404)
  })

  test('is erased by an admin alone', async () => {
    const { person_id } = await mailed()
    expect(await open(paths.person(person_id))).not.toContain('Erase for good')
    expect((await site.rep.post(paths.erasePerson(person_id), {})).status).toBe(403)
    const admin = await openSite(world, { role: 'ADMIN' })
    expect(await textOf(await admin.rep.request(paths.person(person_id)))).toContain('Erase for good')
    expect((await admin.rep.post(paths.erasePerson(person_id), {})).status).toBe(303)
    expect((await admin.rep.request(paths.person(person_id))).status).toBe(404)
    expect(await textOf(await admin.rep.request(paths.suppressions()))).toContain('an erased address')
    expect((await admin.rep.post(paths.erasePerson(person_id), {})).status).toBe(404)
  })
})

describe('an account', () => {
  const make = async (name: string) => {
    const answer = await site.rep.post('/dashboard/accounts', { name, status: 'new' })
    return answer.headers.get('Location')?.split('/').at(-1) ?? ''
  }

  test('belongs to another one of the event', async () => {
    const [mother, daughter] = [await make('Mother Freight'), await make('Daughter Cargo')]
    expect((await site.rep.post(paths.accountParent(daughter), { parent: 'mother freight' })).status).toBe(303)
    expect(await open(paths.account(daughter))).toContain('Part of Mother Freight')
    expect(await open(paths.account(mother))).toContain('Daughter Cargo belongs to it')
    const bad = await site.rep.post(paths.accountParent(mother), { parent: 'No such company' })
    expect(bad.status).toBe(422)
    expect(await bad.text()).toMatch(/value="No such company"[\s\S]*field-error/)
    expect((await site.rep.post(paths.accountParent(daughter), { parent: '' })).status).toBe(303)
    expect(await open(paths.account(daughter))).not.toContain('Part of')
    const other = await stranger()
    expect((await other.rep.post(paths.accountParent(daughter), { parent: '' })).status).toBe(404)
  })
})
