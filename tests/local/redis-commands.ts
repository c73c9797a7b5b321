import fc from 'fast-check'

const key = fc.constantFrom('a', 'b', 'c', 'd')
const whole = fc.constantFrom('0', '1', '2', '-1', '-2', '5', '100', '-100')
const oddNumber = fc.constantFrom('1.5', ' 1', '+1', '01', '', 'x', '99999999999999999999')
const integer = fc.oneof({ weight: 8, arbitrary: whole }, { weight: 1, arbitrary: oddNumber })
/** On keys of their own: INCRBYFLOAT has 80 bits in Redis and 64 in ours. */
const huge = fc.constantFrom('9223372036854775807', '-9223372036854775808', '9223372036854775800', '7', '-7')
const hugeKey = fc.constantFrom('huge1', 'huge2')
const text = fc.constantFrom('', 'x', 'hello', '7', '-3', '2.5', '1e3', 'caf\xc3\xa9', '\xff\x00\r\n')
/** Members and fields are few, so that commands meet. */
const member = fc.constantFrom('m', 'n', 'o', '', '1', '\xff', 'mm')
/** Fractions that both floating formats print alike. */
const score = fc.constantFrom('0', '1', '-1', '2.5', '0.25', '100', 'inf', '-inf', '+inf', 'x', '1e2')
const scoreBound = fc.oneof(score, fc.constantFrom('(1', '(2.5', '(-inf', '-inf', '+inf', '(x'))
const lexBound = fc.constantFrom('-', '+', '[m', '(m', '[n', '(o', '[', 'm')
/** Far longer than a test runs. */
const life_s = fc.constantFrom('100', '200', '-100', '0', 'x', '9223372036854775807')
const life_ms = fc.constantFrom('100000', '200000', '-1', '0', 'x', '9223372036854775807')
const instant_s = fc.constantFrom('4000000000', '4100000000', '1', '-1')
/** SET with a past moment leaves a dead key that Redis still counts in DBSIZE until it looks at it. */
const future_s = fc.constantFrom('4000000000', '0', '-1')
const future_ms = fc.constantFrom('4100000000500', '0', 'x')
const instant_ms = fc.constantFrom('4000000000000', '4100000000500', '1')

type Words = fc.Arbitrary<string[]>
function words(...parts: (string | fc.Arbitrary<string> | Words)[]): Words {
  const arbitraries = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))
  return fc.tuple(...arbitraries).map((values) => values.flat())
}
function some(of: fc.Arbitrary<string>, least = 1): Words {
  return fc.array(of, { minLength: least, maxLength: 4 })
}
function maybe(...options: (string | Words)[]): Words {
  return fc.oneof(
    fc.constant<string[]>([]),
    ...options.map((option) => (typeof option === 'string' ? words(option) : option)),
  )
}
function pairs(left: fc.Arbitrary<string>, right: fc.Arbitrary<string>): Words {
  return fc.array(fc.tuple(left, right), { minLength: 1, maxLength: 3 }).map((list) => list.flat())
}

const strings = [
  words(
    'set',
    key,
    text,
    maybe('NX', 'xx', 'KEEPTTL', words('EX', life_s), words('px', life_ms)),
    maybe('GET', 'NX', 'bad'),
  ),
  words('set', key, text, maybe(words('EXAT', future_s), words('PXAT', future_ms))),
  words('setnx', key, text),
  words('setex', key, life_s, text),
  words('psetex', key, life_ms, text),
  words('get', key),
  words('getset', key, text),
  words('getdel', key),
  words('getex', key, maybe('PERSIST', words('EX', life_s), words('PX', life_ms), 'bad')),
  words('mget', some(key)),
  words('mset', pairs(key, text), maybe('odd')),
  words('msetnx', pairs(key, text)),
  words('incr', key),
  words('decr', key),
  words('incrby', key, integer),
  words('decrby', key, integer),
  words('incrbyfloat', key, score),
  words(fc.constantFrom('incrby', 'decrby'), hugeKey, huge),
  words('hincrby', 'hugehash', member, huge),
  words(fc.constantFrom('get', 'incr', 'decr', 'del'), hugeKey),
  words('append', key, text),
  words('strlen', key),
  words('getrange', key, integer, integer),
  words('setrange', key, integer, text),
]

const hashes = [
  words('hset', key, pairs(member, text), maybe('odd')),
  words('hmset', key, pairs(member, text)),
  words('hsetnx', key, member, text),
  words('hget', key, member),
  words('hmget', key, some(member)),
  words('hgetall', key),
  words('hkeys', key),
  words('hvals', key),
  words('hlen', key),
  words('hexists', key, member),
  words('hstrlen', key, member),
  words('hdel', key, some(member)),
  words('hincrby', key, member, integer),
  words('hincrbyfloat', key, member, fc.constantFrom('1', '0.5', '-0.25', 'x')),
  words('hscan', key, '0', maybe(words('MATCH', fc.constantFrom('m*', '?', '[mn]', '[^m]')), 'bad')),
]

const lists = [
  words(fc.constantFrom('lpush', 'rpush', 'lpushx', 'rpushx'), key, some(member)),
  words(fc.constantFrom('lpop', 'rpop'), key, maybe(words(integer))),
  words('llen', key),
  words('lrange', key, integer, integer),
  words('lindex', key, integer),
  words('lset', key, integer, text),
  words('lrem', key, whole, member),
  words('ltrim', key, integer, integer),
  words('linsert', key, fc.constantFrom('BEFORE', 'after', 'bad'), member, text),
  words('lmove', key, key, fc.constantFrom('LEFT', 'RIGHT', 'bad'), fc.constantFrom('left', 'right')),
  words('rpoplpush', key, key),
]

