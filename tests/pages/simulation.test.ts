import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { paths } from '../../web/paths.ts'
import { addPerson, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'
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

test('says what would go out, and changes nothing', async () => {
  const sequence_id = await makeSequence(world)
  const people = [await addPerson(world), await addPerson(world, { time_zone: 'Europe/Berlin' })]
  const without = await addPerson(world, { address: null })
  const answer = await site.rep.post(paths.simulate(sequence_id), { person: [...people, without], reply_rate: '0' })
  expect(answer.status).toBe(200)
  const text = await textOf(answer)
  expect(text).toMatch(/People 2 1 left out/)
  expect(text).toMatch(/Mails 6/)
  expect(text).toContain('Europe/Berlin')
  expect(text).toContain('America/New_York')
  expect(await messagesOf(world)).toEqual([])
})

test('names the steps that are passed over and why, and counts a text that lacks something among the left out', async () => {
  const sequence_id = await makeSequence(world)
  await world.database.db
    .updateTable('step')
    .set({ condition: JSON.stringify({ kind: 'opened', negated: false }) })
    .where('sequence_id', '=', sequence_id)
    .where('position', '=', 2)
    .execute()
  await world.database.db
    .updateTable('step')
    .set({ body: 'You are {{ person.title }}' })
    .where('sequence_id', '=', sequence_id)
    .where('position', '=', 1)
    .execute()
  const person = [await addPerson(world, { title: 'Buyer' }), await addPerson(world)]
  const answer = await site.rep.post(paths.simulate(sequence_id), { person, reply_rate: '0' })
  const html = await answer.text()
  const text = await textOf(new Response(html))
  expect(text).toContain('1 left out, 1 of them as a text lacks something')
  expect(text).toContain('Step 2 Its condition does not hold 1')
  expect(html).toMatch(/<text [^>]*>\s*2 Mar\s*<\/text>/)
  expect(text).toContain('Mon 2 Mar 2026')
  expect(text).not.toMatch(/2026-03-0\d/)
})

test('everybody answers: one mail each', async () => {
  const sequence_id = await makeSequence(world)
  const person = [await addPerson(world), await addPerson(world)]
  const text = await textOf(await site.rep.post(paths.simulate(sequence_id), { person, reply_rate: '100' }))
  expect(text).toMatch(/Mails 2 /)
})

test('nobody is left: it says so', async () => {
  const sequence_id = await makeSequence(world)
  const person = await addPerson(world, { address: null })
  const text = await textOf(await site.rep.post(paths.simulate(sequence_id), { person, reply_rate: '2.5 %' }))
  expect(text).toContain('No mail would leave')
})

test.each(['lots', '101', '-1', '', '1e1', '0x10', '5"><b>'])(
  '%j answers are refused at the field, and what was typed is kept',
  async (typed) => {
    const sequence_id = await makeSequence(world)
    const person = await addPerson(world)
    const answer = await site.rep.post(paths.simulate(sequence_id), { person, reply_rate: typed })
    expect(answer.status).toBe(422)
    const html = await answer.text()
    expect(html.slice(html.indexOf('id="field-reply_rate-error"'))).toContain('Type a number of percent from 0 to 100.')
    expect(html).toContain(`value="${typed.replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}"`)
    expect(html).toContain(`name="person" value="${person}"`)
    expect(html).not.toContain('No mail would leave')
  },
)

test("another event's sequence is not there", async () => {
  const sequence_id = await makeSequence(world)
  const stranger = await openSite({ ...world, event_id: await insertTestEvent(site) })
  expect((await stranger.rep.post(paths.simulate(sequence_id), { reply_rate: '0' })).status).toBe(404)
})
