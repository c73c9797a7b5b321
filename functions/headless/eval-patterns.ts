/** `npm run eval:patterns -- FILE`: measures address inference on a file of known addresses. The last line of stdout is one JSON object. */
import { readFileSync } from 'node:fs'
import { inferDomain } from '../domain/enrichment/infer-patterns.ts'
import { COMMON_PRIOR } from '../domain/enrichment/pattern-prior.ts'
import { type EvaluatedDomain, figuresOf, KNOWN_COUNTS, runTrials } from './evaluate-patterns.ts'

const SEEDS = 20

const file = process.argv[2]
if (!file) {
  process.stderr.write('Usage: npm run eval:patterns -- FILE\n')
  process.exit(2)
}

const started = performance.now()
const domains = JSON.parse(readFileSync(file, 'utf8')) as EvaluatedDomain[]
const trials = runTrials(
  domains.filter((domain) => !domain.freemail),
  SEEDS,
  (line) => process.stderr.write(`${line}\n`),
)
const figures = KNOWN_COUNTS.map((count) => [
  `k${count}`,
  roundedFigures(figuresOf(trials.filter((trial) => trial.known_count === count))),
])
process.stdout.write(
  `${JSON.stringify({
    ...Object.fromEntries(figures),
    freemailClaims: domains.filter(claimsPatternOfFreemail).length,
    domains: new Set(trials.map((trial) => trial.domain)).size,
    seconds: Number(((performance.now() - started) / 1_000).toFixed(1)),
  })}\n`,
)

/** The file's free-mail domains carry invented names; the mark in the file stands in for our list of providers. */
function claimsPatternOfFreemail(domain: EvaluatedDomain): boolean {
  return (
    domain.freemail && inferDomain(domain.domain, domain.people, COMMON_PRIOR, { freemail: true }).status === 'inferred'
  )
}

function roundedFigures(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(4))]))
}
