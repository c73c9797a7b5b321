import { calibrated } from './calibrate.ts'
import { isCompound, type Posterior } from './infer-patterns.ts'
import { PATTERNS, type Pattern } from './patterns.ts'
import { type RenderedName, renderName } from './render-name.ts'

/** `pattern` is the one that contributes most of the probability. */
export type Candidate = { local: string; probability: number; pattern: Pattern }

/** A pattern's local part for a second person of the name is the next free one of these. */
const LAST_NUMBER = 9

/** How often a taken address is followed by its numbered twin rather than by something else. */
const NUMBERED_SHARE = 0.5

/**
 * The likeliest local parts for a name, best first, with the probability that each is right. Patterns that give the same local part are added up.
 * `taken` are local parts that belong to others at the domain: the name's second holder is offered a number ("john.smith2").
 */
export function candidates(
  name: string,
  posterior: Posterior,
  options: { taken?: ReadonlySet<string>; count?: number } = {},
): Candidate[] {
  return candidatesFor(renderName(name), posterior, options)
}

/** As `candidates`, for a name rendered before. */
export function candidatesFor(
  rendered: RenderedName,
  posterior: Posterior,
  { taken, count = 5 }: { taken?: ReadonlySet<string>; count?: number } = {},
): Candidate[] {
  const weights = patternWeights(rendered)
  const { habits, other } = posterior.compound && isCompound(rendered) ? posterior.compound : posterior
  // Patterns that need a middle name say nothing about a name without one; their share goes to the others.
  let applicable = other
  for (const pattern of weights.keys()) applicable += habits[pattern] ?? 0
  const found: Candidate[] = []
  for (const [local, makers] of rendered) {
    let raw = 0
    let largest = { share: 0, pattern: -1 }
    for (const { pattern, weight } of makers) {
      const share = ((habits[pattern] ?? 0) * weight) / (weights.get(pattern) ?? 1) / applicable
      raw += share
      if (share > largest.share) largest = { share, pattern }
    }
    const free = taken?.has(local) ? numbered(local, taken) : local
    if (free === null || largest.pattern < 0) continue
    const probability = calibrated(raw, posterior.known_count)
    found.push({
      local: free,
      probability: free === local ? probability : probability * NUMBERED_SHARE,
      pattern: PATTERNS[largest.pattern] ?? '',
    })
  }
  return sharesOfOne(found.sort((a, b) => b.probability - a.probability || (a.local < b.local ? -1 : 1))).slice(
    0,
    count,
  )
}

function patternWeights(rendered: RenderedName): Map<number, number> {
  const weights = new Map<number, number>()
  for (const makers of rendered.values()) {
    for (const { pattern, weight } of makers) weights.set(pattern, (weights.get(pattern) ?? 0) + weight)
  }
  return weights
}

function numbered(local: string, taken: ReadonlySet<string>): string | null {
  for (let number = 2; number <= LAST_NUMBER; number++) {
    if (!taken.has(`${local}${number}`)) return `${local}${number}`
  }
  return null
}

/** Each probability is corrected by itself; together they may not exceed certainty, and the best keeps its own. */
function sharesOfOne(sorted: Candidate[]): Candidate[] {
  const [best, ...others] = sorted
  if (!best) return []
  const sum = others.reduce((total, candidate) => total + candidate.probability, 0)
  const room = 1 - best.probability
  const factor = sum > room ? room / sum : 1
  return [best, ...others.map((candidate) => ({ ...candidate, probability: candidate.probability * factor }))]
}
