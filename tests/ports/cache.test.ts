import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limitRules } from '../../functions/domain/limits/limit-rules.ts'
import { type LocalRedis, startLocalRedis } from '../../functions/local/redis/server.ts'
import { type Cache, openCache } from '../../functions/ports/cache.ts'

/** A window so long that no test run crosses its end: the SDK reads the wall clock by itself. */
const rule = { name: 'tries', hits: 3, window_seconds: 365 * 24 * 3600 }
const SECRET = 'secret-token-of-the-test'

describe('with Redis', () => {
  let redis: LocalRedis
  let cache: Cache
  const lines: string[] = []
  beforeEach(async () => {
    redis = await startLocalRedis({ clock: { now: () => new Date() }, log: (line) => lines.push(line) })
    cache = openCache({ mode: 'local', ...redis })
  })
  afterEach(() => redis.close())

  it('allows as many hits as the rule says and tells when to come back', async () => {
    const outcomes = []
    for (let hit = 0; hit < 4; hit++) outcomes.push(await cache.limit(rule, 'someone'))
    expect(outcomes.slice(0, 3)).toEqual([2, 1, 0].map((remaining) => ({ outcome: 'allowed', remaining })))
    expect(outcomes[3]).toMatchObject({ outcome: 'denied' })
    const [, , , denied] = outcomes
    expect(denied?.outcome === 'denied' && denied.retry_after_seconds).toBeGreaterThan(0)
  })

  it('counts each rule and each identifier for itself', async () => {
    for (let hit = 0; hit < 4; hit++) await cache.limit(rule, 'someone')
    expect(await cache.limit(rule, 'some*')).toEqual({ outcome: 'allowed', remaining: 2 })
    expect(await cache.limit({ ...rule, name: 'other' }, 'someone')).toEqual({ outcome: 'allowed', remaining: 2 })
  })

  it('does not let more through when many come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => cache.limit(rule, 'crowd')))
    expect(outcomes.filter(({ outcome }) => outcome === 'allowed')).toHaveLength(3)
  })

  it('keeps identifiers out of the keys, and gives every key a life', async () => {
    await cache.limit(rule, 'rep@example.com')
    await cache.setProgress('import-1', { done: 1, total: 2 })
    const keys = await ask('keys', '*')
    expect(keys).toHaveLength(2)
    for (const key of keys as string[]) {
      expect(key).toMatch(/^yf:(limit:tries:[0-9a-f]{64}:\d+|progress:import-1)$/)
      expect(await ask('ttl', key)).toBeGreaterThan(0)
    }
  })

  it('keeps the progress of long work for an hour', async () => {
    expect(await cache.getProgress('import-1')).toBeNull()
    await cache.setProgress('import-1', { done: 10, total: 2653 })
    expect(await cache.getProgress('import-1')).toEqual({ done: 10, total: 2653 })
    expect(await ask('ttl', 'yf:progress:import-1')).toBe(3600)
  })

  it('takes a value that is not progress for none', async () => {
    await ask('set', 'yf:progress:import-1', '{"done":"x"}')
    expect(await cache.getProgress('import-1')).toBeNull()
    await ask('set', 'yf:progress:import-1', 'not json')
    expect(await cache.getProgress('import-1')).toBeNull()
  })

  it('answers a ping', async () => {
    expect(await cache.ping()).toMatchObject({ ok: true })
  })

  it('says what is wrong with a wrong token without repeating it', async () => {
    const ping = await openCache({ mode: 'redis', url: redis.url, token: SECRET }).ping()
    expect(ping).toEqual({ ok: false, error: 'Redis refused: Unauthorized' })
  })

  async function ask(...command: string[]): Promise<unknown> {
    const headers = { authorization: `Bearer ${redis.token}` }
    const response = await fetch(redis.url, { method: 'POST', headers, body: JSON.stringify(command) })
    const { result } = (await response.json()) as { result: unknown }
    return result
  }
})

describe('without Redis', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
    server = undefined
  })

  async function cacheBehind(listener: RequestListener): Promise<Cache> {
    server = createServer(listener)
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return openCache({ mode: 'redis', url: `http://127.0.0.1:${port}`, token: SECRET })
  }

  async function expectUnavailable(cache: Cache, error: string): Promise<void> {
    expect(await cache.limit(rule, 'someone')).toEqual({ outcome: 'unavailable' })
    expect(await cache.ping()).toEqual({ ok: false, error })
    await cache.setProgress('import-1', { done: 1, total: 2 })
    expect(await cache.getProgress('import-1')).toBeNull()
  }

  it('nobody listens', async () => {
    const cache = await cacheBehind(() => {})
    await new Promise((resolve) => server!.close(resolve))
    await expectUnavailable(cache, 'Redis cannot be reached')
  })

  it('it never answers', async () => {
    await expectUnavailable(await cacheBehind(() => {}), 'Redis did not answer in time')
  })

  it('it answers with a page', async () => {
    const cache = await cacheBehind((_request, response) => response.end(`<html>${SECRET}</html>`))
    await expectUnavailable(cache, 'Redis answered something that is not JSON')
  })

  it('it answers with an error that repeats the token', async () => {
    const cache = await cacheBehind((_request, response) => {
      response.writeHead(400).end(JSON.stringify({ error: `ERR bad ${SECRET}` }))
    })
    await expectUnavailable(cache, 'Redis refused: ERR bad …')
  })

  it('is not configured', async () => {
    const cache = openCache({ mode: 'off', missing: ['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN'] })
    expect(cache.mode).toBe('off')
    await expectUnavailable(cache, 'Not configured: UPSTASH_REDIS_REST_URL, UPSTASH_REDIS_REST_TOKEN')
  })
})

it('the table names every rule by its key, with a name that fits into a Redis key', () => {
  for (const [key, { name }] of Object.entries(limitRules)) {
    expect(name).toBe(key)
    expect(name).toMatch(/^[a-z_]+$/)
  }
})
