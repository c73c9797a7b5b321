import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import {
  listCompanyScore,
  listPersonScore,
  listPriority,
  listTier,
} from '../../../functions/domain/scoring/list-score.ts'

const HITLIST = '../shared/data/hitlist'

describe.each([
  ['tests/fixtures/list-companies.csv', 'tests/fixtures/list-people.csv'],
  [`${HITLIST}/companies.csv`, `${HITLIST}/people.csv`],
])('the figures of %s', (companiesFile, peopleFile) => {
  it('come out of the formulas with no residual', (context) => {
    if (!existsSync(companiesFile)) {
      console.info(`skipped: ${companiesFile} is not there`)
      return context.skip()
    }
    const companies = rowsOf(companiesFile)
    expect(companies.length).toBeGreaterThan(30)
    for (const row of companies) {
      const score = Number(row.Score)
      expect(listCompanyScore(companyOf(row)), row.Company).toBe(score)
      expect(listTier(score) ? `Tier ${listTier(score)}` : '', row.Company).toBe(row.Tier)
    }
    for (const row of rowsOf(peopleFile)) expect(listPersonScore(personOf(row)), row.Name).toBe(Number(row.PersonScore))
  })
})

describe('listTier', () => {
  it.each([
    [81, 1],
    [80, 2],
    [56, 2],
    [55, 3],
    [36, 3],
    [35, 4],
    [0, 4],
    [-1, null],
  ])('%i → %s', (score, tier) => {
    expect(listTier(score)).toBe(tier)
  })
})

describe('listPriority', () => {
  it('adds facilities weighted by confidence, up to 500 of them', () => {
    expect(listPriority(40, 100, 80)).toBeCloseTo(76)
    expect(listPriority(40, 2_000, 100)).toBeCloseTo(265)
    expect(listPriority(40, 0, 100)).toBe(40)
  })
})

function rowsOf(file: string): Record<string, string>[] {
  return parse(readFileSync(file), { columns: true, bom: true }) as Record<string, string>[]
}

function companyOf(row: Record<string, string>) {
  return {
    attendees: Number(row.attendees),
    exec_ops_count: Number(row.exec_ops_count),
    ops_count: Number(row.ops_count),
    proc_count: Number(row.proc_count),
    sales_count: Number(row.sales_count),
    mega_boost: Number(row.mega_boost),
    vendor_penalty: Number(row.vendor_penalty),
    max_revenue: row.max_revenue ? Number(row.max_revenue) : null,
  }
}

function personOf(row: Record<string, string>) {
  return {
    is_ops: row.is_ops === 'TRUE',
    is_exec: row.is_exec === 'TRUE',
    is_exec_ops: row.is_exec_ops === 'TRUE',
    is_proc: row.is_proc === 'TRUE',
    is_sales: row.is_sales === 'TRUE',
    category: row.Category ?? null,
  }
}
