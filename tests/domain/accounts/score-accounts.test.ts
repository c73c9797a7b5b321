import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Ctx } from '../../../functions/context.ts'
import { scoreAccounts } from '../../../functions/domain/accounts/score-accounts.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { importText, insertTestEvent, testContext } from '../imports/import-world.ts'

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
  await importText(ctx, event_id, 'Company,Score\nAcme,50\nZeta,1')
  await importText(
    ctx,
    event_id,
    'Name,Category,Job Title,Company\nAnn,Speaker,COO,Acme\nBo,Attendee,VP of Operations,Acme\nCy,Attendee,Clerk,Acme',
  )
})

const accounts = () =>
  ctx.db.selectFrom('account').selectAll().where('event_id', '=', event_id).orderBy('name').execute()
const history = () =>
  ctx.db
    .selectFrom('score_history')
    .innerJoin('account', 'account.id', 'account_id')
    .select(['account.name', 'score', 'previous_score', 'reason', 'is_override'])
    .where('event_id', '=', event_id)
    .execute()

test('every point has a reason, and the lines add up to the score', async () => {
  expect(await scoreAccounts(ctx, { event_id, reason: 'Imported' })).toEqual({ scored: 2, changed: 2 })
  const [acme, zeta] = await accounts()
  expect(acme?.icp_score).toBe(acme?.icp_breakdown?.reduce((sum, line) => sum + line.points, 0))
  expect(acme?.icp_breakdown?.every((line) => line.reason.length > 5)).toBe(true)
  expect(acme?.icp_score).toBeGreaterThan(zeta?.icp_score ?? 100)
  expect(await history()).toContainEqual(
    expect.objectContaining({ name: 'Zeta', score: 4, previous_score: null, reason: 'Imported' }),
  )
})

test('a second run changes nothing', async () => {
  await scoreAccounts(ctx, { event_id, reason: 'Imported' })
  const before = await accounts()
  expect(await scoreAccounts(ctx, { event_id, reason: 'Again' })).toEqual({ scored: 2, changed: 0 })
  expect(await accounts()).toEqual(before)
  expect(await history()).toHaveLength(2)
})

test('an override stays while the computed score moves under it', async () => {
  await ctx.db
    .updateTable('account')
    .set({ score_override: 99, score_override_reason: 'Met the owner' })
    .where('event_id', '=', event_id)
    .where('name', '=', 'Zeta')
    .execute()
  await scoreAccounts(ctx, { event_id, reason: 'Imported' })
  const [, zeta] = await accounts()
  expect(zeta).toMatchObject({ icp_score: 4, score_override: 99, effective_score: 99 })
})
