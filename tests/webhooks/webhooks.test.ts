import { generateKeyPairSync, sign } from 'node:crypto'
import type { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createApp } from '../../functions/app.ts'
import { readConfig } from '../../functions/config.ts'
import { unsubscribeToken } from '../../functions/domain/email/unsubscribe-token.ts'
import { drainMessages } from '../../functions/domain/sequences/drain-messages.ts'
import { enrollPeople } from '../../functions/domain/sequences/enroll-people.ts'
import type { AppEnv } from '../../functions/env.ts'
import { addPerson, enrollmentOf, makeSequence, messagesOf, openWorld, type World } from '../domain/sequences/world.ts'

const KEY = 'inbound-key-0123456789'
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
let world: World
let app: Hono<AppEnv>
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.reset()
  const config = readConfig({
    SENDGRID_API_KEY: 'SG.test',
    APP_SECRET: 'x'.repeat(32),
    POSTAL_ADDRESS: '1 Dock Street, Reno',
    INBOUND_PARSE_KEY: KEY,
    SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    PUBLIC_URL: 'https://hitlist.test',
  })
  world.ctx = { ...world.ctx, config }
  app = createApp(() => ({ ctx: { ...world.ctx, actor: null }, assets: {} as never }))
})

async function sendOne(given = {}) {
  const sequence_id = await makeSequence(world)
  const person_id = await addPerson(world, given)
  await enrollPeople(world.ctx, { sequence_id, person_ids: [person_id] })
  await drainMessages(world.ctx)
  const [message] = await messagesOf(world, person_id)
  if (message === undefined) throw new Error('nothing was sent')
  return { person_id, sequence_id, message }
}

async function postEvents(events: unknown, { signature }: { signature?: string } = {}) {
  const body = typeof events === 'string' ? events : JSON.stringify(events)
  const timestamp = String(Math.floor(Date.now() / 1000))
  const genuine = sign('sha256', Buffer.from(timestamp + body), { key: privateKey, dsaEncoding: 'der' })
  return app.request('/webhooks/sendgrid/events', {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'X-Twilio-Email-Event-Webhook-Signature': signature ?? genuine.toString('base64'),
      'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
    },
  })
}

const eventOf = (message: { id: string; to_address: string | null }, event: string, seconds: number, more = {}) => ({
  event,
  email: message.to_address,
  message_id: message.id,
  sg_message_id: `sg-${message.id}.recvd`,
  sg_event_id: crypto.randomUUID(),
  timestamp: Math.floor(world.clock.now().getTime() / 1000) + seconds,
  ...more,
})

test('the facts of a batch are the same in any order and however often it comes', async () => {
  const { message, person_id } = await sendOne()
  const batch = [
    eventOf(message, 'click', 90, { url: 'https://yardflow.test' }),
    eventOf(message, 'open', 60),
    eventOf(message, 'open', 1, { sg_machine_open: true }),
    eventOf(message, 'click', 6, { url: 'https://scanner.test' }),
    eventOf(message, 'delivered', 5),
    eventOf(message, 'processed', 0),
    { nonsense: true },
    null,
    eventOf({ id: crypto.randomUUID(), to_address: 'who@else.test' }, 'delivered', 5),
  ]
  expect(await (await postEvents(batch)).json()).toEqual({ recorded: 7, repeated: 0, bad: 2 })
  const [first] = await messagesOf(world, person_id)
  const start = world.clock.now().getTime()
  expect(first).toMatchObject({
    state: 'sent',
    delivered_at: new Date(start + 5_000),
    opened_at: new Date(start + 60_000),
    clicked_at: new Date(start + 90_000),
    machine_opened_at: new Date(start + 1_000),
  })
  for (let time = 0; time < 45; time++) {
    const again = batch.map((event) =>
      event && 'sg_event_id' in event ? { ...event, sg_event_id: crypto.randomUUID() } : event,
    )
    const answer = await postEvents(time % 2 === 0 ? again : again.reverse())
    expect(await answer.json()).toMatchObject({ recorded: 0, repeated: 7 })
  }
  expect((await messagesOf(world, person_id))[0]).toEqual(first)
})

