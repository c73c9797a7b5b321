import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../functions/app.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(() => world.reset())

async function sendOne() {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await drainMessages(world.ctx)
  const [message] = await messagesOf(world, person_id)
  return { person_id, to: message?.to_address ?? '', header: message?.message_id_header ?? '' }
}

async function post(fields: Record<string, string>) {
  const app = createApp(() => ({ ctx: { ...world.ctx, actor: null }, assets: {} as never }))
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  const url = '/webhooks/sendgrid/inbound?key=inbound-key-0123456789'
  const answer = await app.request(url, { method: 'POST', body })
  return { status: answer.status, body: await answer.json() }
}

const recorded = { status: 200, body: { outcome: 'recorded', class: 'unsubscribe' } }
type Sent = Awaited<ReturnType<typeof sendOne>>

test.each<[string, (sent: Sent) => Record<string, string>]>([
  [
    'In-Reply-To',
    ({ to, header }) => ({ from: to, headers: `Message-ID: <a@b>\nIn-Reply-To: <x\0y@z>\nReferences: <${header}>` }),
  ],
  ['From', ({ to, header }) => ({ from: `a\0${to}`, headers: `Message-ID: <c@b>\nIn-Reply-To: <${header}>` })],
  [
    'the raw mail',
    ({ to, header }) => ({
      email: `From: ${to}\r\nTo: rita@yardflow.test\r\nMessage-ID: <q@b>\r\nIn-Reply-To: <x\0y@z>\r\nReferences: <${header}>\r\nSubject: Re\r\n\r\nunsubscribe\r\n`,
    }),
  ],
  [
    'every field',
    ({ to, header }) => ({
      from: to,
      to: 'rita\0@yardflow.test',
      subject: 'Re\0',
      text: 'unsubscribe\0',
      html: '<p>\0</p>',
      headers: `Message-ID: <\0e@b>\nIn-Reply-To: <${header}>\nX\0: \0`,
    }),
  ],
])('inbound: a NUL in %s costs nobody their opt-out', async (_where, fields) => {
  const sent = await sendOne()
  const answer = await post({ to: 'rita@yardflow.test', subject: 'Re', text: 'unsubscribe', ...fields(sent) })
  expect(answer).toEqual(recorded)
  expect(await enrollmentOf(world, sent.person_id)).toMatchObject({ status: 'stopped', stop_reason: 'unsubscribed' })
})
