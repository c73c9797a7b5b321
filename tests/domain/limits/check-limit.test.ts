import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { migrate } from '../../../db/migrate.ts'
import { type EmbeddedDatabase, openPglite } from '../../../db/open-pglite.ts'
import { deleteRateCounts } from '../../../db/queries/rate-counts.ts'
import { checkLimit } from '../../../functions/domain/limits/check-limit.ts'
import type { Cache, LimitOutcome } from '../../../functions/ports/cache.ts'
import { type MovableClock, stoppedClock } from '../../../functions/ports/clock.ts'

const rule = { name: 'tries', hits: 3, window_seconds: 600 }
let database: EmbeddedDatabase
let clock: MovableClock

beforeAll(async () => {
  database = await openPglite()
  await migrate(database.db)
})
afterAll(() => database.close())
beforeEach(async () => {
  clock = stoppedClock(new Date('2026-11-22T10:02:00Z'))
  await database.db.deleteFrom('rate_count').execute()
})

function hit(outcome: LimitOutcome, identifier = 'someone') {
  const cache: Pick<Cache, 'limit'> = { limit: async () => outcome }
  return checkLimit({ cache, db: database.db, clock }, rule, identifier)
}
const unavailable: LimitOutcome = { outcome: 'unavailable' }

it('takes the word of Redis and writes nothing', async () => {
  expect(await hit({ outcome: 'allowed', remaining: 1 })).toEqual({ outcome: 'allowed' })
  expect(await hit({ outcome: 'denied', retry_after_seconds: 7 })).toEqual({
    outcome: 'denied',
    retry_after_seconds: 7,
  })
  expect(await database.db.selectFrom('rate_count').selectAll().execute()).toEqual([])
})

it('counts in the database while Redis cannot be asked', async () => {
  for (let allowed = 0; allowed < 3; allowed++) expect(await hit(unavailable)).toEqual({ outcome: 'allowed' })
  expect(await hit(unavailable)).toEqual({ outcome: 'denied', retry_after_seconds: 480 })
  expect(await hit(unavailable, 'someone else')).toEqual({ outcome: 'allowed' })
  clock.advance(480_000)
  expect(await hit(unavailable)).toEqual({ outcome: 'allowed' })
})

it('counts everybody who comes at once', async () => {
  const decisions = await Promise.all(Array.from({ length: 10 }, () => hit(unavailable)))
  expect(decisions.filter(({ outcome }) => outcome === 'allowed')).toHaveLength(3)
})

it('stores no identifier as it came', async () => {
  await hit(unavailable, 'rep@example.com')
  const rows = await database.db.selectFrom('rate_count').selectAll().execute()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.key_hash).toMatch(/^[0-9a-f]{64}$/)
})

it('lets nobody in when the database cannot count either', async () => {
  const broken = await openPglite()
  const cache: Pick<Cache, 'limit'> = { limit: async () => unavailable }
  const decision = await checkLimit({ cache, db: broken.db, clock }, rule, 'someone')
  await broken.close()
  expect(decision).toEqual({ outcome: 'denied', retry_after_seconds: 30 })
})

it('forgets old windows', async () => {
  await hit(unavailable)
  expect(await deleteRateCounts(database.db, { before: new Date('2026-11-22T10:00:00Z') })).toBe(0)
  expect(await deleteRateCounts(database.db, { before: new Date('2026-11-22T10:00:01Z') })).toBe(1)
})
