import { describe, expect, test } from 'vitest'
import { retryDelaySeconds } from '../../functions/local/qstash/backoff.ts'
import { nextFiring } from '../../functions/local/qstash/cron.ts'
import { parseDestination, splitTarget } from '../../functions/local/qstash/destination.ts'
import { parseDurationSeconds } from '../../functions/local/qstash/duration.ts'
import { compileRetryDelay } from '../../functions/local/qstash/retry-delay.ts'

const NOW = new Date('2026-11-02T09:00:00Z')

describe('retry delay expressions', () => {
  test.each([
    ['1000', [1000, 1000, 1000]],
    ['1000 * (1 + retried)', [1000, 2000, 3000]],
    ['pow(2, retried) * 1000', [1000, 2000, 4000]],
    ['max(1000, pow(2, retried) * 100)', [1000, 1000, 1000]],
    ['min(2500, 1000 + retried * 1000)', [1000, 2000, 2500]],
    ['-(2 - 5) * 10 / 4 % 7 + retried', [0.5, 1.5, 2.5]],
    ['ceil(0.1) + floor(1.9) + round(0.5) + abs(-1) + sqrt(4) + exp(0)', [7, 7, 7]],
  ])('%s', (expression, delays) => {
    expect([0, 1, 2].map(compileRetryDelay(expression))).toEqual(delays)
  })

  test.each([
    '',
    '1 +',
    'retries',
    'pow(2)',
    'constructor(1)',
    'toString',
    'retried.x',
    '1; 2',
    '(1',
    '1 2',
    '('.repeat(100),
    '9'.repeat(201),
  ])('refuses %j', (expression) => {
    expect(() => compileRetryDelay(expression)).toThrow()
  })
})

describe('back-off', () => {
  const waitAfter = (retried: number, headers?: Record<string, string>, expression?: string) =>
    retryDelaySeconds({ retried, expression, responseHeaders: new Headers(headers), now: NOW })

  test('12 s, 2m28s, 30m8s, 6h7m6s, then a day', () => {
    expect([0, 1, 2, 3, 4, 5].map((retried) => waitAfter(retried))).toEqual([12, 148, 1808, 22026, 86400, 86400])
  })

  test.each([
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '6m5s' }, 365],
    [{ 'retry-after': 'Mon, 02 Nov 2026 09:00:30 GMT' }, 30],
    [{ 'retry-after': 'Mon, 02 Nov 2026 08:00:00 GMT' }, 0],
    [{ 'x-ratelimit-reset': '11' }, 11],
    [{ 'x-ratelimit-reset-requests': '1m' }, 60],
    [{ 'x-ratelimit-reset-tokens': '2s' }, 2],
    [{ 'retry-after': '90000' }, 12],
    [{ 'retry-after': '90000', 'x-ratelimit-reset': '5' }, 5],
    [{ 'retry-after': 'soon' }, 12],
  ])('%o', (headers, seconds) => {
    expect(waitAfter(0, headers)).toBe(seconds)
  })

  test('the destination wins over the expression, the expression over the default; a day is the most', () => {
    expect(waitAfter(2, {}, '1000 * (1 + retried)')).toBe(3)
    expect(waitAfter(2, { 'retry-after': '9' }, '1000 * (1 + retried)')).toBe(9)
    expect(waitAfter(0, {}, '1000000000')).toBe(86_400)
    expect(waitAfter(0, {}, '0 - 5')).toBe(0)
    expect(waitAfter(0, {}, '1 / 0')).toBe(12)
  })
})

test('durations', () => {
  const texts = ['90s', '1d10h30m', '6m5s', '1.5h', '250ms', '', '5', '5x', '-5s', 's']
  expect(texts.map(parseDurationSeconds)).toEqual([
    90,
    124_200,
    365,
    5_400,
    0.25,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

describe('destinations', () => {
  test.each([
    ['http://127.0.0.1:3000/a?x=a%20b&q=1', { url: 'http://127.0.0.1:3000/a?x=a%20b&q=1' }],
    ['http%3A%2F%2F127.0.0.1%3A3000%2Fa%3Fx=1', { url: 'http://127.0.0.1:3000/a?x=1' }],
    ['http://localhost/a#fragment', { url: 'http://localhost/a' }],
    ['http://[::1]:8080/', { url: 'http://[::1]:8080/' }],
    ['my-group_1.a', { urlGroup: 'my-group_1.a' }],
  ])('%s', (raw, destination) => {
    expect(parseDestination(raw)).toEqual(destination)
  })

  test.each([
    ['localhost:3000/a', 'invalid scheme'],
    ['ftp://127.0.0.1/', 'invalid scheme'],
    ['https://example.com/', 'lookup example.com on 127.0.0.1: no such host'],
    ['http://127.0.0.1.example.com/', 'no such host'],
    ['http://user@example.com/', 'no such host'],
    ['http://192.168.0.1/', 'no such host'],
    ['http://127.0.0.1:99999/', 'unable to parse'],
  ])('refuses %s', (raw, error) => {
    expect(() => parseDestination(raw)).toThrow(error)
  })

  test('options by query leave, the rest stays byte for byte', () => {
    const target = '/v2/publish/http://127.0.0.1/a?x=a%20b&Upstash-Delay=5s&qstash_token=t&y=%2F&&z'
    const { destination, options } = splitTarget(target, '/v2/publish/')
    expect(destination).toBe('http://127.0.0.1/a?x=a%20b&y=%2F&&z')
    expect(Object.fromEntries(options)).toEqual({ 'upstash-delay': '5s', qstash_token: 't' })
  })
})

test.each([
  ['*/15 * * * *', '2026-11-02T09:15:00.000Z'],
  ['0 9 * * 1-5', '2026-11-03T09:00:00.000Z'],
  // Chicago left daylight saving time the day before: 09:00 there is 15:00 UTC.
  ['CRON_TZ=America/Chicago 0 9 * * *', '2026-11-02T15:00:00.000Z'],
  ['  CRON_TZ=Asia/Tokyo   30 8 * * *  ', '2026-11-02T23:30:00.000Z'],
])('cron %s', (cron, next) => {
  expect(nextFiring(cron, NOW)?.toISOString()).toBe(next)
})

test.each(['* * * *', '61 * * * *', '* * * * * *', 'CRON_TZ=Nowhere/City * * * * *', ''])('refuses cron %j', (cron) => {
  expect(() => nextFiring(cron, NOW)).toThrow('invalid cron')
})
