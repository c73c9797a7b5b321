import { Agent, createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type EmbeddedDatabase, openPglite } from '../../db/open-pglite.ts'
import { providerIsDown } from '../../functions/domain/sequences/send-all.ts'
import { type LocalSendGrid, startLocalSendGrid } from '../../functions/local/sendgrid/server.ts'
import { type OutgoingMail, openEmailSender, type SendOutcome } from '../../functions/ports/email.ts'

const SECRET_TEXT = 'the-text-nobody-may-log'
const mail: OutgoingMail = {
  message_id: '6d2c1c62-5d0e-4a59-a8ce-0c1f6f1b0a11',
  message_id_header: '6d2c1c62@mail.yardflow.test',
  from: { address: 'rep@yardflow.test', name: 'Rita Rep' },
  reply_to: 'replies@in.yardflow.test',
  to: { address: 'zoe@example.test', name: 'Zoe' },
  subject: 'Dock times',
  text: SECRET_TEXT,
  html: `<p>${SECRET_TEXT}</p>`,
  list_unsubscribe_url: 'https://app.test/unsubscribe/tok',
  track_opens: true,
  track_clicks: false,
}

describe('against the local SendGrid', () => {
  let embedded: EmbeddedDatabase
  let sendgrid: LocalSendGrid

  beforeAll(async () => {
    embedded = await openPglite()
  })
  afterAll(() => embedded.close())
  beforeEach(async () => {
    sendgrid = await startLocalSendGrid({
      db: embedded.db,
      clock: { now: () => new Date('2026-03-02T09:00:00Z') },
      appUrl: 'http://127.0.0.1:9',
      environment: 'test',
      autoDeliver: false,
    })
    await embedded.pglite.exec('truncate local.sendgrid_mail, local.sendgrid_happening')
  })
  afterEach(() => sendgrid.close())

  const open = (timeoutMs = 10_000) =>
    openEmailSender({ mode: 'local', apiKey: sendgrid.apiKey, baseUrl: sendgrid.url, timeoutMs })
  const acceptedCount = async () => (await sendgrid.accepted()).length

  test('202 is accepted, with the X-Message-Id', async () => {
    const outcome = await open().send(mail)
    const [accepted] = await sendgrid.accepted()
    expect(outcome).toEqual({ outcome: 'accepted', provider_message_id: accepted?.provider_message_id })
    expect(accepted).toMatchObject({ track_opens: true, track_clicks: false, html: mail.html, text: mail.text })
  })

  test('a mail SendGrid refuses is refused, in its words', async () => {
    const outcome = await open().send({ ...mail, to: { address: 'nonsense', name: '' } })
    expect(outcome).toEqual({ outcome: 'refused', reason: 'SendGrid answered 400: Does not contain a valid address.' })
  })

  test.each([
    [{ kind: 'accept_then_silence' }, 1],
    [{ kind: 'accept_then_reset' }, 1],
    [{ kind: 'accept_then_status', status: 500 }, 1],
    [{ kind: 'accept_then_status', status: 502 }, 1],
    [{ kind: 'accept_then_status', status: 504 }, 1],
    // From here the two cases look the same although nothing was taken: still nobody may send again unasked.
    [{ kind: 'silence' }, 0],
    [{ kind: 'reset' }, 0],
    [{ kind: 'reject', status: 500 }, 0],
  ] as const)('%j is unconfirmed', async (fault, taken) => {
    sendgrid.injectFault(fault)
    expect((await open(300).send(mail)).outcome).toBe('unconfirmed')
    expect(await acceptedCount()).toBe(taken)
  })

  test.each([
    [{ kind: 'reject', status: 429, retry_after_seconds: 7 }, 7],
    [{ kind: 'reject', status: 429 }, 60],
    [{ kind: 'reject', status: 503, retry_after_seconds: 9 }, 9],
    [{ kind: 'reject', status: 401 }, 900],
    [{ kind: 'reject', status: 403 }, 900],
  ] as const)('%j may be sent again later', async (fault, seconds) => {
    sendgrid.injectFault(fault)
    expect(await open().send(mail)).toMatchObject({ outcome: 'retry_later', retry_after_seconds: seconds })
    expect(await acceptedCount()).toBe(0)
    expect((await open().send(mail)).outcome).toBe('accepted')
  })

  test('a slow answer within the limit is accepted', async () => {
    sendgrid.injectFault({ kind: 'accept_slowly', delay_ms: 50 })
    expect((await open().send(mail)).outcome).toBe('accepted')
  })

  test('check tells a good key from a bad one, and never the key', async () => {
    expect(await open().check()).toEqual({ ok: true })
    const bad = openEmailSender({ mode: 'local', apiKey: 'SG.not-the-key', baseUrl: sendgrid.url })
    const verdict = await bad.check()
    expect(verdict).toEqual({
      ok: false,
      error: 'SendGrid answered 401: The provided authorization grant is invalid, expired, or revoked',
    })
  })

  test('keeps one connection through a burst when handed an agent', async () => {
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 })
    const createConnection = vi.spyOn(httpAgent, 'createConnection' as never)
    const sender = openEmailSender({ mode: 'local', apiKey: sendgrid.apiKey, baseUrl: sendgrid.url }, { httpAgent })
    const burst = () => Promise.all([sender.send(mail), sender.send(mail), sender.send(mail)])
    expect((await burst()).map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted'])
    await burst()
    expect(createConnection).toHaveBeenCalledTimes(1)
    await lieIdle()
    await burst()
    expect(createConnection).toHaveBeenCalledTimes(2)
  })
})

