import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ImportOptions } from '../../../db/tables/import.ts'
import type { Ctx } from '../../../functions/context.ts'
import { applyImport } from '../../../functions/domain/imports/apply-import.ts'
import { askUndo, undoImport } from '../../../functions/domain/imports/undo-import.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { insertTestEvent, stageText, testContext } from './import-world.ts'

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

async function importList(text: string, options: ImportOptions = {}): Promise<string> {
  const { id } = await stageText(ctx, event_id, text)
  await ctx.db
    .updateTable('import')
    .set({ options: JSON.stringify(options) })
    .where('id', '=', id)
    .execute()
  await applyImport(ctx, { import_id: id })
  return id
}

async function undo(import_id: string, rows_a_batch?: number) {
  await askUndo(ctx, import_id)
  return undoImport(ctx, { import_id, rows_a_batch })
}

const accounts = () =>
  ctx.db.selectFrom('account').selectAll().where('event_id', '=', event_id).orderBy('name').execute()
const people = () => ctx.db.selectFrom('person').selectAll().where('event_id', '=', event_id).orderBy('name').execute()
const addresses = () =>
  ctx.db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'person_id')
    .where('event_id', '=', event_id)
    .select(['address_key', 'source', 'is_primary'])
    .orderBy('address_key')
    .execute()
/** Without when it was written last. */
const facts = <Record extends { updated_at: Date }>(records: readonly Record[]) =>
  records.map(({ updated_at: _, ...rest }) => rest)

test('what was added goes and what was changed is as it was, however the batches fall', async () => {
  await importList('Name,Company,Title,PersonScore,Email\nAnn Lee,Acme,,5,\nBo Ray,Acme,COO,1,bo@acme.test')
  const before = { accounts: await accounts(), people: await people(), addresses: await addresses() }
  const second = await importList(
    [
      'Name,Company,Title,PersonScore,Email,Website',
      'Ann Lee,Acme,CEO,9,ann@acme.test,acme.test',
      'Bo Ray,Acme,Clerk,1,bo.ray@acme.test,',
      'Cy Doe,Beta,CFO,3,cy@beta.test,',
      'Di Eve,Beta,CTO,3,,',
      ',Gamma,,,,',
    ].join('\n'),
  )
  expect(await people()).toHaveLength(4)
  // Four rows became something; Beta came along and Acme was given a website.
  expect(await undo(second, 2)).toEqual({ removed: 3, restored: 3, kept: 0, is_over: true })
  expect(facts(await accounts())).toEqual(facts(before.accounts))
  expect(facts(await people())).toEqual(facts(before.people))
  expect(await addresses()).toEqual(before.addresses)
})

test('undone twice, or delivered twice, it changes nothing more', async () => {
  const id = await importList('Company\nAcme\nBeta')
  await undo(id)
  await importList('Company\nAcme')
  const kept = await accounts()
  const counts = { removed: 2, restored: 0, kept: 0, is_over: true }
  expect(await undo(id)).toEqual(counts)
  expect(await undoImport(ctx, { import_id: id })).toEqual(counts)
  expect(await accounts()).toEqual(kept)
  const lines = await ctx.db.selectFrom('activity').select('summary').where('event_id', '=', event_id).execute()
  expect(lines.filter(({ summary }) => summary.startsWith('Undid'))).toHaveLength(1)
})

