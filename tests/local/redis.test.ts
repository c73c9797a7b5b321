import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type LocalRedis, startLocalRedis } from '../../functions/local/redis/server.ts'

let server: LocalRedis
let redis: Redis
let now: Date

beforeEach(async () => {
  now = new Date('2026-11-22T10:00:00Z')
  server = await startLocalRedis({ clock: { now: () => now } })
  redis = new Redis({ url: server.url, token: server.token, enableTelemetry: false })
})
afterEach(() => server.close())

function advance(ms: number): void {
  now = new Date(now.getTime() + ms)
}

function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${server.token}`, ...init.headers }
  return fetch(server.url + path, { ...init, headers })
}

describe('@upstash/redis', () => {
  it('keeps text of any script, and objects as JSON', async () => {
    await redis.set('greeting', 'Grüße aus 東京 🚚')
    await redis.set('object', { nested: [1, 'two'] })
    expect(await redis.get('greeting')).toBe('Grüße aus 東京 🚚')
    expect(await redis.get('object')).toEqual({ nested: [1, 'two'] })
    expect(await redis.strlen('greeting')).toBe(Buffer.byteLength('Grüße aus 東京 🚚'))
  })

  it('lets keys live as long as the clock says', async () => {
    await redis.set('short', 'x', { px: 1500 })
    expect(await redis.pttl('short')).toBe(1500)
    advance(1500)
    expect(await redis.get('short')).toBe('x')
    advance(1)
    expect(await redis.get('short')).toBeNull()
    expect(await redis.ttl('short')).toBe(-2)
  })

  it('knows hashes, lists, sets and sorted sets', async () => {
    expect(await redis.hset('hash', { a: 1, b: 'two' })).toBe(2)
    expect(await redis.hgetall('hash')).toEqual({ a: 1, b: 'two' })
    await redis.rpush('list', 'a', 'b', 'c')
    expect(await redis.lrange('list', -2, -1)).toEqual(['b', 'c'])
    await redis.sadd('set', 'x', 'y')
    expect(await redis.smismember('set', ['x', 'z'])).toEqual([1, 0])
    await redis.zadd('zset', { score: 2, member: 'late' }, { score: 1.5, member: 'early' })
    expect(await redis.zrange('zset', 0, -1, { withScores: true })).toEqual(['early', 1.5, 'late', 2])
  })

  it('reads one and writes one in the same transaction', async () => {
    expect(await redis.multi().set('count', 1).incr('count').get('count').exec()).toEqual(['OK', 2, 2])
  })

  it('throws away a whole transaction with a command that cannot run', async () => {
    const transaction = redis.multi().set('kept', 'no')
    await expect(transaction.evalsha('not-a-sha', [], []).exec()).rejects.toThrow()
    const broken = await request('/multi-exec', { method: 'POST', body: '[["set","other","no"],["nonsense"]]' })
    expect(broken.status).toBe(400)
    expect(await broken.json()).toEqual({ error: 'EXECABORT Transaction discarded because of previous errors.' })
    expect(await redis.exists('other')).toBe(0)
  })

  it('scans with a pattern', async () => {
    await redis.mset({ 'a:1': 1, 'a:2': 2, 'b:1': 3 })
    const [cursor, keys] = await redis.scan(0, { match: 'a:*', count: 1 })
    expect(cursor).toBe('0')
    expect(keys.toSorted()).toEqual(['a:1', 'a:2'])
  })

  it('answers an error per command of a pipeline', async () => {
    await redis.set('word', 'x')
    const response = await request('/pipeline', { method: 'POST', body: '[["incr","word"],["get","word"],["nope"]]' })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual([
      { error: 'ERR value is not an integer or out of range' },
      { result: 'x' },
      { error: "ERR unknown command 'nope', with args beginning with: " },
    ])
  })
})

describe('scripts', () => {
  it('run by their SHA-1 once they were seen, shebang and all', async () => {
    const script = '#!lua flags=allow-key-locking\nreturn {KEYS[1], ARGV[1], 600*3600000}'
    const sha = await redis.scriptLoad(script)
    expect(await redis.evalsha(sha, ['k'], ['v'])).toEqual(['k', 'v', 2_160_000_000])
    await redis.scriptFlush()
    await expect(redis.evalsha(sha, ['k'], ['v'])).rejects.toThrow('NOSCRIPT')
  })

  it('spell whole numbers without a fraction, as Lua 5.1 does', async () => {
    const script = `return {tostring(5), 'k' .. 1, math.floor(2.7) .. '', string.format('%d %s', 1700000000000, 7),
      table.concat({1, 2.5}, ','), tostring(tonumber('0x10')), select('#', unpack({1, 2}))}`
    const raw = new Redis({ url: server.url, token: server.token, automaticDeserialization: false })
    expect(await raw.eval(script, [], [])).toEqual(['5', 'k1', '2', '1700000000000 7', '1,2.5', '16', 2])
  })

  it('are stopped when they do not end', async () => {
    await expect(redis.eval('while true do end', [], [])).rejects.toThrow('ran too long')
    expect(await redis.eval('return 1', [], [])).toBe(1)
  })

  it('leave nothing behind for the next one and reach no file', async () => {
    await expect(redis.eval('leak = 1', [], [])).rejects.toThrow('readonly')
    await expect(redis.eval('return io.open("/etc/passwd")', [], [])).rejects.toThrow('nonexistent global')
    await expect(redis.eval('return require("fs")', [], [])).rejects.toThrow('nonexistent global')
  })
})

describe('@upstash/ratelimit', () => {
  // The SDK reads its own clock for the window, so these run on the real one and use windows too long to end meanwhile.
  beforeEach(() => {
    now = new Date()
  })

  it.each([
    ['fixedWindow', Ratelimit.fixedWindow(3, '365 d')],
    ['slidingWindow', Ratelimit.slidingWindow(3, '365 d')],
    ['tokenBucket', Ratelimit.tokenBucket(3, '365 d', 3)],
  ] as const)('%s allows three, refuses the fourth, and starts again after a reset', async (prefix, limiter) => {
    const limit = new Ratelimit({ redis, limiter, prefix, ephemeralCache: false })
    const outcomes = []
    for (let hit = 0; hit < 4; hit++) outcomes.push(await limit.limit('someone'))
    expect(outcomes.map(({ success }) => success)).toEqual([true, true, true, false])
    expect(outcomes.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0])
    expect((await limit.limit('someone else')).success).toBe(true)
    await limit.resetUsedTokens('someone')
    expect(await limit.getRemaining('someone')).toMatchObject({ remaining: 3, limit: 3 })
  })

  it('takes several at once and gives them back', async () => {
    const limit = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(10, '365 d'), ephemeralCache: false })
    expect(await limit.limit('someone', { rate: 8 })).toMatchObject({ success: true, remaining: 2 })
    expect(await limit.limit('someone', { rate: -5 })).toMatchObject({ success: true, remaining: 7 })
  })

  it('has limits that change while it runs', async () => {
    const limiter = Ratelimit.fixedWindow(1, '365 d')
    const limit = new Ratelimit({ redis, limiter, ephemeralCache: false, dynamicLimits: true })
    await limit.setDynamicLimit({ limit: 5 })
    expect(await limit.limit('someone')).toMatchObject({ success: true, limit: 5, remaining: 4 })
  })
})

describe('the front', () => {
  it('refuses a wrong token before it reads the command', async () => {
    const response = await request('/set/a/1', { headers: { authorization: 'Bearer wrong' } })
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ error: 'Unauthorized' })
    expect(await redis.exists('a')).toBe(0)
  })

  it('takes commands spelled as a path, the value as a body, options as a query', async () => {
    expect(await (await request('/set/key/caf%C3%A9')).json()).toEqual({ result: 'OK' })
    expect(await (await request('/get/key')).json()).toEqual({ result: 'café' })
    await request('/set/body?EX=100', { method: 'POST', body: 'a/b c' })
    expect(await (await request('/get/body')).json()).toEqual({ result: 'a/b c' })
    expect(await (await request('/ttl/body')).json()).toEqual({ result: 100 })
  })

  it('encodes every string but a lone OK when asked for base64', async () => {
    const headers = { 'upstash-encoding': 'base64' }
    const post = (body: unknown) => request('/', { method: 'POST', headers, body: JSON.stringify(body) })
    expect(await (await post(['SET', 'n', 7])).json()).toEqual({ result: 'OK' })
    expect(await (await post(['get', 'n'])).json()).toEqual({ result: btoa('7') })
    expect(await (await post(['mget', 'n', 'none'])).json()).toEqual({ result: [btoa('7'), null] })
    expect(await (await post(['ping'])).json()).toEqual({ result: btoa('PONG') })
    expect(await (await post(['eval', "return {'OK', {'x', 1}}", 0])).json()).toEqual({
      result: [btoa('OK'), [btoa('x'), 1]],
    })
  })

  it('answers a refused command with 400 and the Redis error', async () => {
    const response = await request('/', { method: 'POST', body: '["get"]' })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: "ERR wrong number of arguments for 'get' command" })
    expect(response.headers.get('upstash-sync-token')).toBe('local')
  })

  it.each(['/multi', '/SELECT/0', '/exec'])('has no connection for %s to hold', async (path) => {
    expect((await request(path)).status).toBe(400)
    expect(await redis.set('still', 'works')).toBe('OK')
  })

  it.each(['not json', '[]', '[["get"]]', '[null]', '{"a":1}'])(
    'answers 400 to a body that is no command: %s',
    async (body) => {
      expect((await request('/', { method: 'POST', body })).status).toBe(400)
    },
  )
})
