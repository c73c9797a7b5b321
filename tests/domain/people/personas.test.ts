import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { PERSONA_NAMES, PERSONAS, personasFor, seniorityFor } from '../../../functions/domain/people/personas.ts'

const HITLIST = '../shared/data/hitlist/people.csv'

describe('personasFor', () => {
  it.each([
    ['VP, Operations', ['executive_operations', 'operations', 'executive']],
    ['Head of Logistics Procurement', ['executive_operations', 'operations', 'executive', 'procurement']],
    ['Sr. Manager, Supply Chain', ['operations']],
    ['Director of Business Development', ['sales']],
    ['Senior Vice President, Marketing', ['executive', 'sales']],
    ['CTO', ['executive', 'technology']],
    ['Product Owner, Routing', ['technology']],
    ['Media Buyer', []],
    ['Leiter Einkauf', ['procurement']],
    ['Geschäftsführer', ['executive']],
    ['Directeur de la chaîne d’approvisionnement', ['operations']],
    ['Shopkeeper', []],
    ['', []],
  ])('%s → %j', (title, personas) => {
    expect(personasFor({ title })).toEqual(personas)
  })

  it('does not find words inside words', () => {
    expect(personasFor({ title: 'Editor, Audit and Shops; Headhunter' })).toEqual([])
  })

  it('believes the flags of the list over the title, and takes technology from the title', () => {
    const flags = { is_ops: true, is_exec: false, is_exec_ops: false, is_proc: false, is_sales: false }
    expect(personasFor({ title: 'CTO', flags })).toEqual(['operations', 'technology'])
  })

  it('has no personas without a title', () => {
    expect(personasFor({ title: null })).toEqual([])
  })

  it('names every persona', () => {
    expect(PERSONAS.map((persona) => PERSONA_NAMES[persona])).toContain('Executive Operations')
    expect(new Set(PERSONAS.map((persona) => PERSONA_NAMES[persona])).size).toBe(PERSONAS.length)
  })
})

describe('seniorityFor', () => {
  it.each([
    ['CEO & Co-Founder', 'c_level'],
    ['Chief Supply Chain Officer', 'c_level'],
    ['President', 'c_level'],
    ['SVP and Chief Procurement Officer', 'c_level'],
    ['Vice President, Logistics', 'vp'],
    ['Assistant Vice President', 'vp'],
    ['Head of Procurement', 'director'],
    ['General Manager', 'director'],
    ['Chief of Staff', 'director'],
    ['Sr. Manager, Regional Transportation', 'manager'],
    ['Account Executive', 'individual'],
    ['Executive Assistant to the President', 'individual'],
    ['Analyst', 'individual'],
    ['', null],
    [null, null],
  ])('%s → %s', (title, seniority) => {
    expect(seniorityFor(title)).toBe(seniority)
  })
})

describe('on the hitlist, against its own flags', () => {
  it('has an F1 of at least .90 for each', (context) => {
    if (!existsSync(HITLIST)) {
      console.info(`skipped: ${HITLIST} is not there`)
      return context.skip()
    }
    const rows = parse(readFileSync(HITLIST), { columns: true, bom: true }) as Record<string, string>[]
    const pairs = [
      ['is_ops', 'operations'],
      ['is_exec', 'executive'],
      ['is_exec_ops', 'executive_operations'],
      ['is_proc', 'procurement'],
      ['is_sales', 'sales'],
    ] as const
    for (const [flag, persona] of pairs) {
      const found = rows.map((row) => personasFor({ title: row['Job Title'] ?? null }).includes(persona))
      const hits = rows.filter((row, index) => found[index] && row[flag] === 'TRUE').length
      const f1 = (2 * hits) / (found.filter(Boolean).length + rows.filter((row) => row[flag] === 'TRUE').length)
      expect(f1, flag).toBeGreaterThanOrEqual(0.9)
    }
  })
})