/** Longer than a connection is kept after the last mail of a burst. */
const lieIdle = () => new Promise((resolve) => setTimeout(resolve, 400))

describe('against a connection that breaks', () => {
  const servers: Server[] = []
  afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)))))

  async function listen(onConnection: (socket: Socket) => void): Promise<string> {
    const server = createServer(onConnection)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const sendTo = async (onConnection: (socket: Socket) => void) => open(await listen(onConnection)).send(mail)
  const open = (baseUrl: string) => openEmailSender({ mode: 'local', apiKey: 'SG.secret-key', baseUrl, timeoutMs: 300 })

  const answer = (head: string) => (socket: Socket) =>
    socket.once('data', () => socket.end(`HTTP/1.1 ${head}\r\nConnection: close\r\n\r\n`))

  test('a connection that lay idle is not used again: the other side may be closing it', async () => {
    const baseUrl = await listen((socket) => {
      // The first request of a connection is answered, the next one finds it dead.
      socket.once('data', () => {
        socket.write('HTTP/1.1 202 Accepted\r\nX-Message-Id: a\r\nContent-Length: 0\r\n\r\n')
        socket.on('data', () => socket.resetAndDestroy())
      })
    })
    const options = { httpAgent: new Agent({ keepAlive: true }) }
    const sender = openEmailSender({ mode: 'local', apiKey: 'SG.secret-key', baseUrl, timeoutMs: 2_000 }, options)
    for (let sent = 0; sent < 3; sent++) {
      expect((await sender.send(mail)).outcome).toBe('accepted')
      await lieIdle()
    }
  })

  test.each([
    [
      'reset after the first bytes of the request',
      (socket: Socket) => socket.once('data', () => socket.resetAndDestroy()),
    ],
    ['closed without an answer', (socket: Socket) => socket.once('data', () => socket.end())],
    [
      'reset in the middle of the answer',
      (socket: Socket) => socket.once('data', () => socket.write('HTTP/1.1 202 Acc', () => socket.resetAndDestroy())),
    ],
    [
      'answered with something that is not HTTP',
      (socket: Socket) => socket.once('data', () => socket.end('hello\r\n\r\n')),
    ],
    ['200 instead of 202', answer('200 OK\r\nContent-Length: 0')],
    ['503 from something in between', answer('503 Service Unavailable\r\nContent-Length: 0')],
    ['408', answer('408 Request Timeout\r\nContent-Length: 0')],
  ])('%s: unconfirmed', async (_what, onConnection) => {
    const outcome = await sendTo(onConnection as (socket: Socket) => void)
    expect(outcome.outcome).toBe('unconfirmed')
    expect(JSON.stringify(outcome)).not.toMatch(/secret-key|nobody-may-log/)
  })

  test('a redirect is not followed: nothing was taken, and the key stays here', async () => {
    const outcome = await sendTo(answer('307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0'))
    expect(outcome).toEqual({ outcome: 'retry_later', reason: 'SendGrid answered 307.', retry_after_seconds: 300 })
  })

  test('a refused connection may be tried again', async () => {
    const outcome = await open('http://127.0.0.1:9').send(mail)
    expect(outcome).toMatchObject({ outcome: 'retry_later', reason: 'SendGrid could not be reached (ECONNREFUSED).' })
    expect(await open('http://localhost:9').send(mail)).toMatchObject({ outcome: 'retry_later' })
  })

  test('a name that does not resolve may be tried again', async () => {
    expect((await open('http://nowhere.invalid').send(mail)).outcome).toBe('retry_later')
  })

  test('a mail that is too large is refused', async () => {
    expect((await sendTo(answer('413 Payload Too Large\r\nContent-Length: 0'))).outcome).toBe('refused')
  })

  test.each([
    '400 Bad Request',
    '402 Payment Required',
    '404 Not Found',
    '405 No',
    '407 Proxy',
    '421 No',
    '451 Blocked',
  ])('%s without a word of SendGrid’s is nobody’s refusal: it may be the answer to every mail', async (head) => {
    expect(await sendTo(answer(`${head}\r\nContent-Type: text/html\r\nContent-Length: 0`))).toMatchObject({
      outcome: 'retry_later',
      retry_after_seconds: 900,
    })
  })

  test('403 for the address it comes from holds up this sender only', async () => {
    const messages = ['The from address does not match a verified Sender Identity.', 'access forbidden']
    const outcomes: SendOutcome[] = []
    for (const message of messages) {
      const refusing = createHttpServer((_request, response) => {
        response.writeHead(403, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ errors: [{ message }] }))
      })
      await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
      outcomes.push(await open(`http://127.0.0.1:${(refusing.address() as AddressInfo).port}`).send(mail))
      await new Promise((resolve) => refusing.close(resolve))
    }
    expect(outcomes.map((one) => one.outcome)).toEqual(['retry_later', 'retry_later'])
    expect(outcomes.map((one) => 'only_sender' in one)).toEqual([true, false])
    const results = outcomes.map((outcome) => ({ message_id: 'a', outcome }))
    expect(providerIsDown(results)).toBeUndefined()
    expect(providerIsDown(results.slice(1))).toMatchObject({ seconds: 900 })
  })

  test('reads Retry-After as a date, and X-RateLimit-Reset, against the answer’s own Date', async () => {
    const date = 'Date: Mon, 02 Mar 2026 09:00:00 GMT\r\nContent-Length: 0'
    const later = await sendTo(answer(`429 Too Many\r\n${date}\r\nRetry-After: Mon, 02 Mar 2026 09:00:42 GMT`))
    expect(later).toMatchObject({ outcome: 'retry_later', retry_after_seconds: 42 })
    const reset = Date.parse('2026-03-02T09:00:13Z') / 1000
    const limited = await sendTo(answer(`429 Too Many\r\n${date}\r\nX-RateLimit-Reset: ${reset}`))
    expect(limited).toMatchObject({ outcome: 'retry_later', retry_after_seconds: 13 })
  })

  test('a key echoed by the other side is cut out of the reason', async () => {
    const echo = createHttpServer((request, response) => {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ errors: [{ message: `bad ${request.headers.authorization}` }] }))
    })
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
    const outcome = await open(`http://127.0.0.1:${(echo.address() as AddressInfo).port}`).send(mail)
    expect(outcome).toEqual({ outcome: 'refused', reason: 'SendGrid answered 400: bad Bearer [key]' })
    await new Promise((resolve) => echo.close(resolve))
  })

  test.each([
    { subject: 'Hi\r\nBcc: everyone@example.test' },
    { to: { address: 'zoe@example.test', name: 'Zoe\nX: y' } },
    { in_reply_to: 'a@b>\r\nX: y' },
  ])('%j never leaves', async (part) => {
    let connections = 0
    const outcome = await open(await listen(() => connections++)).send({ ...mail, ...part })
    expect(outcome).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('line break') })
    expect(connections).toBe(0)
  })
})

test('the mail’s headers travel in the body only', async () => {
  let headers: object = {}
  const server = createHttpServer((request, response) => {
    headers = request.headers
    response.writeHead(202, { 'x-message-id': 'abc' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const outcome = await openEmailSender({ mode: 'sendgrid', apiKey: 'SG.k', baseUrl }).send(mail)
  expect(outcome).toEqual({ outcome: 'accepted', provider_message_id: 'abc' })
  expect(headers).toMatchObject({ authorization: 'Bearer SG.k', 'content-type': 'application/json' })
  expect(Object.keys(headers).filter((name) => name.startsWith('list-') || name === 'message-id')).toEqual([])
  await new Promise((resolve) => server.close(resolve))
})

test('without configuration mail waits, and says which variable is missing', async () => {
  const sender = openEmailSender({ mode: 'off', missing: ['SENDGRID_API_KEY'] })
  expect(await sender.send(mail)).toEqual({
    outcome: 'retry_later',
    reason: 'Email is not configured: SENDGRID_API_KEY',
    retry_after_seconds: 3600,
  })
  expect(await sender.check()).toEqual({ ok: false, error: 'Email is not configured: SENDGRID_API_KEY' })
})
