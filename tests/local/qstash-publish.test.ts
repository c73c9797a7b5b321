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
    method: 'POST',
    ...init,
    headers: { authorization: `Bearer ${rig.qstash.token}`, ...init.headers },
  })

describe('publish', () => {
  test('delivers body, method, headers and a signature the official Receiver accepts', async () => {
    const url = `${rig.destination.url}/jobs/a?x=a%20b&q=1`
    const { messageId } = await rig.client.publishJSON({
      url,
      body: { hello: 'wörld' },
      method: 'PUT',
      headers: { 'X-Tenant': 'acme', Authorization: 'Bearer theirs' },
    })
    expect(await rig.qstash.deliverDue()).toBe(1)

    const [request] = rig.destination.received
    expect(request).toMatchObject({ method: 'PUT', url: '/jobs/a?x=a%20b&q=1' })
    expect(request?.body.toString()).toBe('{"hello":"wörld"}')
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Upstash-QStash',
      'x-tenant': 'acme',
      authorization: 'Bearer theirs',
      'upstash-message-id': messageId,
      'upstash-retried': '0',
      'upstash-caller-ip': '127.0.0.1',
      'upstash-region': 'US-EAST-1',
    })
    const signature = request?.headers['upstash-signature'] ?? ''
    const body = request?.body.toString() ?? ''
    expect(await rig.receiver().verify({ signature, body, url })).toBe(true)
    await expect(rig.receiver().verify({ signature, body: `${body} `, url })).rejects.toThrow('body hash')
    await expect(rig.receiver().verify({ signature, body, url: `${url}/` })).rejects.toThrow('invalid subject')
  })

  test('any bytes arrive as they were sent', async () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256)
    await rig.client.publish({
      url: `${rig.destination.url}/bytes`,
      body: new Blob([bytes]),
      headers: { 'content-type': 'application/octet-stream' },
    })
    await rig.qstash.deliverDue()
    expect(rig.destination.received[0]?.body).toEqual(Buffer.from(bytes))
  })

  test('a GET carries no body, and its signature covers none', async () => {
    const url = `${rig.destination.url}/get`
    await rig.client.publish({ url, method: 'GET', body: 'ignored' })
    await rig.qstash.deliverDue()
    const [request] = rig.destination.received
    expect(request?.method).toBe('GET')
    const signature = request?.headers['upstash-signature'] ?? ''
    expect(await rig.receiver().verify({ signature, body: '', url })).toBe(true)
  })

  test('delay and notBefore (which wins)', async () => {
    const url = `${rig.destination.url}/later`
    const start = rig.clock.now().getTime()
    await rig.client.publish({ url, body: '90s', delay: 90 })
    await rig.client.publish({ url, body: '1h30m', delay: '1h30m' as '1h' })
    await rig.client.publish({ url, body: 'not before', notBefore: start / 1000 + 30, delay: 5 })
    expect(await rig.qstash.nextDueAt()).toEqual(new Date(start + 30_000))
    expect(await rig.qstash.deliverDue()).toBe(0)
    for (const seconds of [29, 1, 60, 5310]) await rig.pass(seconds)
    expect(rig.destination.received.map(({ body, at }) => [body.toString(), (at.getTime() - start) / 1000])).toEqual([
      ['not before', 30],
      ['90s', 90],
      ['1h30m', 5400],
    ])
    expect(await rig.qstash.nextDueAt()).toBeUndefined()
  })

  test('options by query, a token by query, and all headers forwarded, as a webhook would send them', async () => {
    const target = `/v2/publish/${rig.destination.url}/hook?a=1&qstash_token=${rig.qstash.token}&upstash-delay=5s`
    const response = await fetch(rig.qstash.url + target, {
      method: 'POST',
      headers: { 'Upstash-Header-Forward': 'true', 'X-Event': 'ping', 'content-type': 'text/plain' },
      body: 'x',
    })
    expect(response.status).toBe(200)
    expect(await rig.qstash.deliverDue()).toBe(0)
    await rig.pass(5)
    expect(rig.destination.received[0]).toMatchObject({ url: '/hook?a=1', headers: { 'x-event': 'ping' } })
    expect(rig.destination.received[0]?.headers.authorization).toBeUndefined()
  })

  test('a percent-encoded destination', async () => {
    const encoded = encodeURIComponent(`${rig.destination.url}/a?b=c`)
    expect((await raw(`/v2/publish/${encoded}`, { body: 'x' })).status).toBe(200)
    await rig.qstash.deliverDue()
    expect(rig.destination.received[0]?.url).toBe('/a?b=c')
  })

  test('refusals', async () => {
    const url = `${rig.destination.url}/x`
    const refused = (headers: Record<string, string>) => refusal(() => rig.client.publish({ url, headers }))
    expect(await refusal(() => rig.client.publish({ url: 'https://example.com/' }))).toEqual({
      status: 400,
      error: 'invalid destination url: unable to resolve host: lookup example.com on 127.0.0.1: no such host',
    })
    expect(await refused({ 'Upstash-Retry-Delay': 'process.exit()' })).toMatchObject({ status: 400 })
    expect(await refused({ 'Upstash-Retries': '-1' })).toMatchObject({ status: 400 })
    expect(await refused({ 'Upstash-Label': 'a b' })).toMatchObject({ status: 400 })
    expect(await refused({ 'Upstash-Callback': 'https://example.com' })).toMatchObject({ status: 400 })
    expect(await refused({ 'Upstash-Callback': url, 'Upstash-Callback-Delay': '5s' })).toMatchObject({ status: 400 })
    expect(await refused({ 'Upstash-Flow-Control-Key': 'k', 'Upstash-Flow-Control-Value': 'x=1' })).toEqual({
      status: 400,
      error: 'Upstash-Flow-Control-Value should be either rate=X or parallelism=Y, or both as comma-separated values',
    })
    expect(await refusal(() => rig.client.publish({ urlGroup: 'nobody' }))).toMatchObject({ status: 404 })
    const stranger = await fetch(`${rig.qstash.url}/v2/publish/${url}`, { method: 'POST', body: 'x' })
    expect([stranger.status, await stranger.json()]).toEqual([401, { error: expect.any(String) }])
    expect(await rig.qstash.deliverDue()).toBe(0)
  })

  test('a thousand messages arrive once each', async () => {
    const url = `${rig.destination.url}/many`
    await rig.client.batchJSON(Array.from({ length: 1000 }, (_, index) => ({ url, body: index })))
    expect(await rig.qstash.deliverDue()).toBe(1000)
    expect(new Set(rig.destination.bodies()).size).toBe(1000)
    expect(rig.destination.received).toHaveLength(1000)
  }, 60_000)
})

