import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RedisEngine } from '../../functions/local/redis/engine.ts'
import { isFailure, isStatus, type Reply } from '../../functions/local/redis/reply.ts'
import { type LocalRedis, startLocalRedis } from '../../functions/local/redis/server.ts'
import { hasRedisServer, type RealRedis, startRealRedis } from './real-redis.ts'
import { anyCommand } from './redis-commands.ts'

const available = hasRedisServer()
if (!available)
  console.info('Skipped: the comparison with a real Redis needs the program redis-server, which is not here.')

describe.skipIf(!available)('our engine and a real redis-server', () => {
  let real: RealRedis
  const ours = new RedisEngine({ now: () => new Date() })
  beforeAll(async () => {
    real = await startRealRedis()
  })
  afterAll(() => real.stop())

  async function startAfresh(): Promise<void> {
    for (const backend of [real, ours]) {
      await backend.exec(['DISCARD'])
      await backend.exec(['FLUSHALL'])
    }
  }

  async function expectSameReplies(commands: string[][]): Promise<void> {
    await startAfresh()
    const transcript: unknown[] = []
    const expected: unknown[] = []
    let queued: string[] = []
    for (const argv of commands) {
      const [theirs, mine] = [await real.exec(argv), await ours.exec(argv)]
      const name = argv[0]!.toLowerCase()
      expected.push([argv, comparable(name, theirs, queued)])
      transcript.push([argv, comparable(name, sameTime(name, mine, theirs, queued), queued)])
      if (isStatus(theirs) && theirs.ok === 'QUEUED') queued.push(name)
      else if (name === 'multi' || name === 'exec' || name === 'discard') queued = []
    }
    expect(transcript).toEqual(expected)
  }

  it('answer the same to any sequence of commands', async () => {
    await fc.assert(fc.asyncProperty(fc.array(anyCommand, { minLength: 1, maxLength: 60 }), expectSameReplies), {
      numRuns: Number(process.env.REDIS_DIFFERENTIAL_RUNS ?? 250),
    })
  })

  it('answer the same to the scripts of @upstash/ratelimit with any numbers', async () => {
    const scripts = await ratelimitScripts()
    expect(scripts.length).toBe(7)
    const number = fc.constantFrom('0', '1', '2', '3', '10', '100')
    const now = fc.integer({ min: 1_790_000_000_000, max: 1_800_000_000_000 }).map(String)
    const window = fc.constantFrom('1000', '600000', '3600000', '31536000000', '2160000000')
    const rate = fc.constantFrom('1', '1', '2', '-1', '5')
    const key = fc.constantFrom('k:1', 'k:2')
    const hit = fc.constantFrom(...scripts).chain(({ name, script }) => {
      const argv = {
        fixedWindow: fc.tuple(number, window, rate),
        slidingWindow: fc.tuple(number, now, window, rate),
        tokenBucket: fc.tuple(number, window, fc.constantFrom('1', '3', '7'), now, rate),
        reset: fc.constant([]),
      }[name]
      const keys = name === 'reset' ? fc.constant(['k:*']) : fc.tuple(key, key, fc.constantFrom('', 'limit'))
      const keysFor = keys.map((all) => (name === 'slidingWindow' || name === 'reset' ? all : [all[0]!, all[2]!]))
      return fc
        .tuple(keysFor, argv)
        .map(([chosen, args]) => ['EVAL', script, String(chosen.length), ...chosen, ...args])
    })
    const other = fc.constantFrom<string[]>(
      ['SET', 'limit', '5'],
      ['DEL', 'limit'],
      ['PTTL', 'k:1'],
      ['GET', 'k:2'],
      ['HGETALL', 'k:1'],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof({ weight: 4, arbitrary: hit }, other), { maxLength: 25 }), expectSameReplies),
      { numRuns: 120 },
    )
  })

  it.each([
    'return {1, 2.9, -2.9, true, false, "x", {3, {4}}}',
    'return {1, nil, 3}',
    'return {ok = "FINE"}',
    'return redis.status_reply("FINE")',
    'return redis.error_reply("MINE own error")',
    'return {err = "OTHER error"}',
    'return redis.call("set", KEYS[1], 1.5)',
    'redis.call("set", KEYS[1], 600 * 3600000) return redis.call("get", KEYS[1])',
    'redis.call("set", KEYS[1], 2 ^ 31 + 1) return redis.call("get", KEYS[1])',
    'return "k" .. 1 .. 2.5 .. 10 / 2',
    'return tostring(1700000000000)',
    'return tostring(2 ^ 53)',
    'return string.format("%d|%5d|%05d|%s|%.2f|%x", 1700000000000, 42, 42, 7, 1.005, 255)',
    'return {math.floor(-1.5), math.ceil(1.2), math.max(1, 2), math.min(3, 2), 7 % 3, -7 % 3, math.pow(2, 10)}',
    'return {tonumber("12"), tonumber("0x10"), tonumber("abc") == nil, tonumber("10", 2), tonumber(" 5 ")}',
    'local t = {} for i = 1, 5 do t[i] = i * i end return {#t, unpack(t)}',
    'local t = {5, 3, 1} table.sort(t) return table.concat(t, ",")',
    'local t = {} table.insert(t, "a") table.insert(t, 1, "b") table.remove(t) return t',
    'return {string.sub("hello", 2, 3), string.rep("ab", 3), string.len("x"), string.upper("a"), ("x"):byte()}',
    'return {string.find("hello world", "o w"), string.match("k:12", "%d+"), (string.gsub("aaa", "a", "b", 2))}',
    'return redis.call("get", "nothing") == false',
    'return redis.call("hgetall", KEYS[1])',
    'return type(redis.call("set", KEYS[1], "x")) .. redis.call("set", KEYS[1], "x").ok',
    'redis.call("set", KEYS[1], "x") return redis.call("incr", KEYS[1])',
    'redis.call("set", KEYS[1], "x") return redis.pcall("incr", KEYS[1]).err',
    'redis.call("set", KEYS[1], "x") return redis.pcall("lpush", KEYS[1], "y")',
    'return select(2, pcall(redis.call, "nonsense"))',
    'return {select(2, pcall(function() return 1, 2 end))}',
    'return tostring(1 / 3) .. " " .. tostring(1e-7) .. " " .. 123456.789e3 .. " " .. 1e100 .. " " .. 1 / 0',
    'return redis.call("nonsense")',
    'return redis.call("get")',
    'return redis.call()',
    'return redis.call("set", KEYS[1], {})',
    'return redis.call("eval", "return 1", 0)',
    'return redis.call("multi")',
    'return redis.call("toString")',
    'return redis.sha1hex("x")',
    'return {#KEYS, #ARGV, ARGV[1], ARGV[2], ARGV[3]}',
    'return undefined_global',
    'leak = 1',
    'error("boom")',
    'error({err = "MY boom"})',
    'return 1 + nil',
    'return 1 + "x"',
    'return "10" + 5',
    'return "\\255\\0x"',
    'local n = 0 while n < 1000 do n = n + 1 end return n',
    'return redis.call("zadd", KEYS[1], 1.25, "m", 3, "n") + redis.call("zcard", KEYS[1])',
  ])('answer the same to the script %s', async (script) => {
    await expectSameReplies([
      ['eval', script, '1', 'key', 'first', 'caf\xc3\xa9'],
      ['get', 'key'],
      ['script', 'exists', '0'.repeat(40)],
    ])
  })

  it('answer the same to EVALSHA, SCRIPT and wrong numbers of keys', async () => {
    const sha = String(await ours.exec(['script', 'load', 'return ARGV[1]']))
    await expectSameReplies([
      ['script', 'flush'],
      ['evalsha', sha, '0', 'x'],
      ['script', 'load', 'return ARGV[1]'],
      ['evalsha', sha.toUpperCase(), '0', 'x'],
      ['script', 'exists', sha, 'nothing'],
      ['eval', 'return 1', '-1'],
      ['eval', 'return 1', '2', 'k'],
      ['eval', 'return 1', 'x'],
    ])
  })
})