test('a bad signature changes nothing; a body that is no list is refused', async () => {
  const { message, person_id } = await sendOne()
  const answer = await postEvents([eventOf(message, 'bounce', 5)], { signature: 'AAAA' })
  expect(answer.status).toBe(401)
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'active' })
  expect((await postEvents('{"event":"open"}')).status).toBe(400)
})

test.each([
  ['bounce', { type: 'bounce', reason: '550 5.1.1 unknown' }, 'bounced', 'bounced'],
  ['dropped', { reason: 'Bounced Address' }, 'bounced', 'bounced'],
  ['spamreport', {}, 'complained', 'complained'],
  ['group_unsubscribe', {}, 'unsubscribed', 'unsubscribed'],
])('%s stops the enrollment and suppresses the address', async (event, more, stop_reason, reason) => {
  const { message, person_id } = await sendOne()
  await postEvents([eventOf(message, event, 5, more)])
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason })
  expect((await messagesOf(world, person_id)).map(({ state }) => state)).toEqual(['sent', 'cancelled'])
  const [suppression] = await world.database.db.selectFrom('suppression').selectAll().execute()
  expect(suppression).toMatchObject({ value: message.to_address, reason })
})

test('a full mailbox is no reason to stop', async () => {
  const { message, person_id } = await sendOne()
  await postEvents([eventOf(message, 'bounce', 5, { type: 'blocked', reason: '452 full' })])
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'active' })
  expect((await messagesOf(world, person_id))[0]?.bounced_at).not.toBeNull()
})

test('an event makes an unconfirmed mail sent, and the sequence goes on', async () => {
  world.sender.script.push(() => ({ outcome: 'unconfirmed', reason: 'No answer' }))
  const { message, person_id } = await sendOne()
  expect(message).toMatchObject({ state: 'unconfirmed', reason: 'No answer' })
  await postEvents([eventOf(message, 'processed', 1)])
  expect((await messagesOf(world, person_id)).map(({ state }) => state)).toEqual(['sent', 'planned'])
})

test('one-click: POST without a cookie is final, GET changes nothing, a forged token opens nothing', async () => {
  const { message, person_id } = await sendOne()
  const path = `/unsubscribe/${unsubscribeToken(message.id, 'x'.repeat(32))}`
  const page = await app.request(path)
  expect(page.status).toBe(200)
  expect(await page.text()).not.toContain(message.to_address)
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'active' })

  const oneClick = () =>
    app.request(path, { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
  for (const answer of [await oneClick(), await oneClick()]) {
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('')
  }
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'unsubscribed' })
  expect((await world.database.db.selectFrom('suppression').selectAll().execute()).length).toBe(1)

  const forged = unsubscribeToken(message.id, 'y'.repeat(32))
  expect((await app.request(`/unsubscribe/${forged}`)).status).toBe(404)
  expect((await app.request(`/unsubscribe/${forged}`, { method: 'POST' })).status).toBe(404)
})

test('the link works for a year, from a forwarded mail, and HEAD, OPTIONS and a prefetch change nothing', async () => {
  const { message, person_id } = await sendOne()
  const path = `/unsubscribe/${unsubscribeToken(message.id, 'x'.repeat(32))}`
  world.clock.advance(365 * 86_400_000)
  const looks: RequestInit[] = [
    { method: 'HEAD' },
    { method: 'OPTIONS' },
    { headers: { Purpose: 'prefetch', 'Sec-Purpose': 'prefetch;prerender' } },
    { headers: { 'User-Agent': 'Mozilla/5.0 (compatible; SafeLinks scanner)' } },
  ]
  for (const look of looks) expect((await app.request(path, look)).status).toBeLessThan(500)
  expect(await world.database.db.selectFrom('suppression').selectAll().execute()).toEqual([])
  expect((await messagesOf(world, person_id))[0]?.unsubscribed_at).toBeNull()
  // Somebody to whom it was forwarded, on another machine: no cookie, no origin of ours, and it is the recipient's address.
  const answer = await app.request(path, { method: 'POST', headers: { Origin: 'https://mail.else.test' } })
  expect(answer.status).toBe(200)
  expect(await world.database.db.selectFrom('suppression').select(['value', 'event_id']).execute()).toEqual([
    { value: message.to_address, event_id: null },
  ])
})

