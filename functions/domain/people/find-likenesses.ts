import type { FoundPair } from '../../../db/queries/duplicates.ts'
import { type ComparedName, comparedName, likenessOf, scoreOfName } from './name-likeness.ts'

/** People who share a word that more have than this are compared by a rarer one: never everybody with everybody. */
const MOST_COMPARED = 60
/** "J. Smith" beside John and Jane Smith. */
const AMBIGUOUS_SCORE = 0.4

interface Named {
  id: string
  name: string
}

/** Pairs of people of one company, or of one domain, who may be one person. */
export function findLikenesses(people: readonly Named[]): FoundPair[] {
  const compared = people.map(({ id, name }) => ({ id, name: comparedName(name) }))
  const pairs = new Map<string, FoundPair>()
  for (const group of groupsOf(compared).values()) {
    if (group.length > MOST_COMPARED) continue
    for (const [index, a] of group.entries())
      for (const b of group.slice(index + 1)) {
        const key = a.id < b.id ? `${a.id} ${b.id}` : `${b.id} ${a.id}`
        const reason = pairs.has(key) ? null : likenessOf(a.name, b.name)
        if (reason !== null) pairs.set(key, { ids: [a.id, b.id], reason, score: scoreOfName(reason) })
      }
  }
  return withoutFalseHope([...pairs.values()])
}

/** By each word of a name, and by family name with an initial for words that many share. */
function groupsOf<Person extends { id: string; name: ComparedName }>(people: readonly Person[]): Map<string, Person[]> {
  const groups = new Map<string, Person[]>()
  for (const person of people) {
    const { given, middle, family } = person.name
    const keys = new Set([...given, ...middle, ...family].filter((word) => word.length > 1))
    for (const word of family) keys.add(`${given[0]?.[0] ?? ''} ${word}`)
    for (const key of keys) {
      const group = groups.get(key)
      if (group === undefined) groups.set(key, [person])
      else group.push(person)
    }
  }
  return groups
}

/** An initial that stands for several people tells little of each. */
function withoutFalseHope(pairs: FoundPair[]): FoundPair[] {
  const initials = new Map<string, number>()
  for (const { ids, reason } of pairs)
    if (reason === 'initial') for (const id of ids) initials.set(id, (initials.get(id) ?? 0) + 1)
  return pairs.map((pair) =>
    pair.reason === 'initial' && pair.ids.some((id) => (initials.get(id) ?? 0) > 1)
      ? { ...pair, score: AMBIGUOUS_SCORE }
      : pair,
  )
}
