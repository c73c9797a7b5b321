import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EmbeddedDatabase, openPglite } from '../../db/open-pglite.ts'
import type { Database } from '../../db/schema.ts'
import {
  type LocalSendGrid,
  type LocalSendGridOptions,
  startLocalSendGrid,
} from '../../functions/local/sendgrid/server.ts'
import { type OutgoingMail, openEmailSender } from '../../functions/ports/email.ts'
import { verifySendGridSignature } from '../../functions/webhooks/verify-sendgrid.ts'
import { startFakeApp } from './fake-app.ts'

const NOW = new Date('2026-03-02T09:00:00Z')
const clock = { now: () => NOW }

let embedded: EmbeddedDatabase
let app: Awaited<ReturnType<typeof startFakeApp>>
let sendgrid: LocalSendGrid

const start = (more: Partial<LocalSendGridOptions<Database>> = {}) =>
  startLocalSendGrid({ db: embedded.db, clock, appUrl: app.url, environment: 'test', retryDelaysMs: [1, 1], ...more })

beforeAll(async () => {
  embedded = await openPglite()
})
afterAll(() => embedded.close())
beforeEach(async () => {
  app = await startFakeApp()
  sendgrid = await start()
  await embedded.pglite.exec('truncate local.sendgrid_mail, local.sendgrid_happening')
})
afterEach(async () => {
  await sendgrid.close()
  await app.close()
})

const mailTo = (address: string, more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  message_id: `row-${address}`,
  message_id_header: `row-${address.replace('@', '.')}@mail.yardflow.test`,
  from: { address: 'rep@yardflow.test', name: 'Rita Rep' },
  reply_to: 'replies@in.yardflow.test',
  to: { address, name: 'Zoë Müller' },
  subject: 'Dock times at Acme',
  text: 'Hello Zoë,\nshort question.',
  html: '<p>Hello Zoë</p><a href="https://example.test/a?b=1&amp;c=2">More</a> <a href="https://app.test/unsubscribe/tok">Stop</a>',
  list_unsubscribe_url: 'https://app.test/unsubscribe/tok',
  track_opens: true,
  track_clicks: true,
  ...more,
})

async function send(mail: OutgoingMail): Promise<string> {
  const sender = openEmailSender({ mode: 'local', apiKey: sendgrid.apiKey, baseUrl: sendgrid.url })
  const outcome = await sender.send(mail)
  if (outcome.outcome !== 'accepted') throw new Error(JSON.stringify(outcome))
  await sendgrid.idle()
  return outcome.provider_message_id
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${sendgrid.url}/v3/mail/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sendgrid.apiKey}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const VALID = {
  personalizations: [{ to: [{ email: 'a@example.test' }] }],
  from: { email: 'rep@yardflow.test' },
  subject: 'S',
  content: [{ type: 'text/plain', value: 'T' }],
}

