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
