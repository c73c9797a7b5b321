import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { scoreAccounts } from '../../functions/domain/accounts/score-accounts.ts'
import { SPREAD_PRESET } from '../../functions/domain/scoring/presets.ts'
import { paths } from '../../web/paths.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { type SignedIn, signInAs } from '../sign-in.ts'
import { openTestApp, type TestApp } from '../test-app.ts'
import { textOf } from '../text-of.ts'
import { importList } from './lists-world.ts'

let database: TestDatabase
let testApp: TestApp
let rep: SignedIn
let event_id: string

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  testApp = openTestApp(database.db)
  rep = await signInAs(testApp)
  event_id = rep.actor.active_event_id ?? ''
  await importList(
    testApp,
    event_id,
    'Company,Score,mega_boost\nHeron Freight,90,25\nOsprey Labs,10,0\nKite Foods,40,0',
  )
  await importList(
    testApp,
    event_id,
    'Name,Category,Job Title,Company\nAnn Lee,Attendee,VP Operations,Heron Freight\nBo Day,Sponsor,Account Executive,Osprey Labs',
  )
  await scoreAccounts(testApp.ctx, { event_id, reason: 'Imported' })
})

const page = async (query: { from?: string } = {}) => (await rep.request(paths.scoring(query))).text()
const accounts = () =>
  database.db
    .selectFrom('account')
    .select(['name', 'icp_score', 'effective_score'])
    .where('event_id', '=', event_id)
    .orderBy('name')
    .execute()
const versions = () => database.db.selectFrom('scoring_rule_set').selectAll().where('event_id', '=', event_id).execute()
const jobs = async () =>
  (await database.db.selectFrom('job').select('payload').where('name', '=', 'score-accounts').execute()).filter(
    ({ payload }) => payload.event_id === event_id && String(payload.reason).startsWith('Rules'),
  )
const form = (changes: Record<string, string> = {}) => ({
  rules: JSON.stringify(SPREAD_PRESET.rules),
  base_version: '0',
  name: 'Ours',
  reason: 'Too many on 16',
  ...changes,
})

test('the preset that counts is shown with its weights, and the other one to begin from', async () => {
  expect(await page()).toContain('Accounts are scored by “original”')
  const spread = await page({ from: 'spread' })
  expect(spread).toContain('name="r0_points"')
  expect(spread).toContain('share in operations')
  expect((await rep.request(paths.scoring({ from: '99' }))).status).toBe(404)
})

test('a preview says who moves and how far, and writes nothing', async () => {
  const before = await accounts()
  const answer = await rep.post(paths.scoring(), form({ do: 'preview', r0_points: '40' }))
  expect(answer.status).toBe(200)
  const shown = await answer.text()
  for (const text of ['Furthest up', 'Heron Freight', 'Most on one score', 'value="40"']) expect(shown).toContain(text)
  expect(await accounts()).toEqual(before)
  expect(await versions()).toEqual([])
})

test('rules are applied by a job, stand in the history, and sent twice they are one version', async () => {
  for (let time = 0; time < 2; time++)
    expect((await rep.post(paths.scoring(), form({ do: 'apply', r0_points: '30' }))).status).toBe(303)
  expect(await versions()).toMatchObject([{ version: 1, name: 'Ours' }])
  expect((await versions())[0]?.rules[0]).toMatchObject({ kind: 'scale', points: 30 })
  expect(await jobs()).toHaveLength(1)
  const before = await accounts()
  await scoreAccounts(testApp.ctx, { event_id, reason: String((await jobs())[0]?.payload.reason) })
  const after = await accounts()
  expect(after).not.toEqual(before)
  const shown = await textOf(await rep.request(paths.scoring()))
  expect(shown).toContain('“Ours”, version 1')
  expect(shown).toContain('Too many on 16')
  const heron = await database.db
    .selectFrom('account')
    .select('id')
    .where('event_id', '=', event_id)
    .where('name', '=', 'Heron Freight')
    .executeTakeFirstOrThrow()
  const account = await textOf(await rep.request(paths.account(heron.id)))
  expect(account).toContain('Too many on 16')
  expect(account).toContain('1 executive in operations')
})