describe('batch', () => {
  test('answers in order; a refused item does not hold up the others', async () => {
    const { url } = rig.destination
    await rig.client.urlGroups.addEndpoints({ name: 'pair', endpoints: [{ url: `${url}/a` }, { url: `${url}/b` }] })
    const answers = await rig.client.batchJSON([
      { url: `${url}/1`, body: 1, headers: { 'X-Mixed-Case': 'yes' } },
      { url: 'https://example.com/2', body: 2 },
      { urlGroup: 'pair', body: 3 },
      { url: `${url}/4`, body: 4, queueName: 'line' },
      { url: `${url}/5`, body: 5, delay: '1m' },
    ])
    const stored = { messageId: expect.stringMatching(/^msg_/) }
    expect(answers).toMatchObject([
      stored,
      { error: expect.stringContaining('no such host') },
      [
        { ...stored, url: `${url}/a` },
        { ...stored, url: `${url}/b` },
      ],
      stored,
      stored,
    ])
    expect(await rig.qstash.deliverDue()).toBe(4)
    expect(await rig.pass(60)).toBe(1)
    expect(rig.destination.bodies().sort()).toEqual(['1', '3', '3', '4', '5'])
    const first = rig.destination.received.find(({ url }) => url === '/1')
    expect(first?.headers).toMatchObject({ 'x-mixed-case': 'yes', 'content-type': 'application/json' })
  })
})