function inbound(fields: Record<string, string>, key = KEY) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return app.request(`/webhooks/sendgrid/inbound?key=${key}`, { method: 'POST', body: form })
}

const replyTo = (message: { message_id_header: string }, headers: string[] = []) =>
  [`Message-ID: <${crypto.randomUUID()}@acme.test>`, `In-Reply-To: <${message.message_id_header}>`, ...headers].join(
    '\n',
  )

test('a human reply stops the sequence, once', async () => {
  const { message, person_id } = await sendOne()
  const fields = {
    from: `Ann <${message.to_address}>`,
    to: 'rita@yardflow.test',
    subject: 'Re: Meet',
    text: 'Tuesday is fine.\n\nOn Monday, Rita wrote:\n> Unsubscribe: https://…',
    headers: replyTo(message),
  }
  expect(await (await inbound(fields)).json()).toEqual({ outcome: 'recorded', class: 'human' })
  expect(await (await inbound(fields)).json()).toEqual({ outcome: 'repeated', class: 'human' })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ status: 'stopped', stop_reason: 'replied' })
  const [first, second] = await messagesOf(world, person_id)
  expect(first?.replied_at).not.toBeNull()
  expect(second).toMatchObject({ state: 'cancelled', reason: 'replied' })
  expect(world.sender.accepted.length).toBe(1)
})

test('an out-of-office pauses; "unsubscribe me" is honoured; an automatic answer changes nothing', async () => {
  const absent = await sendOne()
  const auto = ['Auto-Submitted: auto-replied']
  const base = { to: 'rita@yardflow.test', subject: 'x' }
  await inbound({
    ...base,
    from: absent.message.to_address ?? '',
    text: 'I am out of office until May.',
    headers: replyTo(absent.message, auto),
  })
  expect(await enrollmentOf(world, absent.person_id)).toMatchObject({ status: 'paused' })
  const ticket = await sendOne()
  await inbound({
    ...base,
    from: ticket.message.to_address ?? '',
    text: 'Your ticket is 4711.',
    headers: replyTo(ticket.message, auto),
  })
  expect(await enrollmentOf(world, ticket.person_id)).toMatchObject({ status: 'active' })
  const cross = await sendOne()
  await inbound({
    ...base,
    from: cross.message.to_address ?? '',
    text: 'Bitte aus dem Verteiler nehmen.',
    headers: replyTo(cross.message),
  })
  expect(await enrollmentOf(world, cross.person_id)).toMatchObject({ status: 'stopped', stop_reason: 'unsubscribed' })
})

test('a reply without headers is found by the reply address, then by the sender', async () => {
  const one = await sendOne()
  const [mail] = world.sender.accepted
  await inbound({ from: 'assistant@acme.test', to: mail?.reply_to ?? '', subject: 'Re', text: 'Call me', headers: '' })
  expect(await enrollmentOf(world, one.person_id)).toMatchObject({ stop_reason: 'replied' })
  const two = await sendOne()
  await inbound({
    from: two.message.to_address ?? '',
    to: 'rita@yardflow.test',
    subject: 'Hi',
    text: 'Call me',
    headers: '',
  })
  expect(await enrollmentOf(world, two.person_id)).toMatchObject({ stop_reason: 'replied' })
  const stranger = await inbound({
    from: 'who@else.test',
    to: 'rita@yardflow.test',
    subject: 'Hi',
    text: 'Buy',
    headers: '',
  })
  expect(await stranger.json()).toMatchObject({ outcome: 'unmatched' })
})

