import { readFile } from 'node:fs/promises'
import { inferDomain } from '../domain/enrichment/infer-patterns.ts'
import { COMMON_PRIOR } from '../domain/enrichment/pattern-prior.ts'
import { InvalidError } from '../errors.ts'
import { type EvaluatedDomain, figuresOf, KNOWN_COUNTS, runTrials } from './evaluate-patterns.ts'
import { progress, runCommand } from './open.ts'

const SEEDS = 20

// npm run eval:patterns -- FILE: measures address inference on a file of known addresses.
await runCommand(import.meta, async () => {
  const started = performance.now()
  const domains = await readDomains(process.argv[2])
  const trials = runTrials(
    domains.filter((domain) => !domain.freemail),
    SEEDS,
    progress,
  )
  const figures = KNOWN_COUNTS.map((count) => [
    `k${count}`,
    roundedFigures(figuresOf(trials.filter((trial) => trial.known_count === count))),
  ])
  return {
    answer: {
      ...Object.fromEntries(figures),
      freemailClaims: domains.filter(claimsPatternOfFreemail).length,
      domains: new Set(trials.map((trial) => trial.domain)).size,
      seconds: Number(((performance.now() - started) / 1_000).toFixed(1)),
    },
  }
})

async function readDomains(file: string | undefined): Promise<EvaluatedDomain[]> {
  if (file === undefined) throw new InvalidError('Usage: npm run eval:patterns -- FILE')
  try {
    return JSON.parse(await readFile(file, 'utf8')) as EvaluatedDomain[]
  } catch (error) {
    throw new InvalidError(`${file} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}

/** The file's free-mail domains carry invented names; the mark in the file stands in for our list of providers. */
function claimsPatternOfFreemail(domain: EvaluatedDomain): boolean {
  return (
    domain.freemail && inferDomain(domain.domain, domain.people, COMMON_PRIOR, { freemail: true }).status === 'inferred'
  )
}

function roundedFigures(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(4))]))
}