test('what somebody edited, gave a task or brought with another list stays, with the reason', async () => {
  const id = await importList('Name,Company\nAnn Lee,Acme\nBo Ray,Acme\nCy Doe,Beta\nDi Eve,Gamma')
  const [ann, bo] = await people()
  const later = new Date(ctx.clock.now().getTime() + 60_000)
  await ctx.db
    .updateTable('person')
    .set({ title: 'COO', updated_at: later })
    .where('id', '=', ann?.id ?? '')
    .execute()
  await ctx.db
    .insertInto('task')
    .values({
      id: crypto.randomUUID(),
      event_id,
      person_id: bo?.id ?? null,
      kind: 'call',
      title: 'Call Bo',
      due_at: later,
      created_at: later,
    })
    .execute()
  await importList('Name,Company,Title\nCy Doe,Beta,CFO')
  // Acme and Beta have people that stay.
  expect(await undo(id)).toEqual({ removed: 2, restored: 0, kept: 5, is_over: true })
  expect((await people()).map((person) => person.name)).toEqual(['Ann Lee', 'Bo Ray', 'Cy Doe'])
  expect((await accounts()).map((account) => account.name)).toEqual(['Acme', 'Beta'])
  const rows = await ctx.db
    .selectFrom('import_row')
    .select('undone')
    .where('import_id', '=', id)
    .orderBy('row_number')
    .execute()
  expect(rows.map((row) => row.undone)).toEqual([
    'kept: was edited since',
    'kept: has a task',
    'kept: is on another list, too',
    'removed',
  ])
})

test('a field that was edited since stays, the others are put back; guesses that were replaced come again', async () => {
  await importList('Name,Company\nAnn Lee,Acme')
  const [ann] = await people()
  await ctx.db
    .insertInto('email_address')
    .values({
      id: crypto.randomUUID(),
      person_id: ann?.id ?? '',
      address: 'ann@acme.test',
      address_key: 'ann@acme.test',
      domain: 'acme.test',
      source: 'guessed',
      confidence: 0.4,
      provenance: '{"pattern":"first"}',
      is_primary: true,
      created_at: ctx.clock.now(),
      updated_at: ctx.clock.now(),
    })
    .execute()
  const id = await importList('Name,Company,Title,Phone,Email\nAnn Lee,Acme,COO,123,ann@acme.test')
  expect(await addresses()).toMatchObject([{ source: 'imported' }])
  await ctx.db
    .updateTable('person')
    .set({ title: 'Chair' })
    .where('id', '=', ann?.id ?? '')
    .execute()
  expect(await undo(id)).toMatchObject({ removed: 0, restored: 0, kept: 1 })
  expect(await people()).toMatchObject([{ title: 'Chair', phone: null }])
  expect(await addresses()).toEqual([{ address_key: 'ann@acme.test', source: 'guessed', is_primary: true }])
})

test('an import that runs is not undone', async () => {
  const { id } = await stageText(ctx, event_id, 'Company\nAcme')
  await expect(askUndo(ctx, id)).rejects.toThrow('Only an import that is done')
})

test('a policy says what a list may do, also field by field; a score by hand is never touched', async () => {
  await importList('Company,Industry,Country,Score\nAcme,Retail,,50')
  await ctx.db
    .updateTable('account')
    .set({ score_override: 90, score_override_reason: 'Friend', notes: 'Typed' })
    .where('event_id', '=', event_id)
    .execute()
  const list = 'Company,Industry,Country,Score,Notes\nAcme,Freight,Chile,70,Other\nBeta,Freight,Chile,1,'
  const first = await importList(list, { policy: 'skip' })
  expect(await ctx.db.selectFrom('import').selectAll().where('id', '=', first).executeTakeFirst()).toMatchObject({
    new_count: 1,
    duplicate_count: 1,
  })
  expect(await accounts()).toMatchObject([{ industry: 'Retail', country: null, list_score: 50 }, { name: 'Beta' }])
  await importList(list, { policy: 'fill' })
  expect((await accounts())[0]).toMatchObject({ industry: 'Retail', country: 'Chile', list_score: 70, notes: 'Typed' })
  await importList(list, { policy: 'overwrite', fields: { notes: 'skip' } })
  expect((await accounts())[0]).toMatchObject({
    industry: 'Freight',
    notes: 'Typed',
    score_override: 90,
    effective_score: 90,
  })
  await importList('Company,Notes\nAcme,', { policy: 'overwrite' })
  expect((await accounts())[0]).toMatchObject({ notes: 'Typed' })
})
