/**
 * Measured on 26 domains (`npm run eval:patterns`): with one address known the mixture is too timid, with ten it is slightly too sure. Two
 * numbers, no more: fitted offsets changed sign from one set of domains to the next.
 */
const SLOPE = 1.8
const SLOPE_PER_LOG_KNOWN = -0.35
const MIN_SLOPE = 0.8

/** The probability as it comes true, from the raw one and the number of addresses known at the domain: a change of slope on the logit scale. */
export function calibrated(probability: number, known_count: number): number {
  const held = Math.min(1 - 1e-6, Math.max(1e-6, probability))
  const slope = Math.max(MIN_SLOPE, SLOPE + SLOPE_PER_LOG_KNOWN * Math.log(1 + known_count))
  return 1 / (1 + ((1 - held) / held) ** slope)
}