test('an override stays under other rules, and an earlier version can be taken up again', async () => {
  await database.db
    .updateTable('account')
    .set({ score_override: 77, score_override_reason: 'Met' })
    .where('event_id', '=', event_id)
    .where('name', '=', 'Kite Foods')
    .execute()
  await rep.post(paths.scoring(), form({ do: 'apply' }))
  await rep.post(paths.scoring(), form({ do: 'apply', base_version: '1', r0_points: '1', reason: 'Less' }))
  await scoreAccounts(testApp.ctx, { event_id, reason: 'Rules' })
  expect((await accounts()).find(({ name }) => name === 'Kite Foods')).toMatchObject({ effective_score: 77 })
  const old = await page({ from: '1' })
  expect(old).toMatch(/name="r0_points"[^>]*value="20"|value="20"[^>]*name="r0_points"/)
  expect(old).toContain('name="base_version" value="2"')
})

test('what somebody else saved meanwhile is not overwritten', async () => {
  await rep.post(paths.scoring(), form({ do: 'apply' }))
  const late = await rep.post(paths.scoring(), form({ do: 'apply', reason: 'Mine', r0_points: '2' }))
  expect(late.status).toBe(422)
  const text = await late.text()
  expect(text).toContain('Somebody else has saved rules meanwhile')
  expect(text).toContain('value="Mine"')
  expect(await versions()).toHaveLength(1)
})

test.each([
  [{ r0_points: 'many' }, 'Type a number from -100 to 100', 'value="many"'],
  [{ r0_to: '-3' }, 'It has to be more than where it begins', 'value="-3"'],
  [{ reason: ' ' }, 'Say why', 'value="Ours"'],
])('a wrong form %j comes back with what was typed', async (changes, message, kept) => {
  const answer = await rep.post(paths.scoring(), form({ do: 'apply', ...changes }))
  expect(answer.status).toBe(422)
  const text = await answer.text()
  expect(text).toContain(message)
  expect(text).toContain(kept)
  expect(await versions()).toEqual([])
})

test('rules are added, also about a further column of the list, and left out', async () => {
  const answer = await rep.post(
    paths.scoring(),
    form({ do: 'add', add: 'figure', figure: 'mega_boost', r0_remove: 'on' }),
  )
  const text = await answer.text()
  const rules = /name="rules" value="([^"]*)"/.exec(text)?.[1]?.replaceAll('&quot;', '"') ?? '[]'
  const names = (JSON.parse(rules) as { rule: string }[]).map(({ rule }) => rule)
  expect(names).toContain('mega boost')
  expect(names).not.toContain(SPREAD_PRESET.rules[0]?.rule)
  const industry = JSON.stringify([{ rule: 'industry', kind: 'choice', field: 'industry', values: [] }])
  const applied = await rep.post(
    paths.scoring(),
    form({ do: 'apply', rules: industry, r0_values: 'Freight = 9\nRetail=2.5' }),
  )
  expect(applied.status).toBe(303)
  expect((await versions())[0]?.rules).toEqual([
    {
      rule: 'industry',
      kind: 'choice',
      field: 'industry',
      values: [
        { value: 'Freight', points: 9 },
        { value: 'Retail', points: 2.5 },
      ],
    },
  ])
})

test.each([
  '',
  '[]',
  '{',
  '[{"rule":"x","kind":"scale"}]',
  '[{"rule":"x","kind":"steps","count":"id; drop","steps":[]}]',
])('rules somebody made up (%s) are refused', async (rules) => {
  expect((await rep.post(paths.scoring(), form({ do: 'apply', rules }))).status).toBe(422)
  expect(await versions()).toEqual([])
})

test('another event has rules of its own', async () => {
  await rep.post(paths.scoring(), form({ do: 'apply' }))
  const other = await signInAs(testApp)
  expect(await (await other.request(paths.scoring())).text()).toContain('scored by “original”')
  expect((await other.request(paths.scoring({ from: '1' }))).status).toBe(404)
})
