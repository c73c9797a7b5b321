import { describe, expect, it } from 'vitest'
import { nameVariants } from '../../../functions/domain/enrichment/name-parts.ts'
import { PATTERNS, patternName, renderLocal } from '../../../functions/domain/enrichment/patterns.ts'
import { transliterate } from '../../../functions/domain/enrichment/transliterate.ts'

const JOHN = { first: 'john', middles: ['quincy'], last: 'abernathy' }

describe('renderLocal', () => {
  it.each([
    ['{first}.{last}', 'john.abernathy'],
    ['{f}{last}', 'jabernathy'],
    ['{first}{l}', 'johna'],
    ['{last}.{first}', 'abernathy.john'],
    ['{f}{m}{last}', 'jqabernathy'],
    ['{first}.{rest_}', 'john.quincy_abernathy'],
    ['{first}.{rest.}', 'john.quincy.abernathy'],
    ['{f}{last}|8', 'jabernat'],
    ['{l5}{f2}', 'abernjo'],
    ['{first}_{last}', 'john_abernathy'],
  ])('%s → %s', (pattern, local) => {
    expect(renderLocal(pattern, JOHN)).toBe(local)
    expect(PATTERNS).toContain(pattern)
  })

  it('has nothing to say of a middle name that is not there', () => {
    expect(renderLocal('{f}{m}{last}', { ...JOHN, middles: [] })).toBeNull()
  })

  it('uses a short name whole', () => {
    expect(renderLocal('{f}{last}|8', { first: 'li', middles: [], last: 'wu' })).toBe('lwu')
  })

  it('only makes local parts of letters, digits and separators, for every pattern', () => {
    for (const pattern of PATTERNS) expect(renderLocal(pattern, JOHN), pattern).toMatch(/^[a-z][a-z._-]*$/)
  })
})

describe('patternName', () => {
  it('is what a person reads', () => {
    expect(patternName('{first}.{last}')).toBe('first.last')
    expect(patternName('{f}{last}|8')).toBe('flast (cut to 8)')
  })
})

describe('transliterate', () => {
  it.each([
    ['Müller', 'muller', 'mueller'],
    ['Ødegård', 'odegard', 'oedegaard'],
    ['Weiß', 'weiss', 'weiss'],
    ['José', 'jose', 'jose'],
    ['Łukasz', 'lukasz', 'lukasz'],
    ['Şahin', 'sahin', 'sahin'],
    ['Işık', 'isik', 'isik'],
    ['Щербаков', 'shcherbakov', 'shcherbakov'],
    ["O'Brien", 'obrien', 'obrien'],
    ['Smith-Jones', 'smith-jones', 'smith-jones'],
    ['王', '', ''],
  ])('%s', (word, plain, expanded) => {
    expect(transliterate(word, 'plain')).toBe(plain)
    expect(transliterate(word, 'expanded')).toBe(expanded)
  })
})

describe('nameVariants', () => {
  it('gives one reading to a plain name, and weights that add up to 1 to any', () => {
    expect(nameVariants('Dr. John Quincy Abernathy, PhD')).toEqual([{ parts: JOHN, weight: expect.closeTo(1) }])
    for (const name of ['Anna Müller-Groß', 'William (Bill) Ødegård-Smith', 'Sven van der Silva']) {
      expect(nameVariants(name).reduce((sum, variant) => sum + variant.weight, 0)).toBeCloseTo(1)
    }
  })

  it('reads hyphens, accents and nicknames both ways', () => {
    const lasts = nameVariants('Anna Müller-Groß').map((variant) => variant.parts.last)
    expect(lasts.sort()).toEqual(['mueller-gross', 'muellergross', 'muller-gross', 'mullergross'])
    expect(nameVariants('William (Bill) Smith').map((variant) => variant.parts.first)).toEqual(['william', 'bill'])
  })

  it('has none for a single name or a script without letters', () => {
    expect(nameVariants('Madonna')).toEqual([])
    expect(nameVariants('王小明')).toEqual([])
  })
})
