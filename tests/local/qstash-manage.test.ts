import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { openRig, type Rig, refusal } from './qstash-rig.ts'

let database: TestDatabase
let rig: Rig

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  rig = await openRig(database.db)
})
afterEach(() => rig.close())

const raw = (path: string, init: RequestInit = {}) =>
  fetch(`${rig.qstash.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${rig.qstash.token}`, ...init.headers },
  })

describe('messages', () => {
  test('get shows what was published, until it is delivered', async () => {
    const { url } = rig.destination
    const createdAt = rig.clock.now().getTime()
    const { messageId } = await rig.client.publishJSON({
      url: `${url}/m`,
      body: { a: 1 },
      delay: 60,
      retries: 2,
      retryDelay: '1000',
      label: ['one', 'two'],
      callback: `${url}/cb`,
      failureCallback: `${url}/fcb`,
      flowControl: { key: 'flow', rate: 3, parallelism: 2, period: '1m' },
      headers: { 'X-Own': 'own' },
    })
    expect(await rig.client.messages.get(messageId)).toMatchObject({
      messageId,
      url: `${url}/m`,
      method: 'POST',
      header: { 'Content-Type': ['application/json'], 'X-Own': ['own'] },
      body: '{"a":1}',
      maxRetries: 2,
      retryDelayExpression: '1000',
      createdAt,
      notBefore: createdAt + 60_000,
      callback: `${url}/cb`,
      failureCallback: `${url}/fcb`,
      flowControlKey: 'flow',
      rate: 3,
      parallelism: 2,
      period: 60,
      label: 'one',
      labels: ['one', 'two'],
      callerIp: '127.0.0.1',
    })
    await rig.pass(60)
    expect(await refusal(() => rig.client.messages.get(messageId))).toMatchObject({ status: 404 })
  })

  test('bytes that are no text are shown as base64, and redacted fields as hashes', async () => {
    const url = `${rig.destination.url}/m`
    const bytes = await rig.client.publish({ url, body: new Blob([new Uint8Array([255, 0])]), delay: 60 })
    const secret = await rig.client.publish({
      url,
      body: 'secret',
      delay: 60,
      headers: { 'X-Key': 'k', 'X-Open': 'o' },
      redact: { body: true, header: ['X-Key'] },
    })
    expect(await rig.client.messages.get(bytes.messageId)).toMatchObject({ bodyBase64: '/wA=' })
    expect(await rig.client.messages.get(secret.messageId)).toMatchObject({
      body: 'REDACTED:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b',
      header: { 'X-Key': [expect.stringMatching(/^REDACTED:[0-9a-f]{64}$/)], 'X-Open': ['o'] },
    })
    await rig.pass(60)
    expect(rig.destination.bodies()).toContain('secret')
  })

  test('cancel one, several, by filter, all', async () => {
    const publish = async (path: string, label: string) =>
      (await rig.client.publish({ url: `${rig.destination.url}${path}`, label, delay: 60 })).messageId
    const [a, b, c] = [await publish('/a', 'x'), await publish('/b', 'x'), await publish('/c', 'y')]
    await publish('/d', 'y')
    await publish('/e', 'z')
    expect(await rig.client.messages.cancel(a)).toEqual({ cancelled: 1 })
    expect(await refusal(() => rig.client.messages.cancel(a))).toMatchObject({ status: 404 })
    expect(await rig.client.messages.cancel([a, b])).toEqual({ cancelled: 1 })
    expect(await rig.client.messages.cancel({ filter: { label: ['y', 'nothing'], path: '/c' } })).toEqual({
      cancelled: 1,
    })
    expect(await refusal(() => rig.client.messages.get(c))).toMatchObject({ status: 404 })
    expect(await rig.client.messages.cancel({ filter: { host: '127.0.0.1', path: ['/a', '/d'] } })).toEqual({
      cancelled: 1,
    })
    expect(await rig.client.messages.cancel({ all: true })).toEqual({ cancelled: 1 })
    expect(await rig.pass(60)).toBe(0)
    const { logs } = await rig.client.logs({ messageIds: [a] })
    expect(logs.map(({ state }) => state)).toEqual(['CANCELLED', 'CANCEL_REQUESTED', 'CREATED'])
  })

  test('a message cancelled while it is being delivered is not tried again', async () => {
    rig.destination.reply = async () => {
      await rig.client.messages.cancel({ all: true })
      return { status: 500 }
    }
    await rig.client.publish({ url: `${rig.destination.url}/x` })
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect(await rig.qstash.nextDueAt()).toBeUndefined()
    expect((await rig.client.dlq.listMessages()).messages).toEqual([])
  })

  test('a waiting message can be released early', async () => {
    const { messageId } = await rig.client.publish({ url: `${rig.destination.url}/x`, delay: '6h' })
    expect((await raw(`/v2/messages/${messageId}/retry`, { method: 'POST' })).status).toBe(200)
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect((await raw(`/v2/messages/${messageId}/retry`, { method: 'POST' })).status).toBe(404)
  })
})

