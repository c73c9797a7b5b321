import { PATTERNS, type Pattern } from './patterns.ts'

/**
 * What domains are like before anything is known of one. Each centre is a way of making addresses: shares of the patterns by index and, last, of
 * addresses no pattern makes; `strength` is how many known addresses it is worth. Shares of centres add up to 1.
 */
export type PatternPrior = {
  centres: readonly { share: number; strength: number; habits: readonly number[] }[]
}

/** Relative frequency of the usual corporate patterns, as general knowledge; every other pattern has `RARE`. */
const COMMON: Readonly<Record<Pattern, number>> = {
  '{first}.{last}': 30,
  '{f}{last}': 30,
  '{f}{last}|8': 6,
  '{first}{last}': 5,
  '{first}': 4,
  '{first}{l}': 4,
  '{f}.{last}': 4,
  '{first}_{last}': 3,
  '{last}{f}': 3,
  '{last}': 2,
  '{last}.{first}': 2,
  '{last}{first}': 2,
  '{first}-{last}': 1,
}
const RARE = 0.1

/** Addresses that follow no pattern, before anything is known. */
const OTHER_SHARE = 0.3

/** A domain of one habit keeps this share to it; the rest is like all domains. */
const PURITY = 0.6

/** Strength of the centre all domains share: weak, because it fits none of them well. */
export const BASE_STRENGTH = 2
export const CENTRE_STRENGTH = 6

export const COMMON_HABITS: readonly number[] = commonHabits()

/** A centre for each common pattern, with the rest of the domain's addresses spread like `base`. Their shares add up to `share`. */
export function commonCentres(base: readonly number[], share: number): PatternPrior['centres'] {
  const total = Object.values(COMMON).reduce((sum, weight) => sum + weight, 0)
  return Object.entries(COMMON).map(([pattern, weight]) => ({
    share: (share * weight) / total,
    strength: CENTRE_STRENGTH,
    habits: base.map((value, index) => (1 - PURITY) * value + (PATTERNS[index] === pattern ? PURITY : 0)),
  }))
}

function commonHabits(): number[] {
  const weights = PATTERNS.map((pattern) => COMMON[pattern] ?? RARE)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return [...weights.map((weight) => ((1 - OTHER_SHARE) * weight) / total), OTHER_SHARE]
}

/** For use where no learned prior may be: general knowledge only. */
export const COMMON_PRIOR: PatternPrior = {
  centres: [{ share: 0.3, strength: BASE_STRENGTH, habits: COMMON_HABITS }, ...commonCentres(COMMON_HABITS, 0.7)],
}
