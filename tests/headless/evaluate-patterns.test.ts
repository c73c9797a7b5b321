import { describe, expect, it } from 'vitest'
import { type EvaluatedDomain, figuresOf, runTrials, type Trial } from '../../functions/headless/evaluate-patterns.ts'

describe('figuresOf', () => {
  const trial = { domain: 0, known_count: 1, probability: 0.75, hit: true, inTop3: true, weight: 1 }

  it('counts shares, squared error and the gap between confidence and truth', () => {
    const trials: Trial[] = [trial, trial, { ...trial, hit: false }, { ...trial, hit: false, inTop3: false }]
    const figures = figuresOf(trials)
    expect(figures.top1).toBe(0.5)
    expect(figures.top3).toBe(0.75)
    expect(figures.brier).toBeCloseTo((2 * 0.0625 + 2 * 0.5625) / 4)
    expect(figures.ece).toBeCloseTo(0.25)
  })

  it('has no calibration error when three in four come true at .75', () => {
    expect(figuresOf([trial, trial, trial, { ...trial, hit: false }]).ece).toBeCloseTo(0)
  })
})

describe('runTrials', () => {
  it('asks for everybody who was not shown, where at least five are left', () => {
    const trials = runTrials([orderly('a.example', 8), orderly('b.example', 7)], 2, () => {})
    const asked = (domain: number, shown: number) =>
      trials.filter((trial) => trial.domain === domain && trial.known_count === shown).length
    expect(asked(0, 1)).toBe(2 * 7)
    expect(asked(0, 3)).toBe(2 * 5)
    expect(asked(1, 3)).toBe(0)
    expect(figuresOf(trials.filter((trial) => trial.known_count === 2)).top1).toBe(1)
  })

  it('gives the same trials every time', () => {
    const domains = [orderly('a.example', 8), orderly('b.example', 7)]
    expect(runTrials(domains, 1, () => {})).toEqual(runTrials(domains, 1, () => {}))
  })
})

function orderly(domain: string, count: number): EvaluatedDomain {
  const names = [
    'Ann Smith',
    'Bob Jones',
    'Carla Reyes',
    'Dan Fischer',
    'Eva Horn',
    'Finn Berg',
    'Gina Rossi',
    'Hal Young',
  ]
  return {
    domain,
    freemail: false,
    people: names.slice(0, count).map((name) => ({ name, local: name.toLowerCase().replace(' ', '.') })),
  }
}
