import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listScoreFacts, previewScores, rescore } from '../../../db/queries/account-scores.ts'
import type { ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import type { Ctx } from '../../../functions/context.ts'
import { scoreAccounts } from '../../../functions/domain/accounts/score-accounts.ts'
import { scoreAccount } from '../../../functions/domain/scoring/icp-score.ts'
import { ORIGINAL_PRESET, SPREAD_PRESET } from '../../../functions/domain/scoring/presets.ts'
import { maxOf } from '../../../functions/domain/scoring/rule-words.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { importText, insertTestEvent, testContext } from '../imports/import-world.ts'

const HITLIST = '../shared/data/hitlist'
let database: TestDatabase
let ctx: Ctx
let event_id: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  ctx = testContext(database.db)
  event_id = await insertTestEvent(database.db)
})

const accounts = () => ctx.db.selectFrom('account').selectAll().where('event_id', '=', event_id).orderBy('id').execute()
const change = () => ({ reason: 'Test', actor_id: null, now: ctx.clock.now() })
const scoreBy = (rules: readonly ScoreRule[]) =>
  rescore(ctx.db, { event_id }, { rules, maxima: rules.map(maxOf) }, change())

test('the statement and the function agree, whatever the facts and the rules are', async () => {
  await importText(ctx, event_id, companies(40))
  await importText(ctx, event_id, people(40, 160))
  await ctx.db.updateTable('account').set({ facilities: 120 }).where('list_score', '>', 60).execute()
  const facts = await listScoreFacts(
    ctx.db,
    (await accounts()).map(({ id }) => id),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(someRule, { maxLength: 8 }), async (rules) => {
      await scoreBy(rules)
      const stored = await accounts()
      for (const [index, account] of stored.entries()) {
        const { score, breakdown } = scoreAccount(facts[index]!, rules)
        expect({ score: account.icp_score, breakdown: account.icp_breakdown }).toEqual({
          score: score + 0,
          breakdown: breakdown
            .filter(({ points }) => points !== 0)
            .map(({ rule, points, max }) => ({ rule, points, max })),
        })
      }
      expect(await scoreBy(rules)).toEqual({ scored: 40, changed: 0, passed_over: 0 })
    }),
    { numRuns: 30 },
  )
})

test('what speaks for an account raises its score', async () => {
  await importText(ctx, event_id, 'Company,Score\nOne,10\nTwo,10\nThree,10\nFour,10')
  await importText(
    ctx,
    event_id,
    [
      'Name,Category,Job Title,Company',
      'A,Attendee,VP of Operations,One\nB,Attendee,COO,One\nC,Attendee,Director of Logistics,One',
      'D,Attendee,VP of Operations,Two\nE,Attendee,Clerk,Three\nF,Sponsor,Sales Representative,Four',
    ].join('\n'),
  )
  await scoreBy(SPREAD_PRESET.rules)
  const score = Object.fromEntries((await accounts()).map((account) => [account.name, account.icp_score ?? 0]))
  expect(score.One).toBeGreaterThan(score.Two!)
  expect(score.Two).toBeGreaterThan(score.Three!)
  expect(score.Three).toBeGreaterThan(score.Four!)
})

test('“spread” leaves at most 2 % of a list on one score, also where each company has sent one person', async () => {
  await importText(ctx, event_id, companies(1_000))
  await importText(ctx, event_id, people(1_000, 1_000))
  const [spread, original] = [await preview(SPREAD_PRESET.rules), await preview(ORIGINAL_PRESET.rules)]
  expect(spread.accounts).toBe(1_000)
  expect(spread.commonest?.accounts).toBeLessThanOrEqual(20)
  expect(original.commonest?.accounts).toBeGreaterThan(200)
})

