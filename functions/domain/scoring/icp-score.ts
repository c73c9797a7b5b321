import type { ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import { assertNever } from '../../errors.ts'
import { type AccountFacts, chosenValue, foundWord, numberFact } from './account-facts.ts'
import { maxOf, reasonOf } from './rule-words.ts'

export type ExplainedLine = { rule: string; points: number; max: number; reason: string }
export type AccountScore = { score: number; breakdown: ExplainedLine[] }

/**
 * The ICP score, 0–100 with two decimals, with a line and a sentence for each rule. The score is the sum of the lines, held within
 * its range. `pointsOf` in db/queries/score-rules.ts computes the same in SQL; a property test compares them.
 */
export function scoreAccount(facts: AccountFacts, rules: readonly ScoreRule[]): AccountScore {
  const breakdown = rules.map((rule) => {
    const points = rounded(pointsOfRule(facts, rule))
    return { rule: rule.rule, points, max: maxOf(rule), reason: reasonOf(facts, rule, points) }
  })
  const sum = breakdown.reduce((total, line) => total + line.points, 0)
  return { score: Math.max(0, Math.min(100, rounded(sum))), breakdown }
}

function pointsOfRule(facts: AccountFacts, rule: ScoreRule): number {
  switch (rule.kind) {
    case 'per_person':
      return rule.counts.reduce((sum, { count, points, at_most }) => {
        return sum + Math.max(-at_most, Math.min(at_most, (numberFact(facts, count) ?? 0) * points))
      }, 0)
    case 'steps': {
      const value = numberFact(facts, rule.count)
      if (value === null) return 0
      const steps = [...rule.steps].sort((a, b) => b.at_least - a.at_least)
      return steps.find((step) => value >= step.at_least)?.points ?? 0
    }
    case 'known':
      return rule.fields.filter((field) => Boolean(facts[field])).length * rule.points_each
    case 'scale':
      return scaled(facts, rule)
    case 'choice':
      return chosenValue(facts, rule)?.points ?? 0
    case 'words':
      return foundWord(facts, rule.words) === undefined ? 0 : rule.points
    default:
      return assertNever(rule)
  }
}

/** No logarithm: it is not rounded the same everywhere, a root is. */
function scaled(facts: AccountFacts, rule: ScoreRule & { kind: 'scale' }): number {
  const value = numberFact(facts, rule.measure)
  if (value === null || (rule.each && facts.people_count === 0)) return 0
  const measured = rule.each ? value / facts.people_count : value
  const share = Math.min(1, Math.max(0, (measured - rule.from) / (rule.to - rule.from)))
  const curves = { even: share, root: Math.sqrt(share), fourth_root: Math.sqrt(Math.sqrt(share)) }
  return rule.points * curves[rule.curve]
}

const rounded = (points: number) => Math.floor(points * 100 + 0.5) / 100
