import { fitHabits, type RenderedAddress } from './infer-patterns.ts'
import { matchLocal } from './match-local.ts'
import { BASE_STRENGTH, CENTRE_STRENGTH, COMMON_HABITS, commonCentres, type PatternPrior } from './pattern-prior.ts'
import { PATTERNS, type Pattern } from './patterns.ts'

/** Shares of the mixture: what all domains are like, one centre a common pattern, one centre a domain learned from. */
const BASE_SHARE = 0.3
const COMMON_SHARE = 0.2
const LEARNED_SHARE = 0.5

/** How much of the common habits is kept in what is learned: a few dozen domains do not show every usual pattern. */
const SMOOTHING = 0.3
/** How much of a learned centre is its own domain's habits, the rest being the base's. */
const CENTRE_OWN_SHARE = 0.8
const ROUNDS = 6

/** A prior from the addresses of other domains (empirical Bayes: each domain counts the same, however many people it has). */
export function learnPrior(domains: RenderedAddress[][]): PatternPrior {
  return priorOf(learnHabits(domains))
}

/** The habits of each domain: shares of the patterns by index and, last, of addresses that no pattern makes. */
export function learnHabits(domains: RenderedAddress[][]): number[][] {
  const evidence = domains.map((domain) => domain.map(({ rendered, local }) => matchLocal(rendered, local)))
  let habits: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const base = smoothedMean(habits)
    habits = evidence.map((addresses) => fitHabits(base, 1, addresses).habits)
  }
  return habits
}

/** A prior from habits written down by pattern; what is missing from 1 is taken for addresses that no pattern makes. */
export function priorOfHabits(written: readonly Readonly<Record<Pattern, number>>[]): PatternPrior {
  return priorOf(
    written.map((shares) => {
      const habits = PATTERNS.map((pattern) => shares[pattern] ?? 0)
      return [...habits, Math.max(0, 1 - habits.reduce((sum, share) => sum + share, 0))]
    }),
  )
}

function priorOf(habits: number[][]): PatternPrior {
  const base = smoothedMean(habits)
  return {
    centres: [
      { share: BASE_SHARE, strength: BASE_STRENGTH, habits: base },
      ...commonCentres(base, COMMON_SHARE),
      ...habits.map((domain) => ({
        share: LEARNED_SHARE / habits.length,
        strength: CENTRE_STRENGTH,
        habits: domain.map((share, index) => CENTRE_OWN_SHARE * share + (1 - CENTRE_OWN_SHARE) * (base[index] ?? 0)),
      })),
    ],
  }
}

function smoothedMean(habits: number[][]): readonly number[] {
  if (habits.length === 0) return COMMON_HABITS
  return COMMON_HABITS.map((common, index) => {
    const sum = habits.reduce((total, domain) => total + (domain[index] ?? 0), 0)
    return (1 - SMOOTHING) * (sum / habits.length) + SMOOTHING * common
  })
}