describe('logs', () => {
  test('the life of a message, newest first, with filters and pages', async () => {
    let attempts = 0
    rig.destination.reply = () => ({ status: attempts++ === 0 ? 500 : 200 })
    const { messageId } = await rig.client.publish({ url: `${rig.destination.url}/x`, label: 'a' })
    await rig.qstash.deliverDue()
    const waiting = (await rig.client.logs({ messageIds: [messageId] })).logs
    expect(waiting.map(({ state }) => state)).toEqual(['RETRY', 'ERROR', 'ACTIVE', 'CREATED'])
    expect(waiting[0]?.nextDeliveryTime).toBe(rig.clock.now().getTime() + 12_000)
    await rig.pass(12)
    await rig.client.publish({ url: `${rig.destination.url}/y`, label: 'b' })
    const states = async (filter: Parameters<typeof rig.client.logs>[0]) =>
      (await rig.client.logs(filter)).logs.map(({ state }) => state)
    expect(await states({ filter: { label: 'a' } })).toEqual([
      'DELIVERED',
      'ACTIVE',
      'RETRY',
      'ERROR',
      'ACTIVE',
      'CREATED',
    ])
    expect(await states({ filter: { state: 'DELIVERED' } })).toEqual(['DELIVERED'])
    expect(await states({ filter: { label: 'a', state: 'IN_PROGRESS' } })).toEqual([
      'ACTIVE',
      'RETRY',
      'ERROR',
      'ACTIVE',
    ])

    const pages: string[][] = []
    let cursor: string | number | undefined
    do {
      const page = await rig.client.logs({ count: 3, ...(cursor === undefined ? {} : { cursor }) })
      pages.push(page.logs.map(({ state }) => state))
      cursor = page.cursor
    } while (cursor)
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1])
    const logs = (await (await raw('/v2/logs?count=2')).json()) as { logs: unknown[] }
    expect(logs.logs).toHaveLength(2)
  })
})