describe.skipIf(!available)('a real redis-server behind our front', () => {
  let real: RealRedis
  let server: LocalRedis
  beforeAll(async () => {
    real = await startRealRedis()
    server = await startLocalRedis({ clock: { now: () => new Date() }, backend: real })
  })
  afterAll(async () => {
    await server.close()
    await real.stop()
  })

  it('serves both SDKs', async () => {
    const redis = new Redis({ url: server.url, token: server.token, enableTelemetry: false })
    expect(await redis.multi().set('count', 1).incr('count').exec()).toEqual(['OK', 2])
    const limit = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(2, '365 d'), ephemeralCache: false })
    const outcomes = []
    for (let hit = 0; hit < 3; hit++) outcomes.push((await limit.limit('someone')).success)
    expect(outcomes).toEqual([true, true, false])
  })
})

/** The text of each script, caught as the SDK hands it to a client that knows no script yet. */
async function ratelimitScripts() {
  type Name = 'fixedWindow' | 'slidingWindow' | 'tokenBucket' | 'reset'
  const scripts = new Map<string, Name>()
  const limiters = {
    fixedWindow: Ratelimit.fixedWindow(3, '1 h'),
    slidingWindow: Ratelimit.slidingWindow(3, '1 h'),
    tokenBucket: Ratelimit.tokenBucket(3, '1 h', 3),
  }
  for (const name of ['fixedWindow', 'slidingWindow', 'tokenBucket'] as const) {
    const redis = new Redis({ url: 'http://127.0.0.1:1', token: 'none', enableAutoPipelining: false })
    redis.evalsha = () => Promise.reject(new Error('NOSCRIPT'))
    redis.eval = (async (script: string) => {
      scripts.set(script, script.includes("redis.call('SCAN'") ? 'reset' : name)
      return [1, 1, 1]
    }) as typeof redis.eval
    const limit = new Ratelimit({ redis, limiter: limiters[name], ephemeralCache: false })
    await limit.limit('x')
    await limit.getRemaining('x')
    await limit.resetUsedTokens('x')
  }
  return [...scripts].map(([script, name]) => ({ script, name }))
}

