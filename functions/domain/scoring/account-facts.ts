import type { ScoredFacts } from '../../../db/queries/score-facts.ts'
import type { NumberFact, ScoreRule } from '../../../db/tables/scoring-rule-set.ts'

/** What is counted or known of an account when it is scored. Counts are of its people at the event. */
export type AccountFacts = Omit<ScoredFacts, 'id' | 'icp_score' | 'icp_breakdown'>

/** Null when it is not known. */
export function numberFact(facts: AccountFacts, name: NumberFact): number | null {
  if (!name.startsWith('figure:')) return facts[name as Exclude<NumberFact, `figure:${string}`>]
  return facts.list_figures?.[name.slice('figure:'.length)] ?? null
}

/** The first of the words that the name of the company has. */
export function foundWord(facts: AccountFacts, words: readonly string[]): string | undefined {
  return words.find((word) => ` ${facts.name_key} `.includes(` ${word} `))
}

export function chosenValue(facts: AccountFacts, rule: ScoreRule & { kind: 'choice' }) {
  const text = facts[rule.field]?.trim().toLowerCase()
  return text === undefined ? undefined : rule.values.find(({ value }) => value.trim().toLowerCase() === text)
}
