import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type EmbeddedDatabase, openPglite } from '../../db/open-pglite.ts'
import { type LocalSendGrid, startLocalSendGrid } from '../../functions/local/sendgrid/server.ts'
import { startFakeApp } from './fake-app.ts'

let embedded: EmbeddedDatabase
let app: Awaited<ReturnType<typeof startFakeApp>>
let sendgrid: LocalSendGrid

beforeAll(async () => {
  embedded = await openPglite()
})
afterAll(() => embedded.close())
beforeEach(async () => {
  app = await startFakeApp()
  sendgrid = await startLocalSendGrid({
    db: embedded.db,
    clock: { now: () => new Date('2026-03-02T09:00:00Z') },
    appUrl: app.url,
    environment: 'test',
    retryDelaysMs: [],
  })
  await embedded.pglite.exec('truncate local.sendgrid_mail, local.sendgrid_happening restart identity')
})
afterEach(async () => {
  await sendgrid.close()
  await app.close()
})

interface Draft {
  to?: string
  subject?: string
  html?: string
  tracked?: boolean
}

/** Sends one mail; the first of a test is at /mails/1. */
async function send({
  to = 'zoe@example.test',
  subject = 'Dock times',
  html = '<p>Hi</p>',
  tracked = true,
}: Draft = {}) {
  const response = await fetch(`${sendgrid.url}/v3/mail/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sendgrid.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      personalizations: [{ to: [{ email: to, name: 'Zoe' }] }],
      from: { email: 'rep@yardflow.test', name: 'Rita Rep' },
      subject,
      content: [
        { type: 'text/plain', value: 'Plain words' },
        { type: 'text/html', value: html },
      ],
      headers: {
        'List-Unsubscribe': '<https://app.test/unsubscribe/t>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      tracking_settings: { click_tracking: { enable: tracked }, open_tracking: { enable: tracked } },
    }),
  })
  expect(response.status).toBe(202)
  await sendgrid.idle()
}

const get = async (path: string) => {
  const response = await fetch(sendgrid.outboxUrl + path, { redirect: 'manual' })
  return { response, html: await response.text() }
}

const press = (fields: Record<string, string>, headers: Record<string, string> = { origin: sendgrid.outboxUrl }) =>
  fetch(`${sendgrid.outboxUrl}/mails/1/actions`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })

test('an empty outbox says what will appear', async () => {
  expect((await get('/')).html).toContain('No mail yet.')
})

test('lists mails newest first, page by page, and searches', async () => {
  for (let n = 1; n <= 27; n++) await send({ subject: `Mail ${String(n).padStart(2, '0')}`, to: `p${n}@example.test` })
  const first = await get('/')
  const subjects = (html: string) => [...html.matchAll(/>(Mail \d\d)</g)].map((match) => match[1])
  expect(subjects(first.html)).toHaveLength(25)
  expect(subjects(first.html)[0]).toBe('Mail 27')
  const older = /href="([^"]+)">Older/.exec(first.html)?.[1] ?? ''
  expect(subjects((await get(older)).html)).toEqual(['Mail 02', 'Mail 01'])
  expect(subjects((await get('/?q=P13@example')).html)).toEqual(['Mail 13'])
  expect((await get('/?q=%25')).html).toContain('No mail matches “%”.')
})

test('shows a mail as text that came from strangers: escaped here, sandboxed there', async () => {
  await send({ subject: '<script>alert(1)</script>', html: '<p>Hi</p><script>alert(2)</script>' })
  const page = await get('/mails/1')
  expect(page.html).not.toContain('<script')
  expect(page.html).toContain('Plain words')
  expect(page.html).toMatch(/<iframe[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/)
  expect(page.response.headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'")
  const body = await get('/mails/1/body')
  expect(body.html).toContain('<p>Hi</p>')
  expect(body.response.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups .*default-src 'none'/)
})

test('links are rewritten only when clicks are tracked, and a click is told before it leads on', async () => {
  const html =
    '<a href="https://example.test/?a=1&amp;b=2">One</a> <a class="x" href=\'https://example.test/two\'>Two</a>'
  await send({ html })
  await send({ html, tracked: false })
  expect((await get('/mails/2/body')).html).toContain(html)
  const body = (await get('/mails/1/body')).html
  expect(body).toContain('href="/mails/1/links/0"')
  expect(body).toContain("href='/mails/1/links/1'")
  app.forget()
  const { response } = await get('/mails/1/links/0')
  expect(response.headers.get('location')).toBe('https://example.test/?a=1&b=2')
  expect(app.events()).toMatchObject([[{ event: 'click', url: 'https://example.test/?a=1&b=2' }]])
  expect((await get('/mails/1/links/2')).response.status).toBe(404)
})

test.each([
  ['open', 'Opened'],
  ['machine_open', 'Opened by a machine'],
  ['bounce', 'Bounced'],
  ['soft_bounce', 'Soft bounce'],
  ['spam', 'Marked as spam'],
  ['out_of_office', 'Out of office'],
  ['unsubscribe_one_click', 'Unsubscribed in one click'],
])('the button %s acts and shows what the app answered', async (kind, label) => {
  await send()
  const answered = await press({ kind })
  expect(answered.status).toBe(303)
  const { html } = await get('/mails/1')
  expect(html).toContain(`<strong>${label}</strong> <span class="good">the app answered 200</span>`)
})

test('an answer that is no success is shown as one', async () => {
  await send()
  app.answerNext(401)
  await press({ kind: 'bounce' })
  expect((await get('/mails/1')).html).toContain(
    '<strong>Bounced</strong> <span class="bad">the app answered 401</span>',
  )
})

test('the reply box sends what was typed', async () => {
  await send()
  await press({ kind: 'reply', text: 'Call me on Tuesday' })
  expect(app.requests.at(-1)?.url).toMatch(/^\/webhooks\/sendgrid\/inbound\?key=/)
  expect(app.requests.at(-1)?.body.toString()).toContain('Call me on Tuesday')
})

test('another site’s form, an empty reply, an unknown action and an unknown mail do nothing', async () => {
  await send()
  app.forget()
  expect((await press({ kind: 'spam' }, { origin: 'https://evil.test' })).status).toBe(403)
  expect((await press({ kind: 'reply', text: '  ' })).status).toBe(422)
  expect((await press({ kind: 'explode' })).status).toBe(422)
  expect((await get('/mails/99')).response.status).toBe(404)
  expect((await get('/mails/99999999999999')).response.status).toBe(404)
  expect(app.requests).toEqual([])
})

test('a name that somebody else points at this machine is refused', async () => {
  await send()
  const status = await new Promise((resolve) => {
    const { port } = new URL(sendgrid.outboxUrl)
    request({ host: '127.0.0.1', port, path: '/mails/1', headers: { host: `evil.test:${port}` } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).end()
  })
  expect(status).toBe(421)
})
