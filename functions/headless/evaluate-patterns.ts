import { type Candidate, candidatesFor } from '../domain/enrichment/candidates.ts'
import {
  inferPatterns,
  type KnownAddress,
  type RenderedAddress,
  renderAddress,
} from '../domain/enrichment/infer-patterns.ts'
import { learnPrior } from '../domain/enrichment/learn-prior.ts'
import type { PatternPrior } from '../domain/enrichment/pattern-prior.ts'

export type EvaluatedDomain = { domain: string; freemail: boolean; people: KnownAddress[] }
export type Figures = { top1: number; top3: number; brier: number; ece: number }
/** One person asked for: at which domain (by index), how many addresses were shown, and what came of it. */
export type Trial = {
  domain: number
  known_count: number
  probability: number
  hit: boolean
  inTop3: boolean
  weight: number
}

export const KNOWN_COUNTS = [1, 2, 3, 5, 10] as const
/** A domain takes part for k when at least this many people are left to ask for. */
const MIN_ASKED = 5
const CONFIDENCE_BINS = 10

/**
 * The protocol of shared/data/email-patterns/README.md: show k people, ask for the rest. Each domain is judged with a prior learned from the
 * others only. Weights are set so that every (domain, seed) counts the same.
 */
export function runTrials(domains: EvaluatedDomain[], seeds: number, progress: (line: string) => void): Trial[] {
  const rendered = domains.map((domain) => domain.people.map(renderAddress))
  return domains.flatMap(({ domain }, index) => {
    progress(`${domain} (${index + 1} of ${domains.length})`)
    const prior = learnPrior(rendered.filter((_, other) => other !== index))
    const people = rendered[index] ?? []
    return KNOWN_COUNTS.filter((count) => people.length >= count + MIN_ASKED).flatMap((count) =>
      Array.from({ length: seeds }, (_, seed) => runTrial(people, count, index, seed, prior)).flat(),
    )
  })
}

function runTrial(
  people: RenderedAddress[],
  count: number,
  domain: number,
  seed: number,
  prior: PatternPrior,
): Trial[] {
  const order = shuffled(people, seed * 1_000 + domain)
  const shown = order.slice(0, count)
  const asked = order.slice(count)
  const posterior = inferPatterns(shown, prior)
  const taken = new Set(shown.map((person) => person.local))
  return asked.map(({ rendered, local }) => {
    const found: Candidate[] = candidatesFor(rendered, posterior, { taken, count: 3 })
    return {
      domain,
      known_count: count,
      probability: found[0]?.probability ?? 0,
      hit: found[0]?.local === local,
      inTop3: found.some((candidate) => candidate.local === local),
      weight: 1 / asked.length,
    }
  })
}

export function figuresOf(trials: Trial[]): Figures {
  const total = trials.reduce((sum, trial) => sum + trial.weight, 0)
  const mean = (value: (trial: Trial) => number) =>
    trials.reduce((sum, trial) => sum + trial.weight * value(trial), 0) / total
  const gaps = new Array<number>(CONFIDENCE_BINS).fill(0)
  for (const { probability, hit, weight } of trials) {
    const bin = Math.min(CONFIDENCE_BINS - 1, Math.floor(probability * CONFIDENCE_BINS))
    gaps[bin] = (gaps[bin] ?? 0) + weight * (probability - Number(hit))
  }
  return {
    top1: mean((trial) => Number(trial.hit)),
    top3: mean((trial) => Number(trial.inTop3)),
    brier: mean((trial) => (trial.probability - Number(trial.hit)) ** 2),
    ece: gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total,
  }
}

function shuffled<T>(items: T[], seed: number): T[] {
  const random = seededRandom(seed)
  const order = [...items]
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [order[last], order[other]]
    if (a === undefined || b === undefined) continue
    order[last] = b
    order[other] = a
  }
  return order
}

/** mulberry32: 32 bits of state, the same numbers on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