const sets = [
  words('sadd', key, some(member)),
  words('srem', key, some(member)),
  words('smembers', key),
  words('sismember', key, member),
  words('smismember', key, some(member)),
  words('scard', key),
  words('smove', key, key, member),
  words(fc.constantFrom('sunion', 'sinter', 'sdiff'), some(key)),
  words(fc.constantFrom('sunionstore', 'sinterstore', 'sdiffstore'), key, some(key)),
  words('sscan', key, '0', maybe(words('MATCH', '[m-n]*'))),
]

const limit = maybe(words('LIMIT', whole, whole), words('LIMIT', '0'))
const sortedSets = [
  words(
    'zadd',
    key,
    maybe('NX', 'XX', 'GT', 'LT'),
    maybe('CH', 'INCR', 'GT', 'NX'),
    pairs(score, member),
    maybe('odd'),
  ),
  words('zincrby', key, score, member),
  words('zrem', key, some(member)),
  words('zscore', key, member),
  words('zmscore', key, some(member)),
  words('zcard', key),
  words(fc.constantFrom('zcount', 'zremrangebyscore'), key, scoreBound, scoreBound),
  words(fc.constantFrom('zrank', 'zrevrank'), key, member),
  words('zrange', key, integer, integer, maybe('REV', 'WITHSCORES', 'BYSCORE', 'bad'), limit),
  words('zrange', key, scoreBound, scoreBound, 'BYSCORE', maybe('REV', 'withscores'), limit),
  words('zrevrange', key, integer, integer, maybe('WITHSCORES', 'REV')),
  words(fc.constantFrom('zrangebyscore', 'zrevrangebyscore'), key, scoreBound, scoreBound, maybe('WITHSCORES'), limit),
  words('zremrangebyrank', key, integer, integer),
  words(fc.constantFrom('zpopmin', 'zpopmax'), key, maybe(words(whole))),
  words('zscan', key, '0', maybe(words('MATCH', 'm*'))),
]
/** By bytes of the member, which Redis only promises where all scores are equal. */
const lexSets = [
  words('zadd', 'lex', pairs(fc.constant('0'), member)),
  words(fc.constantFrom('zlexcount', 'zremrangebylex'), 'lex', lexBound, lexBound),
  words(fc.constantFrom('zrangebylex', 'zrevrangebylex'), 'lex', lexBound, lexBound, limit),
  words('zrange', 'lex', lexBound, lexBound, 'BYLEX', maybe('REV', 'WITHSCORES'), limit),
]

const condition = maybe('NX', 'XX', 'GT', 'lt', 'bad', words('NX', 'GT'), words('GT', 'LT'))
/** Later or earlier is a matter of the millisecond when both lives count from now. */
const conditionNow = maybe('NX', 'XX', 'bad', words('NX', 'GT'), words('GT', 'LT'))
const keys = [
  words(fc.constantFrom('del', 'unlink', 'exists', 'touch'), some(key)),
  words('type', key),
  words('keys', fc.constantFrom('*', '?', '[ab]', '[^a]', 'a*', '\\a', '[a-c]', 'le?')),
  words('scan', '0', 'COUNT', '1000', maybe(words('MATCH', '[a-b]'), words('TYPE', 'hash'), 'bad')),
  words(fc.constantFrom('ttl', 'pttl', 'expiretime', 'pexpiretime', 'persist'), key),
  words('expire', key, life_s, conditionNow),
  words('pexpire', key, life_ms, conditionNow),
  words('expireat', key, instant_s, condition),
  words('pexpireat', key, instant_ms, condition),
  words(fc.constantFrom('rename', 'renamenx'), key, key),
  words('copy', key, key, maybe('REPLACE')),
  words('dbsize'),
  words('flushdb', maybe('ASYNC', 'sync', 'bad')),
  words('ping', maybe('hello')),
  words('echo', text),
]

const transactions = [words('multi'), words('exec'), words('discard')]

const NAMES = [
  ...[
    'get',
    'set',
    'setex',
    'mget',
    'mset',
    'incrby',
    'hset',
    'hget',
    'hincrby',
    'lpush',
    'lpop',
    'lrange',
    'sadd',
    'smove',
  ],
  ...[
    'zadd',
    'zrange',
    'zcount',
    'del',
    'expire',
    'ttl',
    'rename',

    'keys',
    'ping',
    'evalsha',
    'nonsense',
    'EvAl',
  ],
]
/** Too few words, too many, in the wrong places. */
const malformed = words(fc.constantFrom(...NAMES), some(fc.oneof(key, whole, member), 0))

/** One command, hardly ever malformed; sequences of these fill the same few keys with every kind of value. */
export const anyCommand: Words = fc.oneof(
  { weight: 20, arbitrary: fc.oneof(...strings) },
  { weight: 12, arbitrary: fc.oneof(...hashes) },
  { weight: 12, arbitrary: fc.oneof(...lists) },
  { weight: 12, arbitrary: fc.oneof(...sets) },
  { weight: 14, arbitrary: fc.oneof(...sortedSets) },
  { weight: 8, arbitrary: fc.oneof(...lexSets) },
  { weight: 16, arbitrary: fc.oneof(...keys) },
  { weight: 3, arbitrary: fc.oneof(...transactions) },
  { weight: 4, arbitrary: malformed },
)
