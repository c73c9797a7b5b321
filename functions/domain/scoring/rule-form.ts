import type { NumberFact, ScoreRule } from '../../../db/tables/scoring-rule-set.ts'
import { assertNever, type FieldErrors } from '../../errors.ts'
import { foldText } from '../fold-text.ts'
import { NUMBER_NAMES } from './rule-words.ts'

/** One field of a rule as a person edits it. */
export interface RuleField {
  name: string
  label: string
  value: string
  hint?: string
  long?: boolean
}

/** What can be added to a set, with weights to begin from. */
export const RULE_TEMPLATES: readonly { key: string; label: string; rule: ScoreRule }[] = [
  {
    key: 'industry',
    label: 'Industry',
    rule: { rule: 'industry', kind: 'choice', field: 'industry', values: [{ value: 'Logistics', points: 5 }] },
  },
  {
    key: 'country',
    label: 'Country',
    rule: { rule: 'country', kind: 'choice', field: 'country', values: [{ value: 'United States', points: 2 }] },
  },
  {
    key: 'tier',
    label: 'Tier of the list',
    rule: {
      rule: 'tier',
      kind: 'choice',
      field: 'list_tier',
      values: ['1', '2', '3', '4'].map((value, index) => ({ value, points: 10 - 3 * index })),
    },
  },
  {
    key: 'words',
    label: 'Words in the company’s name',
    rule: { rule: 'words in the name', kind: 'words', words: ['logistics'], points: 3 },
  },
  ...NUMBER_NAMES.map(({ value, label }) => ({
    key: value,
    label: `In degrees: ${label}`,
    rule: scaleOf(label, value, value === 'revenue_usd' ? 10_000_000_000 : value.endsWith('_count') ? 10 : 500),
  })),
]

/** A rule about a further column of the imported list. */
export function figureRule(column: string): ScoreRule {
  return scaleOf(column.replaceAll('_', ' '), `figure:${column}`, 10)
}

/** The fields of the rule at a place in its set. */
export function fieldsOf(rule: ScoreRule, index: number): RuleField[] {
  const field = (key: string, label: string, value: number | string, more: Partial<RuleField> = {}): RuleField => ({
    name: `r${index}_${key}`,
    label,
    value: String(value),
    ...more,
  })
  switch (rule.kind) {
    case 'per_person':
      return rule.counts.flatMap((part, place) => {
        const label = NUMBER_NAMES.find(({ value }) => value === part.count)?.label ?? part.count
        return [
          field(`${place}_points`, `Points: ${label}`, part.points),
          field(`${place}_most`, `At most: ${label}`, part.at_most),
        ]
      })
    case 'steps':
      return rule.steps.flatMap((step, place) => [
        field(`${place}_least`, `From (${place + 1})`, step.at_least),
        field(`${place}_points`, `Points (${place + 1})`, step.points),
      ])
    case 'known':
      return [field('points', 'Points for each fact', rule.points_each)]
    case 'scale':
      return [
        field('points', 'Points', rule.points),
        field('from', rule.each ? 'None at, a person' : 'None at', rule.from),
        field('to', rule.each ? 'All from, a person' : 'All from', rule.to),
      ]
    case 'choice': {
      const lines = rule.values.map(({ value, points }) => `${value} = ${points}`).join('\n')
      return [field('values', 'Values and points', lines, { long: true, hint: 'One a line: Logistics = 5' })]
    }
    case 'words':
      return [
        field('points', 'Points', rule.points),
        field('words', 'Words', rule.words.join(', '), { long: true, hint: 'With commas between' }),
      ]
  }
}

/** The rules with what was typed in place of what they had; a field that was not sent keeps its value. */
export function readFields(
  rules: readonly ScoreRule[],
  typed: Readonly<Record<string, string | string[] | undefined>>,
): { rules: ScoreRule[]; errors: FieldErrors } {
  const errors: FieldErrors = {}
  const read = rules.map((rule, index): ScoreRule => {
    const text = (key: string): string | undefined => [typed[`r${index}_${key}`]].flat()[0]
    const number = (key: string, before: number, least = -100, most = 100) => {
      const written = text(key)
      if (written === undefined) return before
      const value = /^\s*-?[\d,]+(\.\d+)?\s*$/.test(written) ? Number(written.replaceAll(',', '')) : Number.NaN
      if (!(value >= least && value <= most)) {
        errors[`r${index}_${key}`] =
          `Type a number from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}`
        return before
      }
      return value
    }
    const amount = (key: string, before: number) => number(key, before, -1e12, 1e12)
    switch (rule.kind) {
      case 'per_person':
        return {
          ...rule,
          counts: rule.counts.map((part, place) => ({
            ...part,
            points: number(`${place}_points`, part.points),
            at_most: number(`${place}_most`, part.at_most, 0),
          })),
        }
      case 'steps':
        return {
          ...rule,
          steps: rule.steps.map((step, place) => ({
            at_least: amount(`${place}_least`, step.at_least),
            points: number(`${place}_points`, step.points),
          })),
        }
      case 'known':
        return { ...rule, points_each: number('points', rule.points_each) }
      case 'scale': {
        const changed = {
          ...rule,
          points: number('points', rule.points),
          from: amount('from', rule.from),
          to: amount('to', rule.to),
        }
        if (changed.from >= changed.to) errors[`r${index}_to`] ??= 'It has to be more than where it begins'
        return changed
      }
      case 'choice': {
        const lines = (text('values') ?? '').split('\n').filter((line) => line.trim() !== '')
        if (text('values') === undefined) return rule
        const values = lines.map((line) => /^\s*(.{1,100}?)\s*=\s*(-?\d{1,3}(?:\.\d{1,4})?)\s*$/.exec(line))
        const wrong = values.findIndex((value) => value === null || Math.abs(Number(value[2])) > 100)
        if (wrong >= 0 || values.length > 60)
          errors[`r${index}_values`] =
            wrong < 0 ? 'At most 60 lines' : `Line ${wrong + 1}: type a value, = and points up to 100`
        return {
          ...rule,
          values: values.flatMap((value) => (value ? [{ value: value[1] ?? '', points: Number(value[2]) }] : [])),
        }
      }
      case 'words': {
        const words = (text('words') ?? rule.words.join(',')).split(/[,\n]/).map(asInKey)
        const kept = [...new Set(words.filter((word) => word !== ''))]
        if (kept.length > 60 || kept.some((word) => word.length > 100)) errors[`r${index}_words`] = 'At most 60 words'
        return { ...rule, words: kept.slice(0, 60), points: number('points', rule.points) }
      }
      default:
        return assertNever(rule)
    }
  })
  return { rules: read, errors }
}

/** As companyKey writes names: no case, accents or punctuation. */
const asInKey = (word: string) =>
  foldText(word)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

function scaleOf(rule: string, measure: NumberFact, to: number): ScoreRule {
  const curve = measure === 'revenue_usd' ? 'fourth_root' : 'root'
  return { rule, kind: 'scale', measure, each: false, from: 0, to, curve, points: 5 }
}