describe('POST /v3/mail/send', () => {
  test('keeps what the real client sends', async () => {
    const id = await send(mailTo('zoe@example.test', { in_reply_to: 'first@x', references: ['first@x', 'second@x'] }))
    const [mail] = await sendgrid.accepted()
    expect(mail).toMatchObject({
      provider_message_id: id,
      accepted_at: NOW,
      from: { address: 'rep@yardflow.test', name: 'Rita Rep' },
      to: { address: 'zoe@example.test', name: 'Zoë Müller' },
      reply_to: 'replies@in.yardflow.test',
      text: 'Hello Zoë,\nshort question.',
      custom_args: { message_id: 'row-zoe@example.test' },
      headers: {
        'Message-ID': '<row-zoe.example.test@mail.yardflow.test>',
        'List-Unsubscribe': '<https://app.test/unsubscribe/tok>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'In-Reply-To': '<first@x>',
        References: '<first@x> <second@x>',
      },
    })
    expect(mail?.sg_message_id.startsWith(`${id}.`)).toBe(true)
  })

  test.each([
    ['a missing from', { ...VALID, from: undefined }, 'from'],
    ['a bad sender', { ...VALID, from: { email: 'nobody' } }, 'from.email'],
    ['no subject', { ...VALID, subject: '' }, 'subject'],
    ['no content', { ...VALID, content: [] }, 'content'],
    ['empty content', { ...VALID, content: [{ type: 'text/plain', value: '' }] }, 'content.0.value'],
    ['no personalizations', { ...VALID, personalizations: [] }, 'personalizations'],
    ['no recipient', { ...VALID, personalizations: [{ to: [] }] }, 'personalizations.0.to'],
    ['a bad address', { ...VALID, personalizations: [{ to: [{ email: 'a b@c' }] }] }, 'personalizations.0.to.0.email'],
    [
      'an address twice',
      { ...VALID, personalizations: [{ to: [{ email: 'a@b.test' }], cc: [{ email: 'A@b.test' }] }] },
      'personalizations.0.cc',
    ],
    [
      'more than 1,000 recipients',
      { ...VALID, personalizations: [{ to: Array.from({ length: 1001 }, (_, n) => ({ email: `a${n}@b.test` })) }] },
      'personalizations',
    ],
    ['a reserved header', { ...VALID, headers: { 'Reply-To': 'x@y.test' } }, 'headers.Reply-To'],
    ['a header with a line break', { ...VALID, headers: { 'X-A': 'a\r\nBcc: b' } }, 'headers.X-A'],
    ['custom_args over 10 kB', { ...VALID, custom_args: { a: 'x'.repeat(10_001) } }, 'custom_args'],
    ['custom_args that are no strings', { ...VALID, custom_args: { a: 1 } }, 'custom_args'],
    ['send_at beyond 72 hours', { ...VALID, send_at: NOW.getTime() / 1000 + 73 * 3600 }, 'send_at'],
    [
      'text after html',
      {
        ...VALID,
        content: [
          { type: 'text/html', value: 'h' },
          { type: 'text/plain', value: 't' },
        ],
      },
      'content',
    ],
    ['an unknown property', { ...VALID, customArgs: {} }, null],
  ])('refuses %s with 400', async (_what, body, field) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    const { errors } = (await response.json()) as { errors: { message: string; field: string | null }[] }
    expect(errors.map((error) => error.field)).toEqual([field])
    expect(await sendgrid.accepted()).toEqual([])
  })

  test('answers 401 without the key, 400 to broken JSON, 413 to a giant, 415 to a form', async () => {
    expect((await post(VALID, { authorization: 'Bearer SG.wrong' })).status).toBe(401)
    expect((await post('{')).status).toBe(400)
    expect((await post('x'.repeat(30 * 1024 * 1024 + 1))).status).toBe(413)
    expect((await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415)
    expect(await sendgrid.accepted()).toEqual([])
  })

  test('makes one mail for each recipient, under one X-Message-Id', async () => {
    const to = [{ email: 'a@example.test' }, { email: 'b@example.test' }]
    const response = await post({ ...VALID, personalizations: to.map((entry) => ({ to: [entry] })) })
    expect(response.status).toBe(202)
    const mails = await sendgrid.accepted()
    expect(mails.map((mail) => mail.to.address)).toEqual(['a@example.test', 'b@example.test'])
    expect(new Set(mails.map((mail) => mail.provider_message_id))).toEqual(
      new Set([response.headers.get('x-message-id')]),
    )
    expect(new Set(mails.map((mail) => mail.sg_message_id)).size).toBe(2)
  })

  test('refuses production', async () => {
    await expect(start({ environment: 'production' })).rejects.toThrow('refuses to run in production')
  })
})

