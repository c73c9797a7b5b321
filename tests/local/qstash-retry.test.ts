import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { QStashFault } from '../../functions/local/qstash/faults.ts'
import { startLocalQStash } from '../../functions/local/qstash/server.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { clientFor, Destination, openRig, type Reply, type Rig } from './qstash-rig.ts'

let database: TestDatabase
const faults: QStashFault[] = []
let rig: Rig

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  faults.length = 0
  rig = await openRig(database.db, { faults })
})
afterEach(() => rig.close())

/** Moves from one due moment to the next until nothing waits. Gives the seconds between the attempts that arrived. */
async function runToTheEnd(): Promise<number[]> {
  await rig.qstash.deliverDue()
  for (let next = await rig.qstash.nextDueAt(); next; next = await rig.qstash.nextDueAt()) {
    await rig.pass((next.getTime() - rig.clock.now().getTime()) / 1000)
  }
  const at = rig.destination.received.map((request) => request.at.getTime() / 1000)
  return at.slice(1).map((time, index) => time - (at[index] ?? 0))
}

function replyInTurn(...replies: Reply[]): void {
  let next = 0
  rig.destination.reply = () => replies[next++] ?? { status: 200 }
}

describe('retry', () => {
  test('the documented back-off, then the DLQ', async () => {
    rig.destination.reply = () => ({ status: 500, body: 'broken', headers: { 'x-why': 'because' } })
    const { messageId } = await rig.client.publish({ url: `${rig.destination.url}/x`, body: 'x', retries: 5 })
    expect(await runToTheEnd()).toEqual([12, 148, 1808, 22026, 86400])
    expect(rig.destination.received.map(({ headers }) => headers['upstash-retried'])).toEqual([...'012345'])
    expect(new Set(rig.destination.received.map(({ headers }) => headers['upstash-message-id']))).toEqual(
      new Set([messageId]),
    )
    const signatures = rig.destination.received.map(({ headers }) => headers['upstash-signature'])
    expect(new Set(signatures).size).toBe(6)
    const { messages } = await rig.client.dlq.listMessages({ filter: { messageId } })
    expect(messages).toMatchObject([
      { messageId, body: 'x', responseStatus: 500, responseBody: 'broken', responseHeader: { 'X-Why': ['because'] } },
    ])
  })

  test('three retries without a word; none when asked', async () => {
    rig.destination.reply = () => ({ status: 404 })
    await rig.client.publish({ url: `${rig.destination.url}/three` })
    await rig.client.publish({ url: `${rig.destination.url}/none`, retries: 0 })
    await runToTheEnd()
    expect(rig.destination.bodies('/three')).toHaveLength(4)
    expect(rig.destination.bodies('/none')).toHaveLength(1)
  })

  test("the publisher's expression, and the destination's Retry-After over it", async () => {
    replyInTurn(
      { status: 500 },
      { status: 500 },
      { status: 503, headers: { 'retry-after': '6m5s' } },
      { status: 429, headers: { 'x-ratelimit-reset': '40' } },
    )
    const retryDelay = '1000 * (1 + retried)'
    await rig.client.publish({ url: `${rig.destination.url}/x`, retries: 9, retryDelay })
    expect(await runToTheEnd()).toEqual([1, 2, 365, 40])
  })

  test('489 with Upstash-NonRetryable-Error is final, 489 alone is not', async () => {
    replyInTurn({ status: 489 }, { status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' }, body: 'no' })
    await rig.client.publish({ url: `${rig.destination.url}/x`, retries: 5 })
    expect(await runToTheEnd()).toEqual([12])
    expect((await rig.client.dlq.listMessages()).messages).toMatchObject([{ responseStatus: 489, responseBody: 'no' }])
  })

  test('a redirect, a refused connection and a timeout are failures', async () => {
    rig.destination.reply = async ({ url }) => {
      if (url === '/slow') await new Promise((resolve) => setTimeout(resolve, 1500))
      return { status: 302, headers: { location: '/elsewhere' } }
    }
    const gone = await Destination.open(rig.clock)
    const goneUrl = gone.url
    await gone.close()
    await rig.client.publish({ url: `${rig.destination.url}/moved`, retries: 0 })
    await rig.client.publish({ url: `${rig.destination.url}/slow`, retries: 0, timeout: 1 })
    await rig.client.publish({ url: `${goneUrl}/gone`, retries: 0 })
    await rig.qstash.deliverDue()
    expect(rig.destination.bodies('/elsewhere')).toEqual([])
    const { messages } = await rig.client.dlq.listMessages()
    const failures = messages.map(({ url, responseStatus }) => [new URL(url).pathname, responseStatus])
    expect(Object.fromEntries(failures)).toEqual({ '/moved': 302, '/slow': undefined, '/gone': undefined })
  })
})

describe('callbacks', () => {
  test('after every attempt, signed, with the answer; the failure callback once', async () => {
    const { url } = rig.destination
    rig.destination.reply = (request) => (request.url === '/job' ? { status: 500, body: 'oops' } : { status: 200 })
    const { messageId } = await rig.client.publishJSON({
      url: `${url}/job`,
      body: { a: 1 },
      retries: 1,
      callback: `${url}/told`,
      failureCallback: `${url}/failed`,
      headers: { 'Upstash-Callback-Forward-X-Kind': 'told', 'X-Own': 'own' },
    })
    await runToTheEnd()
    const told = rig.destination.received.filter((request) => request.url === '/told')
    const failed = rig.destination.received.filter((request) => request.url === '/failed')
    const [dead] = (await rig.client.dlq.listMessages()).messages
    const common = {
      status: 500,
      body: Buffer.from('oops').toString('base64'),
      maxRetries: 1,
      sourceMessageId: messageId,
      url: `${url}/job`,
      method: 'POST',
      sourceBody: Buffer.from('{"a":1}').toString('base64'),
      sourceHeader: { 'X-Own': ['own'], 'Content-Type': ['application/json'] },
    }
    expect(told.map(({ body }) => JSON.parse(body.toString()))).toMatchObject([
      { ...common, retried: 0 },
      { ...common, retried: 1 },
    ])
    expect(told[0]?.headers).toMatchObject({ 'x-kind': 'told', 'content-type': 'application/json' })
    expect(failed.map(({ body }) => JSON.parse(body.toString()))).toMatchObject([
      { ...common, retried: 1, dlqId: dead?.dlqId },
    ])
    const signature = failed[0]?.headers['upstash-signature'] ?? ''
    const body = failed[0]?.body.toString() ?? ''
    expect(await rig.receiver().verify({ signature, body, url: `${url}/failed` })).toBe(true)
  })

  test('a callback is retried as a message of its own', async () => {
    const { url } = rig.destination
    let refusals = 2
    rig.destination.reply = (request) => ({ status: request.url === '/told' && refusals-- > 0 ? 500 : 200 })
    await rig.client.publish({ url: `${url}/job`, callback: `${url}/told` })
    await runToTheEnd()
    const told = rig.destination.received.filter((request) => request.url === '/told')
    expect(told.map(({ headers }) => headers['upstash-retried'])).toEqual(['0', '1', '2'])
    expect(rig.destination.bodies('/job')).toHaveLength(1)
  })
})

describe('faults', () => {
  const publish = (body = 'x') => rig.client.publish({ url: `${rig.destination.url}/jobs/a`, body })
  const verify = async (index = 0) => {
    const request = rig.destination.received[index]
    const signature = request?.headers['upstash-signature'] ?? ''
    return rig.receiver().verify({ signature, body: request?.body.toString() ?? '' })
  }

  test('duplicate: one message arrives twice with one id', async () => {
    faults.push({ path: '/jobs', duplicate: true })
    await publish()
    await rig.client.publish({ url: `${rig.destination.url}/other` })
    expect(await rig.qstash.deliverDue()).toBe(3)
    const ids = rig.destination.received
      .filter(({ url }) => url === '/jobs/a')
      .map((it) => it.headers['upstash-message-id'])
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  test('drop the answer: done, and tried again all the same', async () => {
    faults.push({ path: '/jobs', dropAnswer: true, times: 1 })
    await publish()
    expect(await runToTheEnd()).toEqual([12])
    expect((await rig.client.dlq.listMessages()).messages).toEqual([])
  })

  test('delay, without using up a retry', async () => {
    faults.push({ path: '/jobs', delaySeconds: 30 })
    await publish()
    expect(await rig.qstash.deliverDue()).toBe(0)
    expect(await rig.pass(30)).toBe(1)
    expect(rig.destination.received[0]?.headers['upstash-retried']).toBe('0')
  })

  test('reorder: last first', async () => {
    faults.push({ path: '/jobs', reorder: true })
    for (const body of ['1', '2', '3']) await publish(body)
    await rig.qstash.deliverDue()
    expect(rig.destination.bodies()).toEqual(['3', '2', '1'])
  })

  test('an answer that is not the destination’s', async () => {
    faults.push({ path: '/jobs', status: 503, times: 1 })
    await publish()
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect(rig.destination.received).toEqual([])
    await runToTheEnd()
    expect(rig.destination.received).toHaveLength(1)
  })

  test.each<[string, Omit<QStashFault, 'path'>]>([
    ['a bad signature', { badSignature: true }],
    ['a wrong key', { key: 'wrong' }],
    ['the key before the last', { key: 'old' }],
    ['a signature that has lapsed', { clockSkewSeconds: -600 }],
  ])('the Receiver refuses %s', async (_, fault) => {
    faults.push({ path: '/jobs', ...fault })
    await publish()
    await rig.qstash.deliverDue()
    await expect(verify()).rejects.toThrow()
  })

  test('the Receiver accepts the next key', async () => {
    faults.push({ path: '/jobs', key: 'next' })
    await publish()
    await rig.qstash.deliverDue()
    expect(await verify()).toBe(true)
  })
})

describe('durability', () => {
  test('a restart keeps messages, token and keys', async () => {
    await rig.client.publish({ url: `${rig.destination.url}/later`, body: 'x', delay: 90 })
    await rig.qstash.close()
    const again = await startLocalQStash({ db: database.db, clock: rig.clock, autoDeliver: false })
    expect([again.token, again.currentSigningKey]).toEqual([rig.qstash.token, rig.qstash.currentSigningKey])
    expect(await again.nextDueAt()).toEqual(new Date(rig.clock.now().getTime() + 90_000))
    rig.clock.advance(90_000)
    expect(await again.deliverDue()).toBe(1)
    expect(rig.destination.bodies()).toEqual(['x'])
    await again.close()
  })

  test('what is in flight when the server goes comes again', async () => {
    const arrived = signal()
    rig.destination.reply = () => {
      arrived.resolve()
      return new Promise(() => undefined)
    }
    const { messageId } = await rig.client.publish({ url: `${rig.destination.url}/hangs` })
    const delivering = rig.qstash.deliverDue()
    await arrived.promise
    await rig.qstash.close()
    await delivering
    rig.destination.reply = () => ({ status: 200 })
    const again = await startLocalQStash({ db: database.db, clock: rig.clock, autoDeliver: false })
    expect(await again.deliverDue()).toBe(1)
    expect(rig.destination.received.map(({ headers }) => headers['upstash-message-id'])).toEqual([messageId, messageId])
    await again.close()
  })

  test('by itself: a publish is delivered at once, and a wake-up when its moment comes', async () => {
    const arrivals: string[] = []
    const both = signal()
    rig.destination.reply = ({ body }) => {
      arrivals.push(body.toString())
      if (arrivals.length === 2) both.resolve()
      return { status: 200 }
    }
    const clock = { now: () => new Date() }
    const auto = await startLocalQStash({ db: database.db, clock })
    const client = clientFor(auto)
    await client.publish({ url: `${rig.destination.url}/soon`, body: 'second', delay: 1 })
    await client.publish({ url: `${rig.destination.url}/now`, body: 'first' })
    await both.promise
    expect(arrivals).toEqual(['first', 'second'])
    await auto.close()
  })

  test('a destination that hangs holds up nobody else', async () => {
    const passed = signal()
    rig.destination.reply = ({ url }) => {
      if (url === '/hangs') return new Promise(() => undefined)
      passed.resolve()
      return { status: 200 }
    }
    const auto = await startLocalQStash({ db: database.db, clock: { now: () => new Date() } })
    const client = clientFor(auto)
    await client.publish({ url: `${rig.destination.url}/hangs` })
    await client.publish({ url: `${rig.destination.url}/passes`, delay: 1 })
    await passed.promise
    await auto.close()
    expect(rig.destination.received.map(({ url }) => url)).toEqual(['/hangs', '/passes'])
  })

  test('refuses production', async () => {
    await expect(startLocalQStash({ db: database.db, clock: rig.clock, environment: 'production' })).rejects.toThrow(
      'production',
    )
  })
})

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
