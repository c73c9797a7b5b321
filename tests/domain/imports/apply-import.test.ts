import { existsSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ctx } from '../../../functions/context.ts'
import { applyImport } from '../../../functions/domain/imports/apply-import.ts'
import { stageImport, startImport } from '../../../functions/domain/imports/stage-import.ts'
import { transact } from '../../../functions/transact.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { importText, insertTestEvent, stageText, testContext } from './import-world.ts'

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

const accounts = () =>
  ctx.db.selectFrom('account').selectAll().where('event_id', '=', event_id).orderBy('name').execute()
const people = () => ctx.db.selectFrom('person').selectAll().where('event_id', '=', event_id).orderBy('name').execute()
const addressesOf = (person_id: string) =>
  ctx.db.selectFrom('email_address').selectAll().where('person_id', '=', person_id).orderBy('address').execute()
const rowsOf = (import_id: string) =>
  ctx.db.selectFrom('import_row').selectAll().where('import_id', '=', import_id).orderBy('row_number').execute()

describe('a list of companies', () => {
  const list = [
    'Company,attendees,max_revenue,Score,Tier,Recommended Targets,TopTitles',
    'Acme Logistics Inc.,14,,157,Tier 1,Ann — COO,COO',
    'ACME LOGISTICS,3,,1,Tier 4,,',
    'Zeta,1,700000000,-20,,,',
    ',2,,3,Tier 2,,',
  ].join('\n')

  test('keeps every column and counts every row', async () => {
    expect(await importText(ctx, event_id, list)).toEqual({ read: 4, new: 2, updated: 0, duplicate: 1, rejected: 1 })
    expect(await accounts()).toMatchObject([
      {
        name: 'Acme Logistics Inc.',
        list_score: 157,
        list_tier: 1,
        list_figures: { attendees: 14 },
        recommended_targets: 'Ann — COO',
        top_titles: 'COO',
      },
      { name: 'Zeta', list_score: -20, list_tier: null, revenue_usd: 700_000_000, revenue_text: '700000000' },
    ])
  })

  test('the same file again changes nothing', async () => {
    await importText(ctx, event_id, list)
    const before = await accounts()
    expect(await importText(ctx, event_id, list)).toEqual({ read: 4, new: 0, updated: 0, duplicate: 3, rejected: 1 })
    expect(await accounts()).toEqual(before)
  })

  test('a newer list moves the list columns and leaves what a person may edit', async () => {
    await importText(ctx, event_id, 'Company,Score,Tier,Industry\nAcme,50,Tier 3,Retail')
    await ctx.db.updateTable('account').set({ notes: 'Call Ann' }).where('event_id', '=', event_id).execute()
    const counts = await importText(
      ctx,
      event_id,
      'Company,Score,Tier,Industry,Notes\nacme llc,81,Tier 1,Freight,Other',
    )
    expect(counts).toMatchObject({ updated: 1 })
    expect(await accounts()).toMatchObject([
      { name: 'Acme', list_score: 81, list_tier: 1, industry: 'Retail', notes: 'Call Ann' },
    ])
  })

  test('a company is one by its domain, whatever it is called', async () => {
    await importText(ctx, event_id, 'Company,Website\nAcme,https://www.acme.com/about')
    expect(await importText(ctx, event_id, 'Company,Website\nAcme Holdings Worldwide,acme.com')).toMatchObject({
      duplicate: 1,
    })
    expect(await importText(ctx, event_id, 'Company,Website\nAcme,acme.de')).toMatchObject({ new: 1 })
    expect((await accounts()).map((account) => account.domain).sort()).toEqual(['acme.com', 'acme.de'])
  })
})