test('“spread” leaves at most 2 % of the hitlist’s companies on one score', async (context) => {
  if (!existsSync(`${HITLIST}/companies.csv`)) {
    console.info(`skipped: ${HITLIST} is not there`)
    return context.skip()
  }
  for (const name of ['companies', 'people'])
    await importText(ctx, event_id, readFileSync(`${HITLIST}/${name}.csv`, 'utf8'))
  const spread = await preview(SPREAD_PRESET.rules)
  console.info(`${spread.accounts} companies, at most ${spread.commonest?.accounts} on one score`)
  // 2,653 rows, some of which are one company.
  expect(spread.accounts).toBeGreaterThan(2_500)
  expect(spread.commonest?.accounts ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(spread.accounts * 0.02)
}, 60_000)

test('a preview says what would move and writes nothing', async () => {
  await importText(ctx, event_id, companies(30))
  await importText(ctx, event_id, people(30, 90))
  await scoreAccounts(ctx, { event_id, reason: 'Imported' })
  const before = await accounts()
  const { up, down, changed, after } = await preview(SPREAD_PRESET.rules)
  expect(await accounts()).toEqual(before)
  expect(changed).toBe(30)
  expect(after.reduce((sum, held) => sum + held, 0)).toBe(30)
  const moves = (list: typeof up) => list.map((move) => move.after - (move.before ?? 0))
  expect(moves(up)).toEqual(moves(up).toSorted((a, b) => b - a))
  expect(moves(down)).toEqual(moves(down).toSorted((a, b) => a - b))
  await scoreBy(SPREAD_PRESET.rules)
  const scores = new Map((await accounts()).map(({ id, icp_score }) => [id, icp_score]))
  for (const move of [...up, ...down]) expect(scores.get(move.id)).toBe(move.after)
})

test('another event is left alone', async () => {
  await importText(ctx, event_id, companies(3))
  const other = await insertTestEvent(database.db)
  expect(await scoreAccounts(ctx, { event_id: other, reason: 'Other' })).toEqual({ scored: 0, changed: 0 })
  expect((await accounts()).every(({ icp_score }) => icp_score === null)).toBe(true)
})

const preview = (rules: readonly ScoreRule[]) => previewScores(ctx.db, event_id, rules, 20)

const points = fc.integer({ min: -200, max: 400 }).map((tenths) => tenths / 10)
const measure = fc.constantFrom(
  ...(['people_count', 'operations_count', 'c_level_count', 'speaker_count', 'title_letters', 'list_score'] as const),
  ...(['revenue_usd', 'facilities', 'figure:mega_boost', 'figure:no such'] as const),
)
const someRule: fc.Arbitrary<ScoreRule> = fc.oneof(
  fc.record({
    rule: fc.string({ minLength: 1 }).map((text) => text.replaceAll('\0', '')),
    kind: fc.constant('per_person' as const),
    counts: fc.array(fc.record({ count: measure, points, at_most: points.map(Math.abs) }), { maxLength: 3 }),
  }),
  fc.record({
    rule: fc.constant('steps'),
    kind: fc.constant('steps' as const),
    count: measure,
    steps: fc.uniqueArray(fc.record({ at_least: fc.integer({ min: -5, max: 90 }), points }), {
      maxLength: 4,
      selector: ({ at_least }) => at_least,
    }),
  }),
  fc.record({
    rule: fc.constant('known'),
    kind: fc.constant('known' as const),
    fields: fc.subarray(['people_count', 'has_job_titles', 'has_category', 'has_list_score', 'has_industry'] as const),
    points_each: points,
  }) as fc.Arbitrary<ScoreRule>,
  fc.record({
    rule: fc.constant('scale'),
    kind: fc.constant('scale' as const),
    measure,
    each: fc.boolean(),
    from: fc.integer({ min: -30, max: 10 }),
    to: fc.constantFrom(11, 60, 500, 1_000_000_000),
    curve: fc.constantFrom('even', 'root', 'fourth_root'),
    points,
  }),
  fc.record({
    rule: fc.constant('choice'),
    kind: fc.constant('choice' as const),
    field: fc.constantFrom('industry', 'country', 'list_tier'),
    values: fc.uniqueArray(
      fc.record({ value: fc.constantFrom('food', ' STEEL', 'Germany', '1', '2', "'; --"), points }),
      {
        selector: ({ value }) => value,
      },
    ),
  }),
  fc.record({
    rule: fc.constant('words'),
    kind: fc.constant('words' as const),
    words: fc.subarray(['freight', 'heron', 'foods', 'labs', "o'x"]),
    points,
  }),
)

const trades = ['Freight', 'Foods', 'Labs', 'Steel', 'Group']
const titles = [
  'CEO',
  'VP Operations',
  'Director of Logistics',
  'Buyer',
  'Account Executive',
  'President',
  'IT Manager',
]

function companies(count: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const revenue = n % 7 === 0 ? `$${(n % 50) + 1}M` : ''
    return `Heron ${n} ${trades[n % 5]},${(n * 37) % 178},${['Food', 'Steel', ''][n % 3]},${revenue},${(n % 4) * 5},Tier ${(n % 4) + 1}`
  })
  return `Company,Score,Industry,Revenue,mega_boost,Tier\n${rows.join('\n')}`
}

function people(accounts_count: number, count: number): string {
  const rows = Array.from({ length: count }, (_, n) => {
    const company = n % accounts_count
    const area = ['', ', East', ', West and South', ' for Europe'][Math.floor(n / 11) % 4]
    return `Person ${n},${['Attendee', 'Sponsor', 'Speaker'][n % 3]},"${titles[(n * 13) % 7]}${area}",Heron ${company} ${trades[company % 5]},${n % 2 ? 'Germany' : ''}`
  })
  return `Name,Category,Job Title,Company,Country\n${rows.join('\n')}`
}
