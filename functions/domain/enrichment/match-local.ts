import type { RenderedName } from './render-name.ts'

/** How likely each pattern (by index) makes one known local part of its name, relative to the others. */
export type Evidence = ReadonlyMap<number, number>

/** What a near match is worth beside an exact one, and the factor for each letter that no pattern explains. */
const NEAR_WEIGHT = 0.1
const EXTRA_LETTER_FACTOR = 0.2
const MAX_EXTRA_LETTERS = 4
/** Shorter parts are found in almost any local part. */
const MIN_NEAR_LENGTH = 4

/**
 * Exact matches, or else near ones: a number at the end ("john.smith2") or a few unexplained letters inside ("johnq.smith", a middle initial the
 * name does not show) still say which pattern was meant. Empty when nothing about the local part comes from the name.
 */
export function matchLocal(rendered: RenderedName, local: string): Evidence {
  const exact = rendered.get(local)
  if (exact) return weigh([exact], 1)
  const unnumbered = rendered.get(local.replace(/[._-]?\d+$/, ''))
  if (unnumbered) return weigh([unnumbered], NEAR_WEIGHT)

  const likelihoods = new Map<number, number>()
  for (const [candidate, makers] of rendered) {
    const extra = local.length - candidate.length
    if (candidate.length < MIN_NEAR_LENGTH || extra < 1 || extra > MAX_EXTRA_LETTERS || !isInserted(candidate, local))
      continue
    for (const [pattern, weight] of weigh([makers], NEAR_WEIGHT * EXTRA_LETTER_FACTOR ** extra)) {
      likelihoods.set(pattern, Math.max(likelihoods.get(pattern) ?? 0, weight))
    }
  }
  return likelihoods
}

function weigh(matches: (readonly { pattern: number; weight: number }[])[], factor: number): Map<number, number> {
  const likelihoods = new Map<number, number>()
  for (const { pattern, weight } of matches.flat()) {
    likelihoods.set(pattern, (likelihoods.get(pattern) ?? 0) + weight * factor)
  }
  return likelihoods
}

/** Whether one run of letters put somewhere inside `part`, not before it, gives `whole`. */
function isInserted(part: string, whole: string): boolean {
  let start = 0
  while (start < part.length && part[start] === whole[start]) start++
  let end = 0
  while (end < part.length && part[part.length - 1 - end] === whole[whole.length - 1 - end]) end++
  return start > 0 && end > 1 && start + end >= part.length
}