test('a raw mail is read too', async () => {
  const { message, person_id } = await sendOne()
  const raw = [
    `From: Ann <${message.to_address}>`,
    'To: rita@yardflow.test',
    'Subject: =?UTF-8?B?R3LDvMOfZQ==?=',
    replyTo(message),
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Passt, danke.',
  ].join('\r\n')
  expect(await (await inbound({ email: raw })).json()).toEqual({ outcome: 'recorded', class: 'human' })
  expect(await world.database.db.selectFrom('reply').select(['subject', 'person_id']).executeTakeFirst()).toEqual({
    subject: 'Grüße',
    person_id,
  })
})

test('inbound: a wrong key is refused, 10 MB are fine, 30 MB are too much', async () => {
  expect((await inbound({ from: 'a@b.test', text: '' }, 'wrong')).status).toBe(401)
  const big = (bytes: number) =>
    inbound({ from: 'a@b.test', to: 'x@y.test', subject: '', text: 'a'.repeat(bytes), headers: '' })
  expect((await big(10_000_000)).status).toBe(200)
  expect((await big(30_000_000)).status).toBe(413)
})

test('30 MB are refused from their announced length, before a byte of them is read; attachments of 10 MB are fine', async () => {
  const { message, person_id } = await sendOne()
  let read = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      read += 1
      controller.enqueue(new Uint8Array(65_536))
    },
  })
  const answer = await app.request(`/webhooks/sendgrid/inbound?key=${KEY}`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': '30000000' },
    duplex: 'half',
  } as RequestInit)
  expect(answer.status).toBe(413)
  expect(read).toBeLessThan(3)

  const form = new FormData()
  const fields = {
    from: message.to_address ?? '',
    to: 'rita@yardflow.test',
    subject: 'Re',
    text: 'See attached',
    headers: replyTo(message),
  }
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append(
    'attachment1',
    new File([new Uint8Array(10_000_000)], '../../etc/passwd', { type: 'application/x-msdownload' }),
  )
  const big = await app.request(`/webhooks/sendgrid/inbound?key=${KEY}`, { method: 'POST', body: form })
  expect(await big.json()).toEqual({ outcome: 'recorded', class: 'human' })
  expect(await enrollmentOf(world, person_id)).toMatchObject({ stop_reason: 'replied' })
})

test('half a character in one event does not cost the others', async () => {
  const { message } = await sendOne()
  const answer = await postEvents([
    eventOf(message, 'deferred', 1, { reason: `${'x'.repeat(999)}😀`, response: '\ud83d' }),
    eventOf(message, 'delivered', 5),
  ])
  expect(await answer.json()).toEqual({ recorded: 2, repeated: 0, bad: 0 })
})

test('"unsubscribe me" from an address we never wrote to is honoured', async () => {
  const mail = { from: 'Who@else.test', to: 'rita@yardflow.test', subject: 'x', text: 'Unsubscribe me', headers: '' }
  expect(await (await inbound(mail)).json()).toEqual({ outcome: 'unmatched', class: 'unsubscribe' })
  expect(await world.database.db.selectFrom('suppression').select('value').execute()).toEqual([
    { value: 'who@else.test' },
  ])
})

test.each([
  ['Status: 5.1.1', 1],
  ['Delayed. 451 4.4.1 connect to mx.acme.test[5.61.2.3]: timed out', 0],
])('a returned mail that says "%s" suppresses %i addresses', async (text, count) => {
  const { message } = await sendOne()
  await inbound({ from: 'mailer-daemon@mx.test', to: '', subject: 'x', text, headers: replyTo(message) })
  expect((await world.database.db.selectFrom('suppression').select('value').execute()).length).toBe(count)
})