describe('DLQ', () => {
  async function fail(path: string, label = 'dead'): Promise<string> {
    const { messageId } = await rig.client.publish({ url: rig.destination.url + path, body: path, retries: 0, label })
    await rig.qstash.deliverDue()
    return messageId
  }

  beforeEach(() => {
    rig.destination.reply = () => ({ status: 500 })
  })

  test('list with filters and pages, get, delete', async () => {
    for (const path of ['/a', '/b', '/c']) await fail(path)
    const other = await fail('/d', 'other')
    const { messages } = await rig.client.dlq.listMessages({ filter: { label: 'other', responseStatus: 500 } })
    expect(messages.map(({ messageId }) => messageId)).toEqual([other])
    expect((await rig.client.dlq.listMessages({ filter: { responseStatus: [404, 429] } })).messages).toEqual([])
    const dlqId = messages[0]?.dlqId ?? ''
    expect((await rig.client.dlq.listMessages({ dlqIds: [dlqId] })).messages).toHaveLength(1)
    expect(await (await raw(`/v2/dlq/${dlqId}`)).json()).toMatchObject({ dlqId, body: '/d' })
    expect((await raw('/v2/dlq?nonsense=1')).status).toBe(400)

    const first = await rig.client.dlq.listMessages({ count: 3 })
    const second = await rig.client.dlq.listMessages({ count: 3, cursor: first.cursor ?? '' })
    expect([first.messages.length, second.messages.length, second.cursor]).toEqual([3, 1, undefined])

    expect(await rig.client.dlq.delete(dlqId)).toEqual({ deleted: 1 })
    expect(await refusal(() => rig.client.dlq.delete(dlqId))).toMatchObject({ status: 404 })
    expect(await rig.client.dlq.delete({ all: true, count: 2 })).toMatchObject({
      deleted: 2,
      cursor: expect.any(String),
    })
    expect(await rig.client.dlq.delete({ filter: { label: 'dead' } })).toMatchObject({ deleted: 1 })
  })

  test('retry sends the same bytes under a new id', async () => {
    const dead = await fail('/again')
    rig.destination.reply = () => ({ status: 200 })
    const [entry] = (await rig.client.dlq.listMessages()).messages
    const { responses } = await rig.client.dlq.retry(entry?.dlqId ?? '')
    expect(responses).toHaveLength(1)
    expect(responses[0]?.messageId).not.toBe(dead)
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect(rig.destination.received.at(-1)).toMatchObject({
      headers: { 'upstash-message-id': responses[0]?.messageId, 'upstash-retried': '0' },
    })
    expect(rig.destination.bodies()).toEqual(['/again', '/again'])
    expect((await rig.client.dlq.listMessages()).messages).toEqual([])
    expect(await rig.client.dlq.retry({ all: true })).toMatchObject({ responses: [], cursor: undefined })
    expect(await refusal(() => rig.client.dlq.retry('1-1'))).toMatchObject({ status: 404 })
  })

  test('retry takes new settings from headers', async () => {
    await fail('/again')
    const [entry] = (await rig.client.dlq.listMessages()).messages
    const headers = { 'Upstash-Retries': '1', 'Upstash-Retry-Delay': '5000', 'Upstash-Delay': '60s' }
    const response = await raw(`/v2/dlq/retry/${entry?.dlqId}`, { method: 'POST', headers })
    expect(response.status).toBe(201)
    const passed = [await rig.qstash.deliverDue(), await rig.pass(60), await rig.pass(5), await rig.pass(86_400)]
    expect(passed).toEqual([0, 1, 1, 0])
  })
})

describe('development', () => {
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(rig.qstash.url + path, { method: 'POST', body: JSON.stringify(body), headers })

  test('advance goes from one due moment to the next', async () => {
    const start = rig.clock.now().getTime()
    rig.destination.reply = () => ({ status: 500 })
    await rig.client.publish({ url: `${rig.destination.url}/x` })
    await rig.client.schedules.create({ destination: `${rig.destination.url}/s`, cron: '0 10 * * *', retries: 0 })
    expect(await (await post('/__dev/advance', { seconds: 7200 })).json()).toMatchObject({ attempts: 5 })
    expect(rig.clock.now().getTime()).toBe(start + 7_200_000)
    const times = rig.destination.received.map(({ url, at }) => [url, (at.getTime() - start) / 1000])
    expect(times).toEqual([
      ['/x', 0],
      ['/x', 12],
      ['/x', 160],
      ['/x', 1968],
      ['/s', 3600],
    ])
  })

  test('messages, and faults over HTTP', async () => {
    await rig.client.publish({ url: `${rig.destination.url}/x`, body: 'seen', delay: 5 })
    const view = await (await fetch(`${rig.qstash.url}/__dev/messages`)).json()
    expect(view).toMatchObject({
      messages: [{ body: 'seen', isInFlight: false }],
      dlq: [],
      events: [{ state: 'CREATED' }],
    })
    await post('/__dev/faults', { path: '/x', duplicate: true })
    expect(await rig.pass(5)).toBe(2)
    expect(await (await post('/__dev/faults', [])).json()).toEqual([])
  })

  test('web pages of others are kept out', async () => {
    const response = await post('/__dev/faults', { path: '/' }, { origin: 'https://evil.example' })
    expect(response.status).toBe(401)
  })
})
