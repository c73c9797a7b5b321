import type { KnownFact, NumberFact, ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import { type AccountFacts, chosenValue, foundWord, numberFact } from './account-facts.ts'

/** One and many of what is counted; what is measured has one form. */
const NUMBER_WORDS: Record<Exclude<NumberFact, `figure:${string}`>, readonly [one: string, many: string]> = {
  people_count: ['person known', 'people known'],
  executive_operations_count: ['executive in operations', 'executives in operations'],
  operations_count: ['person in operations', 'people in operations'],
  executive_count: ['executive', 'executives'],
  procurement_count: ['person in procurement', 'people in procurement'],
  sales_count: ['person in sales', 'people in sales'],
  technology_count: ['person in technology', 'people in technology'],
  c_level_count: ['person of the C level', 'people of the C level'],
  vp_count: ['vice president', 'vice presidents'],
  director_count: ['director', 'directors'],
  manager_count: ['manager', 'managers'],
  individual_count: ['person without staff', 'people without staff'],
  speaker_count: ['speaker', 'speakers'],
  sponsor_count: ['person of a sponsor', 'people of a sponsor'],
  attendee_count: ['attendee', 'attendees'],
  qualified_count: ['person qualified by the show', 'people qualified by the show'],
  country_count: ['person with a country', 'people with a country'],
  title_letters: ['letter of job titles', 'letters of job titles'],
  list_score: ['point of the list', 'points of the list'],
  revenue_usd: ['dollar a year', 'dollars a year'],
  employees: ['employee', 'employees'],
  facilities: ['facility', 'facilities'],
}

const KNOWN_WORDS: Record<KnownFact, string> = {
  people_count: 'people',
  has_job_titles: 'job titles',
  has_category: 'part in the show',
  has_list_score: 'list score',
  has_website: 'website',
  has_industry: 'industry',
  has_country: 'country',
  has_revenue: 'revenue',
  has_facilities: 'facilities',
}

/** For menus: every number a rule may look at. */
export const NUMBER_NAMES: readonly { value: NumberFact; label: string }[] = Object.entries(NUMBER_WORDS).map(
  ([value, [, many]]) => ({ value: value as NumberFact, label: many }),
)
export const KNOWN_NAMES: readonly { value: KnownFact; label: string }[] = Object.entries(KNOWN_WORDS).map(
  ([value, label]) => ({ value: value as KnownFact, label }),
)

/** The most points a rule can give; 0 for one that only takes away. */
export function maxOf(rule: ScoreRule): number {
  return Math.round(mostOf(rule) * 100) / 100
}

function mostOf(rule: ScoreRule): number {
  switch (rule.kind) {
    case 'per_person':
      return rule.counts.reduce((sum, { points, at_most }) => sum + (points > 0 ? at_most : 0), 0)
    case 'steps':
      return Math.max(0, ...rule.steps.map(({ points }) => points))
    case 'known':
      return Math.max(0, rule.fields.length * rule.points_each)
    case 'choice':
      return Math.max(0, ...rule.values.map(({ points }) => points))
    case 'scale':
    case 'words':
      return Math.max(0, rule.points)
  }
}

/** Why a rule gave what it gave, with the figures, in one sentence. */
export function reasonOf(facts: AccountFacts, rule: ScoreRule, points: number): string {
  switch (rule.kind) {
    case 'per_person': {
      const present = rule.counts.filter(({ count }) => (numberFact(facts, count) ?? 0) > 0)
      if (present.length === 0)
        return `No ${listed(
          rule.counts.map(({ count }) => many(count)),
          'and no',
        )}.`
      const parts = present.map(
        (part) =>
          `${amount(part.count, numberFact(facts, part.count) ?? 0)} (${part.points} each, at most ${part.at_most})`,
      )
      return `${listed(parts, 'and')}.`
    }
    case 'steps': {
      const value = numberFact(facts, rule.count)
      if (value === null) return `Not known: ${many(rule.count)}.`
      const steps = [...rule.steps].sort((a, b) => b.at_least - a.at_least)
      const reached = steps.find((step) => value >= step.at_least)
      const next = steps.findLast((step) => value < step.at_least)
      const gain = next ? `${figure(next.at_least)} would give ${next.points}` : 'more gives no further points'
      return `${amount(rule.count, value)}${reached ? ` (${figure(reached.at_least)} or more give ${reached.points})` : ''}; ${gain}.`
    }
    case 'known': {
      const missing = rule.fields.filter((field) => !facts[field]).map((field) => KNOWN_WORDS[field])
      const words = missing.length > 0 ? `; missing: ${listed(missing, 'and')}` : ''
      return `${rule.fields.length - missing.length} of ${rule.fields.length} facts known (${rule.points_each} each)${words}.`
    }
    case 'scale': {
      const value = numberFact(facts, rule.measure)
      if (value === null) return `Not known: ${many(rule.measure)}.`
      const range = `${figure(rule.from)} gives 0, ${figure(rule.to)} gives ${rule.points}`
      if (!rule.each) return `${amount(rule.measure, value)} (${range}).`
      if (facts.people_count === 0) return 'Nobody is known.'
      return `${amount(rule.measure, value)} among ${amount('people_count', facts.people_count)}: ${figure(value / facts.people_count)} each (${range}).`
    }
    case 'choice': {
      const text = facts[rule.field]
      if (text === null) return `Not known: ${CHOICE_WORDS[rule.field]}.`
      return chosenValue(facts, rule)
        ? `The ${CHOICE_WORDS[rule.field]} is ${text}.`
        : `The ${CHOICE_WORDS[rule.field]}, ${text}, is none of those that count.`
    }
    case 'words': {
      const word = foundWord(facts, rule.words)
      return word === undefined
        ? 'The name of the company has none of the words.'
        : `The name of the company has “${word}”${points < 0 ? ', which speaks against it' : ''}.`
    }
  }
}

const CHOICE_WORDS = { industry: 'industry', country: 'country', list_tier: 'tier of the list' }

const many = (name: NumberFact) => wordsOf(name)[1]

function amount(name: NumberFact, value: number): string {
  const [one, several] = wordsOf(name)
  return value === 0 ? `No ${several}` : `${figure(value)} ${value === 1 ? one : several}`
}

function wordsOf(name: NumberFact): readonly [string, string] {
  if (name.startsWith('figure:')) {
    const column = name.slice('figure:'.length).replaceAll('_', ' ')
    return [`in “${column}” of the list`, `in “${column}” of the list`]
  }
  return NUMBER_WORDS[name as Exclude<NumberFact, `figure:${string}`>]
}

const figure = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 })

function listed(words: readonly string[], conjunction: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`
}
