import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { type Evidence, matchLocal } from './match-local.ts'
import { COMMON_PRIOR, type PatternPrior } from './pattern-prior.ts'
import { PATTERNS, type Pattern } from './patterns.ts'
import { type RenderedName, renderName } from './render-name.ts'

/** An address known to be right: given or delivered, never a guess of ours. */
export type KnownAddress = { name: string; local: string }
export type RenderedAddress = { rendered: RenderedName; local: string }

/** The share of each pattern (by index in `PATTERNS`), and of addresses no pattern explains. */
type Shares = { habits: readonly number[]; other: number }

/**
 * How a domain makes its addresses. `compound`: of names with words in the middle, where such are known, since "ann.baker"
 * does not tell whether "Ann Lee Baker" keeps her Lee.
 */
export type Posterior = Shares & { known_count: number; compound?: Shares }

export type Inference =
  | { status: 'inferred'; posterior: Posterior }
  | { status: 'freemail' }
  | { status: 'not_enough_evidence' }

/**
 * Without a prior (null) something must be known at the domain. Public mail providers have no pattern to claim; `freemail` marks one that our
 * list does not have.
 */
export function inferDomain(
  domain: string,
  known: KnownAddress[],
  prior: PatternPrior | null,
  { freemail = false }: { freemail?: boolean } = {},
): Inference {
  if (freemail || isFreemailDomain(domain)) return { status: 'freemail' }
  if (known.length === 0 && prior === null) return { status: 'not_enough_evidence' }
  return { status: 'inferred', posterior: inferPatterns(known.map(renderAddress), prior ?? COMMON_PRIOR) }
}

export function renderAddress({ name, local }: KnownAddress): RenderedAddress {
  return { rendered: renderName(name), local: local.toLowerCase() }
}

/**
 * A mixture of Dirichlets: each centre is one way a domain may behave, weighed by how well it foretells the known addresses and then moved by
 * them. So several habits side by side keep their shares, and one odd address does not overturn what domains are usually like.
 */
export function inferPatterns(known: RenderedAddress[], prior: PatternPrior): Posterior {
  const evidence = known.map(({ rendered, local }) => matchLocal(rendered, local))
  const fits = prior.centres.map((centre) => {
    const fit = fitHabits(centre.habits, centre.strength, evidence)
    return { habits: fit.habits, logWeight: Math.log(centre.share) + fit.logLikelihood }
  })
  const highest = Math.max(...fits.map((fit) => fit.logWeight))
  const weights = fits.map((fit) => Math.exp(fit.logWeight - highest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const shares = new Array<number>(PATTERNS.length + 1).fill(0)
  for (const [index, { habits }] of fits.entries()) {
    const weight = (weights[index] ?? 0) / total
    for (const [pattern, share] of habits.entries()) shares[pattern] = (shares[pattern] ?? 0) + weight * share
  }
  const compound = evidence.filter((_, index) => isCompound(known[index]?.rendered))
  return {
    ...sharesOf(shares),
    known_count: known.length,
    ...(compound.length === 0 ? {} : { compound: sharesOf(fitHabits(shares, COMPOUND_STRENGTH, compound).habits) }),
  }
}

const sharesOf = (shares: readonly number[]): Shares => ({ habits: shares.slice(0, OTHER), other: shares[OTHER] ?? 0 })

/** Whether a name has words in the middle: only then some patterns have anything to write. */
export function isCompound(rendered: RenderedName | undefined): boolean {
  for (const makers of rendered?.values() ?? []) if (makers.some(({ pattern }) => pattern === OF_MIDDLES)) return true
  return false
}

/** The habits worth showing, largest share first. */
export function mainHabits(posterior: Posterior, count: number): { pattern: Pattern; share: number }[] {
  return posterior.habits
    .map((share, index) => ({ pattern: PATTERNS[index] ?? '', share }))
    .sort((a, b) => b.share - a.share)
    .slice(0, count)
}

/** Habits are arrays with one share a pattern and a last one for addresses that no pattern makes. */
const OTHER = PATTERNS.length
const OF_MIDDLES = PATTERNS.indexOf('{first}{m}')

/** How many compound names the habits of all names are worth when compound names are asked about. */
const COMPOUND_STRENGTH = 2

/** How likely an address of the 'other' kind is to be exactly this one. Small, so that any pattern that explains it wins. */
const OTHER_LIKELIHOOD = 1e-4

/** Rounds of Gibbs-like reassignment after the first pass, which depends on the order of addresses. */
const REFINING_ROUNDS = 2

/**
 * The habits (posterior mean) after seeing the addresses, `strength` being the number of addresses the prior habits are worth, and the
 * logarithm of the addresses' likelihood under them.
 */
export function fitHabits(
  priorHabits: readonly number[],
  strength: number,
  evidence: Evidence[],
): { habits: number[]; logLikelihood: number } {
  const counts = new Array<number>(OTHER + 1).fill(0)
  const assigned: Evidence[] = []
  const meanOf = (pattern: number, seen: number) =>
    ((priorHabits[pattern] ?? 0) * strength + (counts[pattern] ?? 0)) / (strength + seen)
  const count = (shares: Evidence, sign: 1 | -1) => {
    for (const [pattern, share] of shares) counts[pattern] = (counts[pattern] ?? 0) + sign * share
  }

  let logLikelihood = 0
  for (const [seen, likelihoods] of evidence.entries()) {
    const { shares, likelihood } = assign(likelihoods, (pattern) => meanOf(pattern, seen))
    logLikelihood += Math.log(likelihood)
    count(shares, 1)
    assigned.push(shares)
  }
  for (let round = 0; round < REFINING_ROUNDS; round++) {
    for (const [index, likelihoods] of evidence.entries()) {
      count(assigned[index] ?? new Map(), -1)
      const { shares } = assign(likelihoods, (pattern) => meanOf(pattern, evidence.length - 1))
      count(shares, 1)
      assigned[index] = shares
    }
  }
  return { habits: counts.map((_, pattern) => meanOf(pattern, evidence.length)), logLikelihood }
}

/** Shares one address among the patterns that may have made it. */
function assign(likelihoods: Evidence, meanOf: (pattern: number) => number): { shares: Evidence; likelihood: number } {
  const joint = new Map<number, number>([[OTHER, meanOf(OTHER) * OTHER_LIKELIHOOD]])
  for (const [pattern, likelihood] of likelihoods) joint.set(pattern, meanOf(pattern) * likelihood)
  let likelihood = 0
  for (const value of joint.values()) likelihood += value
  for (const [pattern, value] of joint) joint.set(pattern, value / likelihood)
  return { shares: joint, likelihood }
}
