import type { Kysely } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startLocalQStash } from '../../functions/local/qstash/server.ts'
import { openDatabase, openRig, type Rig } from './qstash-rig.ts'

let db: Kysely<unknown>
let rig: Rig

beforeAll(async () => {
  db = await openDatabase()
})
afterAll(() => db.destroy())
beforeEach(async () => {
  rig = await openRig(db)
  await rig.client.messages.cancel({ all: true })
})
afterEach(() => rig.close())

describe('publish', () => {
  test('delivers body, method, headers and a signature the official Receiver accepts', async () => {
    const url = `${rig.destination.url}/jobs/a?x=a%20b&q=1`
    const { messageId } = await rig.client.publishJSON({
      url,
      body: { hello: 'wörld' },
      method: 'PUT',
      headers: { 'X-Tenant': 'acme' },
    })
    expect(await rig.qstash.deliverDue()).toBe(1)

    const [request] = rig.destination.received
    expect(request).toMatchObject({ method: 'PUT', url: '/jobs/a?x=a%20b&q=1' })
    expect(request?.body.toString()).toBe('{"hello":"wörld"}')
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Upstash-QStash',
      'x-tenant': 'acme',
      'upstash-message-id': messageId,
      'upstash-retried': '0',
    })
    const signature = request?.headers['upstash-signature'] ?? ''
    const body = request?.body.toString() ?? ''
    expect(await rig.receiver().verify({ signature, body, url })).toBe(true)
    await expect(rig.receiver().verify({ signature, body: `${body} `, url })).rejects.toThrow('body hash')
    await expect(rig.receiver().verify({ signature, body, url: `${url}/` })).rejects.toThrow('invalid subject')
  })

  test('keeps a message over a restart, and delivers it when due', async () => {
    await rig.client.publish({ url: `${rig.destination.url}/later`, body: 'x', delay: 90 })
    await rig.qstash.close()
    const { clock, destination } = rig
    const again = await startLocalQStash({ db, clock, autoDeliver: false })
    expect(again.token).toBe(rig.qstash.token)
    expect(await again.nextDueAt()).toEqual(new Date(clock.now().getTime() + 90_000))
    expect(await again.deliverDue()).toBe(0)
    clock.advance(90_000)
    expect(await again.deliverDue()).toBe(1)
    expect(destination.bodies('/later')).toEqual(['x'])
    await again.close()
    rig = await openRig(db)
  })

  test('batch', async () => {
    const { url } = rig.destination
    const answers = await rig.client.batchJSON([
      { url: `${url}/1`, body: 1 },
      { url: 'https://example.com/2', body: 2 },
      { url: `${url}/3`, body: 3, delay: '1m' },
    ])
    expect(answers).toMatchObject([
      { messageId: expect.stringMatching(/^msg_/) },
      { error: expect.stringContaining('no such host') },
      { messageId: expect.stringMatching(/^msg_/) },
    ])
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect(await rig.pass(60)).toBe(1)
    expect(rig.destination.bodies()).toEqual(['1', '3'])
  })

  test('retries with the documented back-off, then the DLQ', async () => {
    rig.destination.reply = () => ({ status: 500, body: 'broken' })
    const started = rig.clock.now().getTime()
    const { messageId } = await rig.client.publish({ url: `${rig.destination.url}/x`, body: 'x', retries: 5 })
    await rig.qstash.deliverDue()
    for (let next = await rig.qstash.nextDueAt(); next; next = await rig.qstash.nextDueAt()) {
      await rig.pass((next.getTime() - rig.clock.now().getTime()) / 1000)
    }
    const seconds = rig.destination.received.map(({ at }) => (at.getTime() - started) / 1000)
    expect(seconds.map((at, index) => at - (seconds[index - 1] ?? 0))).toEqual([0, 12, 148, 1808, 22026, 86400])
    expect(rig.destination.received.map(({ headers }) => headers['upstash-retried'])).toEqual([...'012345'])
    const { messages } = await rig.client.dlq.listMessages({ filter: { messageId } })
    expect(messages).toMatchObject([{ messageId, responseStatus: 500, responseBody: 'broken' }])
  })

  test('a thousand messages', async () => {
    const started = performance.now()
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        rig.client.publish({ url: `${rig.destination.url}/m`, body: String(index) }),
      ),
    )
    console.info('publish', performance.now() - started)
    const t = performance.now()
    expect(await rig.qstash.deliverDue()).toBe(1000)
    console.info('deliver', performance.now() - t)
    expect(new Set(rig.destination.bodies('/m')).size).toBe(1000)
  })
})
