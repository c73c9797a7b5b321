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

/** Counts how many requests the destination holds at once. */
function watchParallelism(): { most: () => number } {
  let now = 0
  let most = 0
  rig.destination.reply = async () => {
    now++
    most = Math.max(most, now)
    await new Promise((resolve) => setTimeout(resolve, 20))
    now--
    return { status: 200 }
  }
  return { most: () => most }
}

describe('queues', () => {
  const enqueue = (body: string, path = '/q') =>
    rig.client.queue({ queueName: 'line' }).enqueue({ url: rig.destination.url + path, body, retries: 1 })

  test('first in, first out, one at a time; the next waits for the retries of the one before', async () => {
    const { most } = watchParallelism()
    for (const body of ['1', '2', '3']) await enqueue(body)
    expect(await rig.client.queue({ queueName: 'line' }).get()).toMatchObject({ name: 'line', parallelism: 1, lag: 3 })
    await rig.qstash.deliverDue()
    expect([rig.destination.bodies(), most()]).toEqual([['1', '2', '3'], 1])

    let failures = 1
    rig.destination.reply = () => ({ status: failures-- > 0 ? 500 : 200 })
    await enqueue('4')
    await enqueue('5')
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect(await rig.pass(12)).toBe(2)
    expect(rig.destination.bodies().slice(3)).toEqual(['4', '4', '5'])
  })

  test('and for its callbacks', async () => {
    const { url } = rig.destination
    let failures = 1
    rig.destination.reply = (request) => ({ status: request.url === '/told' && failures-- > 0 ? 500 : 200 })
    await rig.client.queue({ queueName: 'line' }).enqueueJSON({ url: `${url}/1`, body: 1, callback: `${url}/told` })
    await rig.client.queue({ queueName: 'line' }).enqueueJSON({ url: `${url}/2`, body: 2 })
    expect(await rig.qstash.deliverDue()).toBe(2)
    expect(await rig.client.queue({ queueName: 'line' }).get()).toMatchObject({ lag: 2 })
    await rig.pass(12)
    expect(rig.destination.received.map((request) => request.url)).toEqual(['/1', '/told', '/told', '/2'])
  })

  test('parallelism, pause, resume, list, delete', async () => {
    const queue = rig.client.queue({ queueName: 'line' })
    const { most } = watchParallelism()
    await queue.upsert({ parallelism: 3, paused: true })
    for (const body of ['1', '2', '3', '4', '5', '6']) await enqueue(body)
    expect(await rig.qstash.deliverDue()).toBe(0)
    expect(await rig.qstash.nextDueAt()).toBeUndefined()
    await queue.resume()
    await rig.qstash.deliverDue()
    expect([rig.destination.bodies().sort().join(''), most()]).toEqual(['123456', 3])
    await queue.pause()
    expect(await queue.list()).toMatchObject([{ name: 'line', parallelism: 3, paused: true, lag: 0 }])
    await enqueue('7')
    await queue.delete()
    expect(await refusal(() => queue.get())).toMatchObject({ status: 404 })
    expect(await rig.qstash.deliverDue()).toBe(0)
  })

  test('two queues do not wait for each other', async () => {
    rig.destination.reply = ({ url }) => ({ status: url === '/stuck' ? 500 : 200 })
    await enqueue('stuck', '/stuck')
    await rig.client.queue({ queueName: 'other' }).enqueue({ url: `${rig.destination.url}/free` })
    expect(await rig.qstash.deliverDue()).toBe(2)
  })
})

