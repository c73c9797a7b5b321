import { type KnownAddress, type Posterior, renderAddress } from './infer-patterns.ts'
import { matchLocal } from './match-local.ts'

/** How often an address bounces although it was made by the domain's habit: its owner has left since the list was written. */
const GONE = 0.15
/** How often one bounces that was made by another habit: nearly always, but servers that take everything say nothing. */
const WRONG = 0.95

/**
 * A guess of ours that bounced speaks against the habit that made it, for everybody at the domain. How much depends on what
 * else is known: where nothing is, one bounce may decide between two habits; beside ten known addresses it may as well be
 * somebody who left.
 */
export function weighBounces(posterior: Posterior, refused: readonly KnownAddress[]): Posterior {
  if (refused.length === 0) return posterior
  const power = 1 / (1 + posterior.known_count / 2)
  const against = refused.map((address) => {
    const { rendered, local } = renderAddress(address)
    const makers = matchLocal(rendered, local)
    const strongest = Math.max(...makers.values(), 0)
    return new Map([...makers].map(([pattern, weight]) => [pattern, weight / strongest]))
  })
  const weigh = (habits: readonly number[], other: number) => {
    const weighed = habits.map((share, pattern) =>
      against.reduce((left, makers) => {
        const made = makers.get(pattern) ?? 0
        return left * (made * GONE + (1 - made) * WRONG) ** power
      }, share),
    )
    const rest = other * WRONG ** (power * refused.length)
    const total = weighed.reduce((sum, share) => sum + share, rest)
    return total > 0 ? { habits: weighed.map((share) => share / total), other: rest / total } : { habits, other }
  }
  return {
    ...posterior,
    ...weigh(posterior.habits, posterior.other),
    ...(posterior.compound && { compound: weigh(posterior.compound.habits, posterior.compound.other) }),
  }
}