describe('events', () => {
  test('processed and delivered come by themselves, signed, with custom_args at the top level', async () => {
    const id = await send(mailTo('zoe@example.test'))
    const [request] = app.requests
    expect(app.events()[0]).toMatchObject([
      { event: 'processed', message_id: 'row-zoe@example.test', timestamp: NOW.getTime() / 1000 },
      { event: 'delivered', email: 'zoe@example.test', response: '250 2.0.0 OK' },
    ])
    const [processed] = app.events()[0] ?? []
    expect(String(processed?.sg_message_id).split('.')[0]).toBe(id)
    expect(processed?.['smtp-id']).toBe('<row-zoe.example.test@mail.yardflow.test>')
    const delivery = {
      rawBody: request?.body ?? Buffer.alloc(0),
      signature: request?.headers['x-twilio-email-event-webhook-signature'] as string,
      timestamp: request?.headers['x-twilio-email-event-webhook-timestamp'] as string,
    }
    const options = { publicKey: sendgrid.webhookPublicKey, wallNow: new Date() }
    expect(verifySendGridSignature(delivery, options)).toEqual({ ok: true })
  })

  test.each([
    ['open', { event: 'open', sg_machine_open: false }],
    ['machine_open', { event: 'open', sg_machine_open: true }],
    ['click', { event: 'click', url: 'https://example.test/a?b=1&c=2' }],
    ['bounce', { event: 'bounce', type: 'bounce', status: '5.1.1' }],
    ['soft_bounce', { event: 'bounce', type: 'blocked' }],
    ['spam', { event: 'spamreport' }],
    ['defer', { event: 'deferred' }],
  ] as const)('%s', async (kind, expected) => {
    await send(mailTo('zoe@example.test'))
    app.forget()
    expect(await sendgrid.act('row-zoe@example.test', { kind })).toEqual([200])
    expect(app.events()).toMatchObject([[{ ...expected, message_id: 'row-zoe@example.test' }]])
  })

  test('nobody hears of opens and clicks when tracking is off', async () => {
    await send(mailTo('zoe@example.test', { track_opens: false, track_clicks: false }))
    app.forget()
    for (const kind of ['open', 'machine_open', 'click'] as const)
      expect(await sendgrid.act('row-zoe@example.test', { kind })).toEqual([])
    expect(app.requests).toEqual([])
  })

  test('a failed post is repeated with a new signature and the same events', async () => {
    app.answerNext(500, 401)
    await send(mailTo('zoe@example.test'))
    const posts = app.events()
    expect(posts).toHaveLength(3)
    expect(posts[2]).toEqual(posts[0])
  })

  test('what the app never took comes after a restart, by the same keys', async () => {
    app.answerNext(500, 500, 500)
    await send(mailTo('zoe@example.test'))
    const before = { key: sendgrid.apiKey, events: app.events()[0] }
    await sendgrid.close()
    app.forget()
    sendgrid = await start()
    await sendgrid.idle()
    expect(app.events()).toEqual([before.events])
    expect(sendgrid.apiKey).toBe(before.key)
  })

  test('without autoDeliver they wait: for the word, or for the next start', async () => {
    await sendgrid.close()
    sendgrid = await start({ autoDeliver: false })
    await send(mailTo('one@example.test'))
    await send(mailTo('two@example.test'))
    expect(app.requests).toEqual([])
    expect(await sendgrid.act('row-one@example.test', { kind: 'deliver' })).toEqual([200])
    await sendgrid.deliverWaiting()
    await sendgrid.deliverWaiting()
    const told = app.events().map((events) => events.map(({ event, email }) => `${event} ${email}`))
    expect(told).toEqual([
      ['processed one@example.test', 'delivered one@example.test'],
      ['processed two@example.test', 'delivered two@example.test'],
    ])
    await send(mailTo('three@example.test'))
    await sendgrid.close()
    app.forget()
    sendgrid = await start()
    await sendgrid.idle()
    expect(app.events()).toMatchObject([[{ event: 'processed', email: 'three@example.test' }, { event: 'delivered' }]])
  })

  test('mail to an address that bounced is dropped', async () => {
    await send(mailTo('gone@example.test'))
    await sendgrid.act('row-gone@example.test', { kind: 'bounce' })
    app.forget()
    await send(mailTo('gone@example.test', { message_id: 'second' }))
    expect(app.events()).toMatchObject([[{ event: 'dropped', reason: 'Bounced Address', message_id: 'second' }]])
  })

  test('posts any events under its own signature', async () => {
    expect(await sendgrid.postEvents([{ event: 'open', message_id: 'nobody' }, 'nonsense'])).toEqual([200])
    expect(app.events()).toEqual([[{ event: 'open', message_id: 'nobody' }, 'nonsense']])
  })

  test('repeats, with the same or new event ids', async () => {
    await send(mailTo('zoe@example.test'))
    const [first] = app.events()
    expect(await sendgrid.repeatEvents('row-zoe@example.test', 2)).toEqual([200, 200])
    await sendgrid.repeatEvents('row-zoe@example.test', 1, { newEventIds: true })
    const [, second, third, fourth] = app.events()
    expect(second).toEqual(first)
    expect(third).toEqual(first)
    expect(fourth?.map((event) => ({ ...event, sg_event_id: 0 }))).toEqual(
      first?.map((event) => ({ ...event, sg_event_id: 0 })),
    )
    expect(fourth?.[0]?.sg_event_id).not.toBe(first?.[0]?.sg_event_id)
  })
})

