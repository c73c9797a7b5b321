import { parseName } from '../people/parse-name.ts'
import { type TransliterationStyle, transliterate } from './transliterate.ts'

/** The words of a name as an address is made of them. */
export type NameParts = { first: string; middles: string[]; last: string }

/** `weight` is how often a system that could use this reading of the name does; the weights of one name add up to 1. */
export type NameVariant = { parts: NameParts; weight: number }

const HYPHEN_STYLES = [
  { weight: 0.5, write: (word: string) => word },
  { weight: 0.5, write: (word: string) => word.replaceAll('-', '') },
] as const

const TRANSLITERATION_STYLES: readonly { weight: number; style: TransliterationStyle }[] = [
  { weight: 0.7, style: 'plain' },
  { weight: 0.3, style: 'expanded' },
]

const NICKNAME_WEIGHT = 0.15

/**
 * Every way a mail system may read one name: with and without hyphens, accents dropped or written out, nickname for given name. Equal readings
 * are merged, so most names have one. Empty when there is no given name or no family name in a script with letters.
 */
export function nameVariants(name: string): NameVariant[] {
  const parsed = parseName(name)
  if (!parsed.given || !parsed.family) return []
  const rest = [...(parsed.middle?.split(' ') ?? []), ...parsed.family.split(' ')]
  const readings = [{ given: parsed.given, weight: parsed.nickname ? 1 - NICKNAME_WEIGHT : 1 }]
  if (parsed.nickname) readings.push({ given: parsed.nickname.split(' ')[0] ?? '', weight: NICKNAME_WEIGHT })

  const merged = new Map<string, NameVariant>()
  for (const reading of readings) {
    for (const { style, weight } of TRANSLITERATION_STYLES) {
      for (const hyphens of HYPHEN_STYLES) {
        const write = (word: string) => hyphens.write(transliterate(word, style))
        const parts = toParts(write(reading.given.replaceAll(' ', '-')), rest.map(write).filter(Boolean))
        if (!parts) continue
        const key = JSON.stringify(parts)
        const before = merged.get(key)?.weight ?? 0
        merged.set(key, { parts, weight: before + reading.weight * weight * hyphens.weight })
      }
    }
  }
  return [...merged.values()]
}

function toParts(first: string, rest: string[]): NameParts | null {
  const last = rest.at(-1)
  return first && last ? { first, middles: rest.slice(0, -1), last } : null
}
