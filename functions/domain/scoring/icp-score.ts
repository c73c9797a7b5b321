import type { AccountFacts, CountName, KnownName, ScorePreset, ScoreRule } from './presets.ts'

type ScoreLine = { rule: string; points: number; max: number; reason: string }
export type AccountScore = { score: number; breakdown: ScoreLine[] }

/** The ICP score, 0–100, with a line and a sentence for each rule. The score is the sum of the lines, rounded and held within its range. */
export function scoreAccount(facts: AccountFacts, preset: ScorePreset): AccountScore {
  const breakdown = preset.rules.map((rule) => scoreRule(facts, rule))
  const sum = breakdown.reduce((total, line) => total + line.points, 0)
  return { score: Math.max(0, Math.min(100, Math.round(sum))), breakdown }
}

function scoreRule(facts: AccountFacts, rule: ScoreRule): ScoreLine {
  switch (rule.kind) {
    case 'per_person':
      return scorePerPerson(facts, rule)
    case 'steps':
      return scoreSteps(facts, rule)
    case 'known':
      return scoreKnown(facts, rule)
    default:
      return assertNever(rule)
  }
}

function scorePerPerson(facts: AccountFacts, rule: ScoreRule & { kind: 'per_person' }): ScoreLine {
  const counted = rule.counts.map((part) => ({ ...part, people: facts[part.count] }))
  const present = counted.filter((part) => part.people > 0)
  return {
    rule: rule.rule,
    points: sumOf(present, (part) => Math.min(part.at_most, part.people * part.points)),
    max: sumOf(counted, (part) => part.at_most),
    reason:
      present.length === 0
        ? `Nobody in ${listed(
            counted.map((part) => COUNT_WORDS[part.count].group),
            'or',
          )}.`
        : `${listed(
            present.map((part) => `${inGroup(part.count, part.people)} (${part.points} each, at most ${part.at_most})`),
            'and',
          )}.`,
  }
}

function scoreSteps(facts: AccountFacts, rule: ScoreRule & { kind: 'steps' }): ScoreLine {
  const people = facts[rule.count]
  const steps = [...rule.steps].sort((a, b) => b.at_least - a.at_least)
  const reached = steps.find((step) => people >= step.at_least)
  const next = steps.findLast((step) => people < step.at_least)
  const gain = next ? `${next.at_least} would give ${next.points}` : 'more gives no further points'
  return {
    rule: rule.rule,
    points: reached?.points ?? 0,
    max: Math.max(0, ...steps.map((step) => step.points)),
    reason: `${inGroup(rule.count, people)}${reached ? ` (${reached.at_least} or more give ${reached.points})` : ''}; ${gain}.`,
  }
}

function scoreKnown(facts: AccountFacts, rule: ScoreRule & { kind: 'known' }): ScoreLine {
  const known = rule.fields.filter((field) => Boolean(facts[field]))
  const missing = rule.fields.filter((field) => !facts[field])
  const missingWords =
    missing.length > 0
      ? `; missing: ${listed(
          missing.map((field) => KNOWN_WORDS[field]),
          'and',
        )}`
      : ''
  return {
    rule: rule.rule,
    points: known.length * rule.points_each,
    max: rule.fields.length * rule.points_each,
    reason: `${known.length} of ${rule.fields.length} facts known (${rule.points_each} each)${missingWords}.`,
  }
}

const COUNT_WORDS: Record<CountName, { one: string; many: string; group: string }> = {
  people_count: { one: 'person known', many: 'people known', group: 'the list' },
  executive_operations_count: {
    one: 'executive in operations',
    many: 'executives in operations',
    group: 'executive operations',
  },
  operations_count: { one: 'person in operations', many: 'people in operations', group: 'operations' },
  procurement_count: { one: 'person in procurement', many: 'people in procurement', group: 'procurement' },
  sales_count: { one: 'person in sales', many: 'people in sales', group: 'sales' },
}

const KNOWN_WORDS: Record<KnownName, string> = {
  people_count: 'people',
  has_job_titles: 'job titles',
  has_category: 'part in the show',
  has_list_score: 'list score',
  has_website: 'website',
}

function inGroup(count: CountName, people: number): string {
  return `${people === 0 ? 'No' : people.toLocaleString('en-US')} ${people === 1 ? COUNT_WORDS[count].one : COUNT_WORDS[count].many}`
}

function listed(words: string[], conjunction: 'and' | 'or'): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}

function sumOf<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

function assertNever(rule: never): never {
  throw new Error(`Unknown score rule ${JSON.stringify(rule)}`)
}