describe('deduplication', () => {
  test('by id: the first message id for ten minutes, with 202', async () => {
    const url = `${rig.destination.url}/once`
    const first = await rig.client.publish({ url, body: 'a', deduplicationId: 'today' })
    expect(await rig.client.publish({ url, body: 'b', deduplicationId: 'today' })).toMatchObject({
      messageId: first.messageId,
      deduplicated: true,
    })
    const response = await raw(`/v2/publish/${url}`, { body: 'c', headers: { 'Upstash-Deduplication-Id': 'today' } })
    expect(response.status).toBe(202)
    await rig.pass(599)
    await rig.client.publish({ url, body: 'd', deduplicationId: 'today' })
    expect(await rig.pass(1)).toBe(0)
    await rig.client.publish({ url, body: 'e', deduplicationId: 'today' })
    await rig.qstash.deliverDue()
    expect(rig.destination.bodies()).toEqual(['a', 'e'])
  })

  test('by content: destination, body and forwarded headers', async () => {
    const publish = (path: string, body: string, tenant: string) =>
      rig.client.publish({
        url: rig.destination.url + path,
        body,
        headers: { 'X-Tenant': tenant },
        contentBasedDeduplication: true,
      })
    for (const tenant of ['one', 'one', 'two']) await publish('/c', 'same', tenant)
    await publish('/c', 'other', 'one')
    await publish('/d', 'same', 'one')
    expect(await rig.qstash.deliverDue()).toBe(4)
  })

  test('the same id at the same moment, and inside one batch', async () => {
    const item = { url: `${rig.destination.url}/race`, body: 'x', deduplicationId: 'race' }
    const single = await Promise.all(Array.from({ length: 10 }, () => rig.client.publish(item)))
    const batch = await rig.client.batch([
      item,
      { ...item, deduplicationId: 'fresh' },
      { ...item, deduplicationId: 'fresh' },
    ])
    expect(new Set(single.map(({ messageId }) => messageId)).size).toBe(1)
    expect(batch.map((answer) => 'deduplicated' in answer && answer.deduplicated === true)).toEqual([true, false, true])
    expect(await rig.qstash.deliverDue()).toBe(2)
  })

  test('each endpoint of a URL group by itself', async () => {
    const { url } = rig.destination
    const group = { urlGroup: 'crowd', body: 'x', deduplicationId: 'crowd' }
    await rig.client.urlGroups.addEndpoints({ name: 'crowd', endpoints: [{ url: `${url}/a` }, { url: `${url}/b` }] })
    await rig.client.publish(group)
    expect(await rig.client.publish(group)).toMatchObject([{ deduplicated: true }, { deduplicated: true }])
    expect(await rig.qstash.deliverDue()).toBe(2)
  })
})

describe('signing keys', () => {
  test('rotation: the old signature verifies once more, and not after the second rotation', async () => {
    const url = `${rig.destination.url}/k`
    await rig.client.publish({ url, body: 'x' })
    await rig.qstash.deliverDue()
    const signature = rig.destination.received[0]?.headers['upstash-signature'] ?? ''
    const before = { current: rig.qstash.currentSigningKey, next: rig.qstash.nextSigningKey }
    expect(await (await raw('/v2/keys', { method: 'GET' })).json()).toEqual(before)

    const rotated = (await (await raw('/v2/keys/rotate')).json()) as { current: string; next: string }
    expect(rotated.current).toBe(before.next)
    expect([rig.qstash.currentSigningKey, rig.qstash.nextSigningKey]).toEqual([rotated.current, rotated.next])
    await expect(rig.receiver().verify({ signature, body: 'x', url })).rejects.toThrow('signature')

    await rig.client.publish({ url, body: 'y' })
    await rig.qstash.deliverDue()
    const fresh = rig.destination.received[1]?.headers['upstash-signature'] ?? ''
    expect(await rig.receiver().verify({ signature: fresh, body: 'y', url })).toBe(true)
  })
})
