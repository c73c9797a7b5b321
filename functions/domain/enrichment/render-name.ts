import { nameVariants } from './name-parts.ts'
import { PATTERNS, renderLocal } from './patterns.ts'

/** Every local part some pattern makes of a name, with the patterns (by index in `PATTERNS`) and the weight of the reading each used. */
export type RenderedName = ReadonlyMap<string, readonly { pattern: number; weight: number }[]>

/** Costs about a millisecond: keep the result when a name is asked about more than once. */
export function renderName(name: string): RenderedName {
  const rendered = new Map<string, { pattern: number; weight: number }[]>()
  for (const { parts, weight } of nameVariants(name)) {
    for (const [pattern, template] of PATTERNS.entries()) {
      const local = renderLocal(template, parts)
      if (local === null) continue
      const makers = rendered.get(local) ?? []
      makers.push({ pattern, weight })
      rendered.set(local, makers)
    }
  }
  return rendered
}