describe('flow control', () => {
  const publish = (body: string, flowControl: { rate?: number; parallelism?: number; period?: number }) =>
    rig.client.publish({
      url: `${rig.destination.url}/f`,
      body,
      flowControl: { key: 'api', ...flowControl } as { key: string; rate: number },
    })

  test('rate delays, and never refuses', async () => {
    const start = rig.clock.now().getTime()
    for (const body of ['1', '2', '3', '4', '5']) await publish(body, { rate: 2, period: 60 })
    expect(await rig.qstash.deliverDue()).toBe(2)
    expect(await rig.client.flowControl.get('api')).toMatchObject({
      flowControlKey: 'api',
      rateMax: 2,
      rateCount: 2,
      ratePeriod: 60,
      ratePeriodStart: start / 1000,
      waitListSize: 3,
    })
    expect(await rig.qstash.nextDueAt()).toEqual(new Date(start + 60_000))
    expect(await rig.pass(59)).toBe(0)
    expect(await rig.pass(1)).toBe(2)
    await rig.client.flowControl.resetRate('api')
    expect(await rig.qstash.deliverDue()).toBe(1)
    expect(rig.destination.bodies()).toEqual(['1', '2', '3', '4', '5'])
  })

  test('parallelism', async () => {
    const { most } = watchParallelism()
    for (let index = 0; index < 8; index++) await publish(String(index), { parallelism: 2 })
    expect(await rig.qstash.deliverDue()).toBe(8)
    expect(most()).toBe(2)
  })

  test('pause and resume; a pin outlasts what messages ask for', async () => {
    const { flowControl } = rig.client
    await flowControl.pause('api')
    await publish('1', { rate: 9 })
    expect([await rig.qstash.deliverDue(), await rig.qstash.nextDueAt()]).toEqual([0, undefined])
    expect(await flowControl.get('api')).toMatchObject({ isPaused: true, waitListSize: 1 })
    await flowControl.resume('api')
    expect(await rig.qstash.deliverDue()).toBe(1)

    await flowControl.pin('api', { rate: 1, period: 10 })
    await publish('2', { rate: 9 })
    await publish('3', { rate: 9 })
    expect(await flowControl.get('api')).toMatchObject({ rateMax: 1, ratePeriod: 10, isPinnedRate: true })
    expect(await rig.qstash.deliverDue()).toBe(1)
    await flowControl.unpin('api', { rate: true })
    await publish('4', { rate: 9 })
    expect(await rig.qstash.deliverDue()).toBe(2)
    expect(await flowControl.getGlobalParallelism()).toEqual({ parallelismMax: 20, parallelismCount: 0 })
  })
})

describe('URL groups', () => {
  test('one message for each endpoint; add, rename, remove, list, delete', async () => {
    const { url } = rig.destination
    const { urlGroups } = rig.client
    await urlGroups.addEndpoints({
      name: 'crowd',
      endpoints: [{ url: `${url}/a`, name: 'first' }, { url: `${url}/b` }],
    })
    await urlGroups.addEndpoints({
      name: 'crowd',
      endpoints: [{ url: `${url}/b`, name: 'second' }, { url: `${url}/c` }],
    })
    await urlGroups.removeEndpoints({ name: 'crowd', endpoints: [{ name: 'first' }] })
    expect(await urlGroups.get('crowd')).toMatchObject({
      name: 'crowd',
      endpoints: [{ url: `${url}/b`, name: 'second' }, { url: `${url}/c` }],
    })
    const answers = await rig.client.publishJSON({ urlGroup: 'crowd', body: 1 })
    expect(answers).toMatchObject([{ url: `${url}/b` }, { url: `${url}/c` }])
    await rig.qstash.deliverDue()
    const heard = rig.destination.received.map((request) => [request.url, request.headers['upstash-topic-name']])
    expect(heard.sort()).toEqual([
      ['/b', 'crowd'],
      ['/c', 'crowd'],
    ])
    expect((await urlGroups.list()).map(({ name }) => name)).toEqual(['crowd'])
    await urlGroups.removeEndpoints({ name: 'crowd', endpoints: [{ url: `${url}/b` }, { url: `${url}/c` }] })
    expect(await urlGroups.list()).toEqual([])
    await urlGroups.addEndpoints({ name: 'crowd', endpoints: [{ url: `${url}/b` }] })
    await urlGroups.delete('crowd')
    expect(await refusal(() => urlGroups.get('crowd'))).toMatchObject({ status: 404 })
  })
})

