import { fitHabits, type RenderedAddress } from './infer-patterns.ts'
import { matchLocal } from './match-local.ts'
import {
  BASE_STRENGTH,
  type Calibration,
  CENTRE_STRENGTH,
  COMMON_HABITS,
  commonCentres,
  type PatternPrior,
  UNCALIBRATED,
} from './pattern-prior.ts'

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
export function learnPrior(domains: RenderedAddress[][], calibration: Calibration = UNCALIBRATED): PatternPrior {
  const evidence = domains.map((domain) => domain.map(({ rendered, local }) => matchLocal(rendered, local)))
  let base: readonly number[] = COMMON_HABITS
  let learned: number[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const current = base
    learned = evidence.map((addresses) => fitHabits(current, 1, addresses).habits)
    base = smoothedMean(learned)
  }
  return {
    centres: [
      { share: BASE_SHARE, strength: BASE_STRENGTH, habits: base },
      ...commonCentres(base, COMMON_SHARE),
      ...learned.map((habits) => ({
        share: LEARNED_SHARE / learned.length,
        strength: CENTRE_STRENGTH,
        habits: habits.map((share, index) => CENTRE_OWN_SHARE * share + (1 - CENTRE_OWN_SHARE) * (base[index] ?? 0)),
      })),
    ],
    calibration,
  }
}

function smoothedMean(habits: number[][]): number[] {
  return COMMON_HABITS.map((common, index) => {
    const sum = habits.reduce((total, domain) => total + (domain[index] ?? 0), 0)
    return (1 - SMOOTHING) * (sum / Math.max(1, habits.length)) + SMOOTHING * common
  })
}
