import { describe, expect, it } from 'vitest'
import { candidates } from '../../../functions/domain/enrichment/candidates.ts'
import { inferDomain, type KnownAddress, mainHabits } from '../../../functions/domain/enrichment/infer-patterns.ts'
import { learnedPrior } from '../../../functions/domain/enrichment/prior.ts'

const PRIOR = learnedPrior()

describe('inferDomain', () => {
  it('claims no pattern of a public mail provider', () => {
    expect(inferDomain('gmail.com', known('John Smith:john.smith'), PRIOR)).toEqual({ status: 'freemail' })
    expect(inferDomain('nowhere.example', [], PRIOR, { freemail: true })).toEqual({ status: 'freemail' })
  })

  it('says so when nothing is known and no prior may be used', () => {
    expect(inferDomain('acme.com', [], null)).toEqual({ status: 'not_enough_evidence' })
    expect(inferDomain('acme.com', known('John Smith:john.smith'), null).status).toBe('inferred')
  })

  it('finds the habit, and both of two habits', () => {
    const one = posteriorOf('John Smith:jsmith', 'Anna Keller:akeller', 'Wei Zhang:wzhang')
    expect(mainHabits(one, 1)[0]?.pattern).toBe('{f}{last}')
    const two = posteriorOf(
      'John Smith:jsmith', 'Anna Keller:akeller', 'Wei Zhang:wzhang', 'Maria Lopez:mlopez',
      'Paul Novak:paul.novak', 'Nina Berg:nina.berg', 'Omar Haddad:omar.haddad', 'Eva Horn:eva.horn',
    ) // biome-ignore format: two habits, two lines
    const top = candidates('Laura Fischer', two).slice(0, 2)
    expect(top.map((candidate) => candidate.local).sort()).toEqual(['laura.fischer', 'lfischer'])
    expect(Math.min(...top.map((candidate) => candidate.probability))).toBeGreaterThan(0.2)
  })

  it('tells a cut to eight letters from whole names', () => {
    const cut = posteriorOf('Sven Castillo:scastill', 'Nathan Wisniewski:nwisniew', 'Patricia Thompson:pthompso')
    expect(candidates('Richard Abernathy', cut)[0]?.local).toBe('rabernat')
    const whole = posteriorOf('Sven Castillo:scastillo', 'Nathan Wisniewski:nwisniewski', 'Patricia Thompson:pthompson')
    expect(candidates('Richard Abernathy', whole)[0]?.local).toBe('rabernathy')
  })

  it('writes names with words in the middle as such names are written, however many others are known', () => {
    const plain = ['John Smith:john.smith', 'Anna Keller:anna.keller', 'Wei Zhang:wei.zhang', 'Eva Horn:eva.horn']
    const both = posteriorOf(...plain, ...plain, 'Ann Lee Baker:ann.lee.baker')
    expect(candidates('Mary Jo Fischer', both)[0]?.local).toBe('mary.jo.fischer')
    expect(candidates('Laura Fischer', both)[0]?.local).toBe('laura.fischer')
    expect(candidates('Mary Jo Fischer', posteriorOf(...plain))[0]?.local).toBe('mary.fischer')
  })

  it('learns from an address with an unshown middle initial or a number', () => {
    const near = posteriorOf('John Smith:johnq.smith', 'Anna Keller:anna.keller2')
    expect(candidates('Laura Fischer', near)[0]?.local).toBe('laura.fischer')
  })

  it('is surer the more it has seen, and unsure of a domain without order', () => {
    const surest = (...addresses: string[]) =>
      candidates('Laura Fischer', posteriorOf(...addresses))[0]?.probability ?? 0
    const one = surest('John Smith:john.smith')
    const four = surest('John Smith:john.smith', 'Anna Keller:anna.keller', 'Wei Zhang:wei.zhang', 'Eva Horn:eva.horn')
    expect(four).toBeGreaterThan(one)
    expect(surest('John Smith:x7', 'Anna Keller:q11', 'Wei Zhang:z3', 'Eva Horn:k9')).toBeLessThan(0.3)
  })

  it('does not depend much on the order of the addresses', () => {
    const addresses = ['John Smith:jsmith', 'Anna Keller:anna.keller', 'Wei Zhang:wzhang', 'Eva Horn:ehorn']
    const forward = candidates('Laura Fischer', posteriorOf(...addresses))[0]
    const backward = candidates('Laura Fischer', posteriorOf(...addresses.toReversed()))[0]
    expect(backward?.local).toBe(forward?.local)
    expect(backward?.probability).toBeCloseTo(forward?.probability ?? 0, 1)
  })
})

describe('candidates', () => {
  const dotted = posteriorOf('John Smith:john.smith', 'Anna Keller:anna.keller', 'Wei Zhang:wei.zhang')

  it('merges patterns that give the same local part, in order, within certainty', () => {
    const found = candidates('Laura Fischer', dotted, { count: 20 })
    expect(new Set(found.map((candidate) => candidate.local)).size).toBe(found.length)
    expect(found.map((candidate) => candidate.probability)).toEqual(
      found.map((candidate) => candidate.probability).sort((a, b) => b - a),
    )
    expect(found.reduce((sum, candidate) => sum + candidate.probability, 0)).toBeLessThanOrEqual(1 + 1e-9)
    expect(found[0]).toMatchObject({ local: 'laura.fischer', pattern: expect.stringContaining('{first}.{') })
  })

  it('gives the second of a name a number, with less confidence', () => {
    const free = candidates('John Smith', dotted)[0]
    const second = candidates('John Smith', dotted, { taken: new Set(['john.smith']) })
    expect(second.map((candidate) => candidate.local)).not.toContain('john.smith')
    expect(second[0]?.local).toBe('john.smith2')
    expect(second[0]?.probability).toBeLessThan(free?.probability ?? 0)
  })

  it('has none for a name it cannot write', () => {
    expect(candidates('Madonna', dotted)).toEqual([])
    expect(candidates('王小明', dotted)).toEqual([])
  })
})

function known(...addresses: string[]): KnownAddress[] {
  return addresses.map((address) => {
    const [name = '', local = ''] = address.split(':')
    return { name, local }
  })
}

function posteriorOf(...addresses: string[]) {
  const inference = inferDomain('acme.com', known(...addresses), PRIOR)
  if (inference.status !== 'inferred') throw new Error(inference.status)
  return inference.posterior
}
