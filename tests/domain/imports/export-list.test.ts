import { afterAll, beforeAll, expect, test } from 'vitest'
import { csvLine } from '../../../functions/domain/exports/csv-line.ts'
import { exportList } from '../../../functions/domain/exports/export-list.ts'
import { openTestDatabase, type TestDatabase } from '../../database.ts'
import { importText, insertTestEvent, testContext } from './import-world.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

async function exported(event_id: string, kind: string) {
  let text = ''
  let rows = 0
  for await (const batch of exportList(testContext(database.db), { kind, event_id })) {
    text += batch.text
    rows += batch.rows
  }
  return { text, rows }
}

test.each([
  [['=1+1', '+1', '-20', '-2+3', '@x', '\tx', ' =1'], "'=1+1,+1,-20,'-2+3,'@x,'\tx,' =1"],
  [['a,b', 'say "hi"', 'two\nlines', null, true, 0.5], '"a,b","say ""hi""","two\nlines",,true,0.5'],
])('%j opens safely', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`)
})

test('what is exported can be imported elsewhere, and nothing is lost between batches', async () => {
  const ctx = testContext(database.db)
  const from = await insertTestEvent(database.db)
  const names = Array.from({ length: 2500 }, (_, i) => `Person ${i},Acme,VP of Operations,person${i}@acme.com`)
  await importText(ctx, from, `Name,Company,Job Title,Email\n${names.join('\n')}`)
  const { text, rows } = await exported(from, 'people')
  expect(rows).toBe(2500)
  const to = await insertTestEvent(database.db)
  expect(await importText(ctx, to, text)).toEqual({ read: 2500, new: 2500, updated: 0, duplicate: 0, rejected: 0 })
  const addresses = await database.db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'person_id')
    .select('address')
    .where('event_id', '=', to)
    .execute()
  expect(addresses).toHaveLength(2500)
})

test('accounts come with both scores, an empty list is an empty file', async () => {
  const ctx = testContext(database.db)
  const event_id = await insertTestEvent(database.db)
  expect(await exported(event_id, 'accounts')).toEqual({ text: '\uFEFF', rows: 0 })
  await importText(ctx, event_id, 'Company,Score,Tier\n=cmd,157,Tier 1')
  const { text } = await exported(event_id, 'accounts')
  expect(text.split('\r\n')[1]).toMatch(/^'=cmd,.*,157,1,/)
  expect(await importText(ctx, event_id, text)).toMatchObject({ new: 0, updated: 0, duplicate: 1 })
  expect((await exported(event_id, 'suppressions')).text).toBe('\uFEFF')
})