describe('a list of people', () => {
  test('makes the missing account once and reads personas from the flags, else from the title', async () => {
    await importText(
      ctx,
      event_id,
      [
        'Name,Category,Job Title,Company,Country,Qualified,Revenue,PersonScore,is_ops,is_exec,is_exec_ops,is_proc,is_sales',
        'Ann Lee,Speaker,Head of Nothing,Acme,Germany,Yes,$2B (2024),26,TRUE,TRUE,TRUE,FALSE,FALSE',
        'Bo Ray,Attendee,VP of Sales,ACME Inc,,,,-2,,,,,',
      ].join('\n'),
    )
    expect(await accounts()).toMatchObject([{ name: 'Acme', people_count: 2, revenue_usd: 2_000_000_000 }])
    expect(await people()).toMatchObject([
      {
        name: 'Ann Lee',
        given_name: 'Ann',
        family_name: 'Lee',
        category: 'speaker',
        country: 'Germany',
        qualified: 'Yes',
        revenue_text: '$2B (2024)',
        list_score: 26,
        is_ops: true,
        is_sales: false,
        personas: ['executive_operations', 'operations', 'executive'],
      },
      { name: 'Bo Ray', category: 'attendee', is_ops: null, personas: expect.arrayContaining(['sales']) },
    ])
  })

  test('columns of another tool are understood, and an address is kept as a fact', async () => {
    await importText(
      ctx,
      event_id,
      'First Name;Last Name;Job Title;Company Name;Email\n"Zoë";"O\'Neil";COO;Acme;Zoe.ONeil@Acme.com',
    )
    const [person] = await people()
    expect(person).toMatchObject({ name: "Zoë O'Neil", title: 'COO' })
    expect(await addressesOf(person?.id ?? '')).toMatchObject([
      { address: 'Zoe.ONeil@Acme.com', address_key: 'zoe.oneil@acme.com', source: 'imported', is_primary: true },
    ])
  })

  test('an imported address takes the place of a guess and of nothing else', async () => {
    await importText(ctx, event_id, 'Name,Company,Email\nAnn Lee,Acme,\nBo Ray,Acme,bo@acme.com')
    const [ann, bo] = await people()
    const guess = {
      person_id: ann?.id ?? '',
      address: 'ann@acme.com',
      address_key: 'ann@acme.com',
      domain: 'acme.com',
      source: 'guessed' as const,
      confidence: 0.4,
      provenance: '{}',
      is_primary: true,
      created_at: ctx.clock.now(),
      updated_at: ctx.clock.now(),
    }
    await ctx.db
      .insertInto('email_address')
      .values({ id: crypto.randomUUID(), ...guess })
      .execute()
    const counts = await importText(
      ctx,
      event_id,
      'Name,Company,Email\nAnn Lee,Acme,lee@acme.com\nBo Ray,Acme,bo.ray@acme.com',
    )
    expect(counts).toMatchObject({ updated: 2 })
    expect(await addressesOf(ann?.id ?? '')).toMatchObject([
      { address: 'ann@acme.com', source: 'guessed', is_primary: false },
      { address: 'lee@acme.com', source: 'imported', is_primary: true },
    ])
    expect(await addressesOf(bo?.id ?? '')).toMatchObject([
      { address: 'bo.ray@acme.com', is_primary: false },
      { address: 'bo@acme.com', is_primary: true },
    ])
  })

  test('what cannot be kept is said at the row', async () => {
    const { id } = await stageText(ctx, event_id, 'Name,Company,Email\nAnn Lee,Acme,not an address\n,Acme,x@acme.com')
    await applyImport(ctx, { import_id: id })
    expect(await rowsOf(id)).toMatchObject([
      { status: 'new', reason: 'Not an address: not an address' },
      { status: 'rejected', reason: 'The row has no name' },
    ])
  })

  test('people of one department share a mailbox and stay several people', async () => {
    const list = 'Name,Company,Email\nAnn Lee,Acme,info@acme.com\nBo Ray,Acme,info@acme.com'
    expect(await importText(ctx, event_id, list)).toMatchObject({ new: 2 })
    expect(await importText(ctx, event_id, list)).toMatchObject({ duplicate: 2 })
  })
})