describe('schedules', () => {
  test('fires at the local hour of CRON_TZ, with headers, body and delay', async () => {
    const { scheduleId } = await rig.client.schedules.create({
      destination: `${rig.destination.url}/s`,
      cron: 'CRON_TZ=America/Chicago 30 8 * * *',
      body: '{"a":1}',
      headers: { 'X-Own': 'own' },
      delay: 5,
      scheduleId: 'morning',
    })
    expect(scheduleId).toBe('morning')
    const firing = new Date('2026-11-02T14:30:00Z')
    expect(await rig.qstash.nextDueAt()).toEqual(firing)
    rig.clock.advance(firing.getTime() - rig.clock.now().getTime())
    expect(await rig.qstash.deliverDue()).toBe(0)
    expect(await rig.client.schedules.get('morning')).toMatchObject({
      lastScheduleTime: firing.getTime(),
      nextScheduleTime: Date.parse('2026-11-03T14:30:00Z'),
    })
    expect(Object.values((await rig.client.schedules.get('morning')).lastScheduleStates ?? {})).toEqual(['IN_PROGRESS'])
    expect(await rig.pass(5)).toBe(1)
    expect(rig.destination.received[0]).toMatchObject({
      url: '/s',
      headers: { 'x-own': 'own', 'upstash-schedule-id': 'morning', 'content-type': 'application/json' },
    })
    expect(rig.destination.bodies()).toEqual(['{"a":1}'])
    expect(Object.values((await rig.client.schedules.get('morning')).lastScheduleStates ?? {})).toEqual(['SUCCESS'])
  })

  test('upsert, view, list, pause, resume, delete', async () => {
    const { schedules } = rig.client
    const create = (cron: string) =>
      schedules.create({
        destination: `${rig.destination.url}/s`,
        cron,
        scheduleId: 'tick',
        retries: 7,
        label: 'l',
        queueName: 'line',
        method: 'PUT',
      })
    await create('0 * * * *')
    await create('*/10 * * * *')
    expect(await schedules.list()).toMatchObject([
      {
        scheduleId: 'tick',
        cron: '*/10 * * * *',
        destination: `${rig.destination.url}/s`,
        method: 'PUT',
        retries: 7,
        queueName: 'line',
        isPaused: false,
        labels: ['l'],
        nextScheduleTime: Date.parse('2026-11-02T09:10:00Z'),
      },
    ])
    await schedules.pause({ schedule: 'tick' })
    expect(await schedules.get('tick')).toMatchObject({ isPaused: true })
    expect(await rig.pass(3600)).toBe(0)
    await schedules.resume({ schedule: 'tick' })
    expect(await rig.qstash.deliverDue()).toBe(0)
    expect(await rig.pass(600)).toBe(1)
    // Firings missed while nothing ran are made up for by one.
    expect(await rig.pass(6000)).toBe(1)
    await schedules.delete('tick')
    expect(await refusal(() => schedules.get('tick'))).toMatchObject({ status: 404 })
    expect(await rig.pass(6000)).toBe(0)
  })

  test('to a URL group, as it is when the schedule fires; a bad cron or destination is refused', async () => {
    const { url } = rig.destination
    await rig.client.urlGroups.addEndpoints({ name: 'crowd', endpoints: [{ url: `${url}/a` }] })
    await rig.client.schedules.create({ destination: 'crowd', cron: '* * * * *' })
    await rig.client.urlGroups.addEndpoints({ name: 'crowd', endpoints: [{ url: `${url}/b` }] })
    expect(await rig.pass(60)).toBe(2)
    const refused = (destination: string, cron: string) =>
      refusal(() => rig.client.schedules.create({ destination, cron }))
    expect(await refused(url, '* * *')).toMatchObject({ status: 400, error: expect.stringContaining('invalid cron') })
    expect(await refused('https://example.com', '* * * * *')).toMatchObject({ status: 400 })
    expect(await refused('nobody', '* * * * *')).toMatchObject({ status: 404 })
  })
})
