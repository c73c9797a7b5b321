import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { pauseSequence } from '../../functions/domain/sequences/pause-sequence.ts'
import { paths } from '../../web/paths.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'
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

const open = (path: string) => site.rep.request(path)
const otherSite = async () => openSite({ ...world, event_id: await insertTestEvent(site) })

describe('tasks', () => {
  const call = {
    kind: 'call' as const,
    delay_amount: 0,
    delay_unit: 'minutes' as const,
    subject: 'Ring them',
    body: 'Say hello',
  }
  const mail = { kind: 'email' as const, delay_amount: 0, delay_unit: 'minutes' as const, subject: 'S', body: 'B' }

  async function held(): Promise<string> {
    const sequence = await makeSequence(world, { owner_id: site.rep.actor.user_id, steps: [call, mail] })
    await site.rep.post(paths.enrollPeople(sequence), { person: await addPerson(world, { name: 'Marta Okafor' }) })
    const task = await world.database.db.selectFrom('task').select('id').executeTakeFirstOrThrow()
    return task.id
  }
  beforeEach(async () => {
    await world.database.db.deleteFrom('task').execute()
  })

  test('hold the sequence until they are done, once', async () => {
    const id = await held()
    const page = await textOf(await open(paths.tasks()))
    expect(page).toContain('Ring them')
    expect(page).toContain('Marta Okafor')
    expect(await messagesOf(world)).toEqual([])
    for (let time = 0; time < 2; time++) expect((await site.rep.post(paths.completeTask(id))).status).toBe(303)
    expect(await messagesOf(world)).toHaveLength(1)
    expect(await textOf(await open(paths.tasks({ whose: 'all' })))).toContain('No open task')
  })

  test('speak to their person; what is missing stays as it was written', async () => {
    const body = 'Greet {{ person.given_name }} in {{ person.country }}'
    const steps = [
      { ...call, subject: 'Ring {{ person.name }}', body: 'Ask {{ person.given_name }} about {{ event.name }}' },
      mail,
    ]
    for (const first of [steps[0] ?? call, { ...call, body }]) {
      const sequence = await makeSequence(world, { owner_id: site.rep.actor.user_id, steps: [first, mail] })
      await site.rep.post(paths.enrollPeople(sequence), { person: await addPerson(world, { name: 'Marta Okafor' }) })
    }
    const page = await textOf(await open(paths.tasks()))
    for (const words of ['Ring Marta Okafor', 'Ask Ann about ', body]) expect(page).toContain(words)
    expect(page).not.toContain('{{ event.name }}')
  })

  test('of a colleague are where the banners of the sequence and of the person lead', async () => {
    await held()
    await world.database.db.updateTable('task').set({ owner_id: null }).execute()
    const { id, sequence_id } = await world.database.db
      .selectFrom('enrollment')
      .select(['id', 'sequence_id'])
      .executeTakeFirstOrThrow()
    for (const path of [paths.sequence(sequence_id), paths.enrollment(sequence_id, id)]) {
      const href = /href="([^"]+)">Open tasks</.exec(await (await open(path)).text())?.[1] ?? ''
      expect(await textOf(await open(href))).toContain('Ring them')
    }
  })

  test('may be skipped', async () => {
    const id = await held()
    expect(landing(await site.rep.post(paths.skipTask(id))).flash).toContain('Skipped')
    expect(await messagesOf(world)).toHaveLength(1)
  })

  test('of a paused sequence are done without a promise that it goes on', async () => {
    const id = await held()
    const { sequence_id } = await world.database.db
      .selectFrom('enrollment')
      .select('sequence_id')
      .executeTakeFirstOrThrow()
    await pauseSequence(world.ctx, { sequence_id })
    const { flash } = landing(await site.rep.post(paths.completeTask(id)))
    expect(flash).toContain('Done. The sequence is paused')
    expect(flash).not.toContain('goes on')
  })

  test('of another event are not there', async () => {
    const id = await held()
    const other = await otherSite()
    expect((await other.rep.post(paths.completeTask(id))).status).toBe(404)
    expect(await textOf(await other.rep.request(paths.tasks({ whose: 'all' })))).not.toContain('Ring them')
    expect((await site.rep.post(paths.completeTask(crypto.randomUUID()))).status).toBe(404)
  })
})

