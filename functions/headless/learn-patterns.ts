/**
 * `npm run --silent learn:patterns -- FILE > functions/domain/enrichment/prior.ts`: writes the learned prior from a file of known
 * addresses (the format of shared/data/email-patterns). Only shares of patterns leave the file, no name, address or domain.
 */
import { readFileSync } from 'node:fs'
import { renderAddress } from '../domain/enrichment/infer-patterns.ts'
import { learnHabits } from '../domain/enrichment/learn-prior.ts'
import { PATTERNS } from '../domain/enrichment/patterns.ts'
import type { EvaluatedDomain } from './evaluate-patterns.ts'
import { isStarted } from './open.ts'

/** Smaller shares are dropped: smoothing gives every pattern a little anyway. */
const SMALLEST_SHARE = 0.02

if (isStarted(import.meta)) writePrior()

function writePrior(): void {
  const domains = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as EvaluatedDomain[]
  const habits = learnHabits(
    domains.filter((domain) => !domain.freemail).map((domain) => domain.people.map(renderAddress)),
  )
  const lines = habits.map((domain) => {
    const shares = domain
      .map((share, index) => [PATTERNS[index], Number(share.toFixed(3))] as const)
      .filter(([pattern, share]) => pattern !== undefined && share >= SMALLEST_SHARE)
    return `  ${JSON.stringify(Object.fromEntries(shares)).replaceAll('"', "'").replaceAll(',', ', ').replaceAll(':', ': ')},`
  })
  process.stdout.write(`import { priorOfHabits } from './learn-prior.ts'
import type { PatternPrior } from './pattern-prior.ts'
import type { Pattern } from './patterns.ts'

/**
 * Shares of patterns at ${habits.length} domains, written by functions/headless/learn-patterns.ts from shared/data/email-patterns/known.json. What is
 * missing from 1 is addresses that no pattern makes, and patterns below ${SMALLEST_SHARE}.
 */
const HABITS: readonly Readonly<Record<Pattern, number>>[] = [
${lines.join('\n')}
]

/** The prior of the product. Cheap, but worth keeping for a whole batch. */
export function learnedPrior(): PatternPrior {
  return priorOfHabits(HABITS)
}
`)
}
