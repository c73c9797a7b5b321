import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AccountFilter, type AccountSort, findAccountFacets, listAccounts } from '../../db/queries/accounts.ts'
import type { Cursor, Direction } from '../../db/queries/keyset.ts'
import { findPersonFacets, listPeople, type PersonFilter } from '../../db/queries/people.ts'
import { openTestDatabase, type TestDatabase } from '../database.ts'
import { importText, insertTestEvent, testContext } from '../domain/imports/import-world.ts'

let database: TestDatabase
let event_id: string

const everyAccount = (): AccountFilter => ({
  event_id,
  q: null,
  industry: null,
  tier: null,
  min_score: null,
  status: null,
  owner: null,
})
const everybody = (): PersonFilter => ({
  event_id,
  q: null,
  persona: null,
  category: null,
  seniority: null,
  account_id: null,
  tiers: null,
  has_address: null,
  owner: null,
})

beforeAll(async () => {
  database = await openTestDatabase()
  const ctx = testContext(database.db)
  event_id = await insertTestEvent(database.db)
  // Scores repeat on purpose: id alone tells rows of one score apart.
  const companies = Array.from(
    { length: 23 },
    (_, i) => `Company ${String.fromCharCode(97 + i)},${i % 3},Tier ${(i % 4) + 1},Sector ${i % 2}`,
  )
  await importText(ctx, event_id, `Company,Score,Tier,Industry\n${companies.join('\n')}`)
  await importText(
    ctx,
    event_id,
    'Name,Category,Job Title,Company,Email\nAnn Lee,Speaker,COO,Company a,ann@a.com\nBo Ray,Attendee,Buyer 100%,Company b,',
  )
  await importText(ctx, await insertTestEvent(database.db), 'Company,Score\nElsewhere,5')
})
afterAll(() => database.close())

async function walk(sort: AccountSort, direction: Direction, side: 'next' | 'previous', from: Cursor | null) {
  const names: string[][] = []
  let cursor = from
  do {
    const page = await listAccounts(database.db, everyAccount(), { sort, direction, cursor, limit: 5 })
    names.push(page.rows.map((row) => row.name))
    cursor = page[side]
  } while (cursor !== null)
  return names
}

describe('keyset pages', () => {
  test.each([
    ['score', 'desc'],
    ['list_score', 'desc'],
    ['list_score', 'asc'],
    ['name', 'asc'],
    ['people', 'desc'],
    ['updated', 'desc'],
  ] as const)('by %s %s every row is shown once, forwards and backwards', async (sort, direction) => {
    const forwards = await walk(sort, direction, 'next', null)
    expect(forwards.map((page) => page.length)).toEqual([5, 5, 5, 5, 3])
    expect(new Set(forwards.flat()).size).toBe(23)
    const fourth = await lastPage(sort, direction)
    const backwards = await walk(sort, direction, 'previous', fourth)
    expect(backwards.reverse().flat()).toEqual(forwards.slice(0, 4).flat())
  })

  async function lastPage(sort: AccountSort, direction: Direction) {
    let cursor: Cursor | null = null
    for (;;) {
      const page = await listAccounts(database.db, everyAccount(), { sort, direction, cursor, limit: 5 })
      if (page.next === null) return page.previous
      cursor = page.next
    }
  }
})

describe('filters', () => {
  const accountNames = async (filter: Partial<AccountFilter>) => {
    const all = { ...everyAccount(), ...filter }
    const page = { sort: 'name', direction: 'asc', cursor: null, limit: 50 } as const
    const { rows } = await listAccounts(database.db, all, page)
    expect((await findAccountFacets(database.db, all)).total).toBe(rows.length)
    return rows.map((row) => row.name)
  }
  const personNames = async (filter: Partial<PersonFilter>) => {
    const all = { ...everybody(), ...filter }
    const page = { sort: 'name', direction: 'asc', cursor: null, limit: 50 } as const
    const { rows } = await listPeople(database.db, all, page)
    expect((await findPersonFacets(database.db, all)).total).toBe(rows.length)
    return rows.map((row) => row.name)
  }

  test('accounts', async () => {
    expect(await accountNames({ q: 'COMPANY B' })).toEqual(['Company b'])
    expect(await accountNames({ q: '%' })).toEqual([])
    expect(await accountNames({ industry: 'Sector 1' })).toHaveLength(11)
    expect(await accountNames({ tier: 1 })).toHaveLength(6)
    expect(await accountNames({ tier: 0 })).toEqual([])
    expect(await accountNames({ status: 'customer' })).toEqual([])
    expect(await accountNames({ owner: 'none' })).toHaveLength(23)
    expect(await accountNames({ min_score: 1 })).toEqual([])
    expect((await findAccountFacets(database.db, everyAccount())).industries).toEqual(['Sector 0', 'Sector 1'])
  })

  test('people', async () => {
    expect(await personNames({ q: 'lee' })).toEqual(['Ann Lee'])
    expect(await personNames({ q: '100%' })).toEqual(['Bo Ray'])
    expect(await personNames({ category: 'speaker' })).toEqual(['Ann Lee'])
    expect(await personNames({ has_address: true })).toEqual(['Ann Lee'])
    expect(await personNames({ has_address: false })).toEqual(['Bo Ray'])
    expect(await personNames({ persona: 'executive' })).toEqual(['Ann Lee'])
    expect(await personNames({ persona: 'nobody' })).toEqual([])
    expect(await personNames({ tiers: [1, 2] })).toEqual(['Ann Lee', 'Bo Ray'])
    expect(await personNames({ tiers: [2] })).toEqual(['Bo Ray'])
    expect(await personNames({ tiers: [3, 4] })).toEqual([])
  })
})