describe('delivery', () => {
  const list = `Company\n${Array.from({ length: 25 }, (_, index) => `Company ${index}`).join('\n')}\nCompany 3`

  test('a crash between batches loses nothing and repeats nothing', async () => {
    const { id } = await stageText(ctx, event_id, list)
    await sql`create or replace function fail_on_company_15() returns trigger language plpgsql as $$
      begin if new.name = 'Company 15' then raise exception 'crash'; end if; return new; end $$`.execute(ctx.db)
    await sql`create trigger fail_on_company_15 before insert on account
      for each row execute function fail_on_company_15()`.execute(ctx.db)
    await expect(applyImport(ctx, { import_id: id, rows_a_batch: 10 })).rejects.toThrow('crash')
    expect(await accounts()).toHaveLength(10)
    const failed = await ctx.db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst()
    expect(failed).toMatchObject({ status: 'failed', new_count: 10 })
    await sql`drop trigger fail_on_company_15 on account`.execute(ctx.db)
    expect(await applyImport(ctx, { import_id: id, rows_a_batch: 10 })).toMatchObject({
      status: 'completed',
      read: 26,
      new: 25,
      duplicate: 1,
    })
  })

  test('two deliveries at once do the work once', async () => {
    const { id } = await stageText(ctx, event_id, list)
    const both = await Promise.all([1, 2].map(() => applyImport(ctx, { import_id: id, rows_a_batch: 5 })))
    expect(both).toMatchObject([{ new: 25 }, { new: 25 }])
    const lines = await ctx.db.selectFrom('activity').select('summary').where('event_id', '=', event_id).execute()
    expect(lines).toEqual([{ summary: 'Imported list.csv: 25 new, 0 updated, 1 duplicate, 0 rejected' }])
  })

  test('when time is up the rest becomes another job', async () => {
    const bytes = new TextEncoder().encode(list)
    const { id } = await startImport(ctx, { event_id, file_name: 'list.csv', bytes })
    await ctx.db.updateTable('job').set({ status: 'completed' }).where('name', '=', 'apply-import').execute()
    expect(await applyImport(ctx, { import_id: id, rows_a_batch: 10, budget_ms: 0 })).toMatchObject({
      status: 'running',
    })
    const waiting = ctx.db.selectFrom('job').select(['name', 'payload']).where('status', '=', 'waiting')
    expect(await waiting.where('name', '=', 'apply-import').execute()).toMatchObject([{ payload: { import_id: id } }])
    await applyImport(ctx, { import_id: id })
    expect(await waiting.where('name', '=', 'score-accounts').execute()).toContainEqual(
      expect.objectContaining({ payload: { event_id, reason: 'Imported list.csv' } }),
    )
  })
})

const hitlist = new URL('../../../../shared/data/hitlist/', import.meta.url)
const hasHitlist = existsSync(hitlist)
if (!hasHitlist) console.info('The hitlist is not at ../shared/data/hitlist: its import is not tested here.')

test.runIf(hasHitlist)('the hitlist goes in whole, and once', { timeout: 120_000 }, async () => {
  const importFile = async (file_name: string) => {
    const bytes = readFileSync(new URL(file_name, hitlist))
    const { id } = await transact(ctx, (tx) => stageImport(tx, { event_id, file_name, bytes }))
    return applyImport(ctx, { import_id: id, budget_ms: null })
  }
  expect(await importFile('companies.csv')).toMatchObject({ read: 2653, new: 2511, duplicate: 142, rejected: 0 })
  expect(await importFile('people.csv')).toMatchObject({ read: 5409, new: 5395, duplicate: 14, rejected: 0 })
  expect(await importFile('companies.csv')).toMatchObject({ read: 2653, duplicate: 2653 })
  expect(await importFile('people.csv')).toMatchObject({ read: 5409, duplicate: 5409 })
  const kept = await sql`select count(*) as people, count(account_id) as placed, count(category) as category,
    count(list_score) as score, count(is_ops) as flags from person where event_id = ${event_id}`.execute(ctx.db)
  expect(kept.rows).toEqual([{ people: 5395, placed: 5395, category: 5395, score: 5395, flags: 5395 }])
  const counted = await sql`select sum(people_count) as people from account where event_id = ${event_id}`.execute(
    ctx.db,
  )
  expect(counted.rows).toEqual([{ people: 5395 }])
})