describe('replies', () => {
  async function addReply(received_at = world.clock.now()): Promise<string> {
    const id = crypto.randomUUID()
    await world.database.db
      .insertInto('reply')
      .values({
        id,
        content_key: id,
        message_id: null,
        enrollment_id: null,
        person_id: await addPerson(world, { name: 'Marta Okafor' }),
        event_id: world.event_id,
        from_address: 'marta@acme.test',
        to_address: null,
        subject: '<b>Yes</b>',
        text: 'Tuesday works.\nMarta\n\nOn Monday, Rita wrote:\n> Hi Marta,\n>\n> Unsubscribe: https://hitlist.test/u',
        class: 'human',
        received_at,
        read_at: null,
      })
      .execute()
    return id
  }
  const readAt = async (id: string) =>
    (await world.database.db.selectFrom('reply').select('read_at').where('id', '=', id).executeTakeFirstOrThrow())
      .read_at

  test('are shown, escaped, and marked as read; twice keeps the first moment', async () => {
    const id = await addReply()
    const html = await (await open(paths.replies())).text()
    expect(html).toContain('&lt;b&gt;Yes&lt;/b&gt;')
    expect(html).toContain('Tuesday works.\nMarta</p><details')
    expect(html).toMatch(/<details.*On Monday, Rita wrote:.*Unsubscribe: /s)
    await site.rep.post(paths.readReply(id), { read: 'yes' })
    const first = await readAt(id)
    world.clock.advance(60_000)
    await site.rep.post(paths.readReply(id), { read: 'yes' })
    expect(await readAt(id)).toEqual(first)
    expect(await textOf(await open(paths.replies()))).toContain('Every reply is read')
    expect(await textOf(await open(paths.replies({ show: 'all' })))).toContain('Mark unread')
    await site.rep.post(paths.readReply(id), { read: 'no' })
    expect(await readAt(id)).toBeNull()
  })

  test('are answered from the rep’s own mailbox, and a meeting is noted where they are read', async () => {
    await addReply()
    const html = await (await open(paths.replies())).text()
    expect(html).toContain('href="mailto:marta%40acme.test?subject=Re%3A%20%3Cb%3EYes%3C%2Fb%3E"')
    const action = /action="([^"]*meeting[^"]*)"/.exec(html)?.[1] ?? ''
    const answer = landing(await site.rep.post(action, { return_to: 'replies' }))
    expect(answer).toMatchObject({ path: paths.replies(), flash: expect.stringContaining('Marta Okafor') })
    expect(await (await open(paths.replies())).text()).not.toContain(action)
  })

  test('of another event are not there', async () => {
    const id = await addReply()
    const other = await otherSite()
    expect((await other.rep.post(paths.readReply(id))).status).toBe(404)
    expect(await readAt(id)).toBeNull()
    expect(await textOf(await other.rep.request(paths.replies({ show: 'all' })))).not.toContain('Tuesday')
  })

  test('come in pages that go both ways and show each once', async () => {
    for (let count = 0; count < 53; count++) await addReply(new Date(world.clock.now().getTime() + (count >> 1) * 1000))
    const idsIn = (html: string) => [...html.matchAll(/replies\/([0-9a-f-]{36})\/read/g)].map((match) => match[1])
    const linkIn = (html: string, rel: string) =>
      new RegExp(`href="([^"]+)" rel="${rel}"`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const first = await (await open(paths.replies())).text()
    const second = await (await open(linkIn(first, 'next'))).text()
    expect(new Set([...idsIn(first), ...idsIn(second)]).size).toBe(53)
    expect(idsIn(second)).toHaveLength(3)
    expect(idsIn(await (await open(linkIn(second, 'prev'))).text())).toEqual(idsIn(first))
  })
})

describe('suppressions', () => {
  const add = (fields: Record<string, string>) => site.rep.post(paths.suppressions(), fields)
  const rows = () => world.database.db.selectFrom('suppression').selectAll().execute()

  test('are added by hand, once, and shown', async () => {
    for (let time = 0; time < 2; time++)
      expect(landing(await add({ kind: 'domain', value: ' Acme.COM ', source: 'A competitor' })).flash).toContain(
        'acme.com',
      )
    expect(await rows()).toMatchObject([
      {
        kind: 'domain',
        value: 'acme.com',
        reason: 'by_hand',
        source: 'A competitor',
        created_by: site.rep.actor.user_id,
      },
    ])
    expect(await textOf(await open(paths.suppressions({ q: 'ACME' })))).toContain('A competitor')
    expect(await textOf(await open(paths.suppressions({ q: 'zzz' })))).toContain('Nothing matches')
  })

  test('that are none come back with what was typed', async () => {
    const answer = await add({ kind: 'address', value: 'not-an-address' })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html).toContain('Enter an email address.')
    expect(html).toContain('value="not-an-address"')
    expect(await rows()).toEqual([])
  })

  test('a domain that is called an address is a domain; a public mail provider is refused', async () => {
    expect(landing(await add({ kind: 'address', value: 'acme.com' })).flash).toContain('anybody at acme.com')
    expect(await rows()).toMatchObject([{ kind: 'domain', value: 'acme.com' }])
    for (const kind of ['domain', 'address']) {
      const answer = await add({ kind, value: 'gmail.com' })
      expect(answer.status).toBe(422)
      expect(await textOf(answer)).toContain('gmail.com is a public mail provider')
    }
    expect((await add({ kind: 'address', value: 'jo@gmail.com' })).status).toBe(303)
  })

  test('are removed by an admin and nobody else', async () => {
    await add({ kind: 'address', value: 'jo@acme.test' })
    const [row] = await rows()
    const remove = paths.removeSuppression(row?.id ?? '')
    expect((await site.rep.post(remove)).status).toBe(403)
    const asking = paths.suppressions({ remove: row?.id ?? '' })
    expect(await (await open(asking)).text()).not.toContain(remove)
    expect(await rows()).toHaveLength(1)
    const admin = await openSite(world, { role: 'ADMIN' })
    expect(await (await admin.rep.request(paths.suppressions())).text()).toContain(`remove=${row?.id}`)
    expect(await (await admin.rep.request(asking)).text()).toContain(remove)
    expect((await admin.rep.post(remove)).status).toBe(303)
    expect((await admin.rep.post(remove)).status).toBe(404)
    expect(await rows()).toEqual([])
  })
})
