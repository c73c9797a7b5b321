import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { scoreAccount } from '../../../functions/domain/scoring/icp-score.ts'
import { type AccountFacts, ORIGINAL_PRESET } from '../../../functions/domain/scoring/presets.ts'

const COMPANIES = '../shared/data/hitlist/companies.csv'

const NOTHING_KNOWN: AccountFacts = {
  people_count: 0,
  executive_operations_count: 0,
  operations_count: 0,
  procurement_count: 0,
  sales_count: 0,
  has_job_titles: false,
  has_category: false,
  has_list_score: false,
  has_website: false,
}
const FROM_LIST = { has_job_titles: true, has_category: true, has_list_score: true }

describe('the original preset', () => {
  it('gives 0 when nothing is known, 100 at most, and 16 to one unremarkable attendee', () => {
    expect(scoreAccount(NOTHING_KNOWN, ORIGINAL_PRESET).score).toBe(0)
    const all = {
      people_count: 50,
      executive_operations_count: 9,
      operations_count: 9,
      procurement_count: 9,
      sales_count: 9,
    }
    expect(scoreAccount({ ...all, ...FROM_LIST, has_website: true }, ORIGINAL_PRESET).score).toBe(100)
    expect(scoreAccount({ ...NOTHING_KNOWN, ...FROM_LIST, people_count: 1 }, ORIGINAL_PRESET).score).toBe(16)
  })

  it.each([
    [0, 0],
    [1, 5],
    [2, 10],
    [3, 15],
    [4, 15],
    [5, 20],
    [9, 20],
  ])('%i executives give %i', (executive_operations_count, points) => {
    expect(lineOf({ ...NOTHING_KNOWN, executive_operations_count }, 'executives').points).toBe(points)
  })

  it.each([
    [2, 0],
    [3, 5],
    [5, 10],
    [7, 15],
    [10, 20],
  ])('%i contacts give %i', (people_count, points) => {
    expect(lineOf({ ...NOTHING_KNOWN, people_count }, 'contacts').points).toBe(points)
  })

  it('says why, with the figures', () => {
    const facts = {
      ...NOTHING_KNOWN,
      ...FROM_LIST,
      people_count: 14,
      executive_operations_count: 1,
      operations_count: 3,
    }
    expect(scoreAccount(facts, ORIGINAL_PRESET)).toEqual({
      score: 61,
      breakdown: [
        {
          rule: 'persona',
          points: 20,
          max: 40,
          reason: '1 executive in operations (10 each, at most 20) and 3 people in operations (5 each, at most 10).',
        },
        {
          rule: 'executives',
          points: 5,
          max: 20,
          reason: '1 executive in operations (1 or more give 5); 2 would give 10.',
        },
        {
          rule: 'contacts',
          points: 20,
          max: 20,
          reason: '14 people known (10 or more give 20); more gives no further points.',
        },
        { rule: 'completeness', points: 16, max: 20, reason: '4 of 5 facts known (4 each); missing: website.' },
      ],
    })
  })

  it('leaves 1,251 of the 2,653 companies of the hitlist on exactly 16', (context) => {
    if (!existsSync(COMPANIES)) {
      console.info(`skipped: ${COMPANIES} is not there`)
      return context.skip()
    }
    const rows = parse(readFileSync(COMPANIES), { columns: true, bom: true }) as Record<string, string>[]
    const scores = rows.map(
      (row) =>
        scoreAccount(
          {
            people_count: Number(row.attendees),
            executive_operations_count: Number(row.exec_ops_count),
            operations_count: Number(row.ops_count),
            procurement_count: Number(row.proc_count),
            sales_count: Number(row.sales_count),
            ...FROM_LIST,
            has_website: false,
          },
          ORIGINAL_PRESET,
        ).score,
    )
    expect(scores).toHaveLength(2_653)
    expect(scores.filter((score) => score === 16)).toHaveLength(1_251)
  })
})

function lineOf(facts: AccountFacts, rule: string) {
  const line = scoreAccount(facts, ORIGINAL_PRESET).breakdown.find((candidate) => candidate.rule === rule)
  if (!line) throw new Error(`no rule ${rule}`)
  return line
}
