import type { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../functions/app.ts'
import { recordEmailEvents } from '../../functions/domain/email/record-email-events.ts'
import { unsubscribeToken } from '../../functions/domain/email/unsubscribe-token.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import type { AppEnv } from '../../functions/env.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'

let world: World
let app: Hono<AppEnv>
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  app = createApp(() => ({ ctx: { ...world.ctx, actor: null }, assets: {} as never }))
})

async function sendOne() {
  const sequence_id = await makeSequence(world, { track_opens: true, track_clicks: true })
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await drainMessages(world.ctx)
  const [message] = await messagesOf(world, person_id)
  if (message === undefined) throw new Error('nothing was sent')
  const eventOf = (event: string, seconds: number, more = {}) => ({
    event,
    email: message.to_address,
    message_id: message.id,
    sg_message_id: `sg-${message.id}.recvd`,
    sg_event_id: crypto.randomUUID(),
    timestamp: Math.floor(world.clock.now().getTime() / 1000) + seconds,
    ...more,
  })
  return { person_id, message, eventOf }
}

test('bot opens count as opens (Mautic #16263, listmonk #1025)', async () => {
  const { person_id, eventOf } = await sendOne()
  await recordEmailEvents(world.ctx, [
    eventOf('open', 2, { sg_machine_open: true }),
    eventOf('click', 4, { url: 'https://yardflow.test' }),
    eventOf('delivered', 3),
  ])
  const [mail] = await messagesOf(world, person_id)
  expect(mail?.machine_opened_at).not.toBeNull()
  expect(mail).toMatchObject({ opened_at: null, clicked_at: null })
  await recordEmailEvents(world.ctx, [eventOf('open', 3_600, { sg_machine_open: false })])
  expect((await messagesOf(world, person_id))[0]?.opened_at).not.toBeNull()
})

test('scanners unsubscribe people (useSend #412, Rock #7034, Mautic #9798)', async () => {
  const { person_id, message } = await sendOne()
  const path = `/unsubscribe/${unsubscribeToken(message.id, 'x'.repeat(32))}`
  for (const method of ['GET', 'HEAD', 'GET']) expect((await app.request(path, { method })).status).toBe(200)
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'active' })
  expect(await world.database.db.selectFrom('suppression').selectAll().execute()).toEqual([])
})

test('provider webhooks repeat up to 46× and re-mint sg_event_id (sendgrid-nodejs #1435, sendgrid/docs #2933)', async () => {
  const { person_id, eventOf } = await sendOne()
  const batch = [eventOf('delivered', 5), eventOf('open', 60), eventOf('click', 90, { url: 'https://yardflow.test' })]
  await recordEmailEvents(world.ctx, batch)
  const [first] = await messagesOf(world, person_id)
  for (let time = 0; time < 46; time++) {
    const again = batch.map((event) => ({ ...event, sg_event_id: crypto.randomUUID() }))
    expect(await recordEmailEvents(world.ctx, again)).toMatchObject({ recorded: 0, repeated: 3 })
  }
  expect((await messagesOf(world, person_id))[0]).toEqual(first)
})