describe('replies and unsubscribes', () => {
  const readForm = async () => {
    const request = app.requests.at(-1)
    const headers = { 'content-type': request?.headers['content-type'] ?? '' }
    return new Response(new Uint8Array(request?.body ?? []), { headers }).formData()
  }

  test('a reply arrives as Inbound Parse posts it', async () => {
    await send(mailTo('zoe@example.test'))
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'reply', text: 'Tuesday is fine. Grüße' })).toEqual([200])
    expect(app.requests.at(-1)?.url).toBe(`/webhooks/sendgrid/inbound?key=${sendgrid.inboundKey}`)
    const form = await readForm()
    expect(form.get('from')).toBe('"Zoë Müller" <zoe@example.test>')
    expect(form.get('to')).toBe('replies@in.yardflow.test')
    expect(form.get('subject')).toBe('Re: Dock times at Acme')
    expect(String(form.get('text')).replaceAll('\r\n', '\n')).toMatch(
      /^Tuesday is fine\. Grüße\n\nOn .* wrote:\n> Hello Zoë,\n> short question\.\n$/,
    )
    expect(form.get('attachments')).toBe('0')
    expect(form.get('SPF')).toBe('pass')
    expect(JSON.parse(String(form.get('envelope')))).toEqual({
      to: ['replies@in.yardflow.test'],
      from: 'zoe@example.test',
    })
    const headers = String(form.get('headers'))
    expect(headers).toContain('In-Reply-To: <row-zoe.example.test@mail.yardflow.test>')
    expect(headers).toContain('References: <row-zoe.example.test@mail.yardflow.test>')
    expect(headers).not.toContain('Auto-Submitted')
  })

  test('an out-of-office notice says that it is automatic', async () => {
    await send(mailTo('zoe@example.test'))
    await sendgrid.act('row-zoe@example.test', { kind: 'out_of_office' })
    const form = await readForm()
    expect(form.get('subject')).toBe('Automatic reply: Dock times at Acme')
    expect(String(form.get('headers'))).toContain('Auto-Submitted: auto-replied')
  })

  test('repeats a 5xx and gives a 4xx up', async () => {
    await send(mailTo('zoe@example.test'))
    app.answerNext(503, 500)
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'reply', text: 'Hi' })).toEqual([503, 500, 200])
    app.answerNext(401)
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'reply', text: 'Hi' })).toEqual([401])
  })

  test('one-click posts the agreed body to the address in the header', async () => {
    await send(mailTo('zoe@example.test'))
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'unsubscribe_one_click' })).toEqual([200])
    expect(app.requests.at(-1)).toMatchObject({ method: 'POST', url: '/unsubscribe/tok' })
    expect(app.requests.at(-1)?.headers.cookie).toBeUndefined()
    expect(app.requests.at(-1)?.body.toString()).toBe('List-Unsubscribe=One-Click')
  })

  test('by link: opens the page and sends its form', async () => {
    await send(mailTo('zoe@example.test'))
    app.forget()
    app.showPage('<form method="post" action="/unsubscribe/tok"><input type="hidden" name="sure" value="yes"></form>')
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'unsubscribe_link' })).toEqual([200, 200])
    expect(app.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /unsubscribe/tok',
      'POST /unsubscribe/tok',
    ])
    expect(app.requests[1]?.body.toString()).toBe('sure=yes')
  })

  test('a link scanner follows every link by GET and posts nothing', async () => {
    await send(mailTo('zoe@example.test'))
    app.forget()
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'scan' })).toEqual([200, 200])
    expect(app.events()).toMatchObject([
      [
        { event: 'click', url: 'https://example.test/a?b=1&c=2' },
        { event: 'click', url: 'https://app.test/unsubscribe/tok' },
      ],
    ])
    expect(app.requests.at(-1)).toMatchObject({ method: 'GET', url: '/unsubscribe/tok' })
  })

  test('an app that is away gives 0', async () => {
    await send(mailTo('zoe@example.test'))
    await app.close()
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'open' })).toEqual([0, 0, 0])
    expect(await sendgrid.act('row-zoe@example.test', { kind: 'reply', text: 'Hi' })).toEqual([0, 0, 0])
    app = await startFakeApp()
  })
})