const UNORDERED = ['keys', 'smembers', 'sunion', 'sinter', 'sdiff', 'hkeys', 'hvals']
const LIVES = ['ttl', 'pttl', 'expiretime', 'pexpiretime']
/** In milliseconds: what may pass between asking one server and the other. */
const SLACK = 5000

/** Our reply, with lives that count from now set to those of the other server where they are close enough. */
function sameTime(name: string, mine: Reply, theirs: Reply, queued: string[]): Reply {
  if (name === 'exec' && Array.isArray(mine) && Array.isArray(theirs)) {
    return mine.map((item, index) => sameTime(queued[index] ?? '', item, theirs[index] ?? null, []))
  }
  if (!LIVES.includes(name) || typeof mine !== 'number' || typeof theirs !== 'number') return mine
  const slack = name.startsWith('p') ? SLACK : SLACK / 1000
  return mine > 0 && theirs > 0 && Math.abs(mine - theirs) <= slack ? theirs : mine
}

/** Without the order of sets, which Redis leaves open. A transaction's replies go by the commands queued. */
function comparable(name: string, reply: Reply, queued: string[] = []): unknown {
  if (isFailure(reply)) return { err: withoutPlace(reply.err) }
  if (!Array.isArray(reply)) return reply
  if (name === 'exec') return reply.map((item, index) => comparable(queued[index]!, item))
  if (UNORDERED.includes(name)) return reply.toSorted()
  if (name === 'hgetall') return pairsOf(reply).toSorted()
  if (name === 'scan' || name === 'sscan') return [reply[0], (reply[1] as Reply[]).toSorted()]
  if (name === 'hscan' || name === 'zscan') return [reply[0], pairsOf(reply[1] as Reply[]).toSorted()]
  return reply
}

function pairsOf(flat: Reply[]): string[] {
  return flat.flatMap((item, index) => (index % 2 === 0 ? [`${item}=${flat[index + 1]}`] : []))
}

/** Lua 5.1 and 5.3 word an error of the language differently; which script and line it was is not part of the contract. */
function withoutPlace(message: string): string {
  return message
    .replace(/(Error compiling script).*/s, '$1')
    .replace(/ script: [0-9a-f]{40}, on @user_script:\d+\.$/, '')
}
