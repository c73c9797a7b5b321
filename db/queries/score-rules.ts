import { type RawBuilder, sql } from 'kysely'
import type { NumberFact, ScoreRule } from '../tables/scoring-rule-set.ts'

type Points = RawBuilder<number>

/**
 * What `scoreAccount` computes, over a row of `facts` (score-facts.ts), number for number: only what IEEE 754 rounds exactly is
 * used (no logarithm), in the same order. Whatever a person typed is a bound parameter.
 *
 * @returns the points of each rule, in their order
 */
export function pointsOf(rules: readonly ScoreRule[]): Points[] {
  return rules.map((rule) => rounded(pointsOfRule(rule)))
}

/** 0 to 100, of the points in columns p0, p1, … */
export function scoreOf(rules: readonly ScoreRule[]): Points {
  const sum = rules.reduce((all, _, index) => sql<number>`${all} + ${column(index)}`, sql<number>`0::float8`)
  return sql<number>`least(100, greatest(0, ${rounded(sql<number>`(${sum})`)}))`
}

/** The breakdown as it is stored: the lines that gave or took something. Built from text, for it is built for every account. */
export function breakdownOf(rules: readonly ScoreRule[], maxima: readonly number[]): RawBuilder<unknown> {
  const lines = rules.map((rule, index) => {
    const before = `{"max": ${maxima[index] ?? 0}, "rule": ${JSON.stringify(rule.rule)}, "points": `
    return sql`case when ${column(index)} <> 0 then ${before}::text || ${column(index)} || '}' end`
  })
  if (lines.length === 0) return sql`'[]'::jsonb`
  return sql`('[' || concat_ws(', ', ${sql.join(lines)}) || ']')::jsonb`
}

export function column(index: number): RawBuilder<number> {
  return sql.ref(`p${index}`)
}

function pointsOfRule(rule: ScoreRule): Points {
  switch (rule.kind) {
    case 'per_person':
      return sumOf(
        rule.counts.map(({ count, points, at_most }) => {
          const given = sql<number>`coalesce(${fact(count)} * ${float(points)}, 0)`
          return sql<number>`greatest(-${float(at_most)}, least(${float(at_most)}, ${given}))`
        }),
      )
    case 'steps': {
      const steps = [...rule.steps].sort((a, b) => b.at_least - a.at_least)
      if (steps.length === 0) return sql<number>`0::float8`
      const cases = steps.map(
        ({ at_least, points }) => sql`when ${fact(rule.count)} >= ${float(at_least)} then ${float(points)}`,
      )
      return sql<number>`(case ${sql.join(cases, sql` `)} else 0::float8 end)`
    }
    case 'known':
      return sql<number>`((${sumOf(rule.fields.map((field) => (field === 'people_count' ? sql<number>`(people_count > 0)::integer` : sql<number>`${sql.ref(field)}::integer`)))}) * ${float(rule.points_each)})`
    case 'scale':
      return scaled(rule)
    case 'choice': {
      if (rule.values.length === 0) return sql<number>`0::float8`
      const text = sql`lower(trim(${sql.ref(rule.field)}))`
      const cases = rule.values.map(
        ({ value, points }) => sql`when ${text} = lower(trim(${value}::text)) then ${float(points)}`,
      )
      return sql<number>`(case ${sql.join(cases, sql` `)} else 0::float8 end)`
    }
    case 'words': {
      if (rule.words.length === 0) return sql<number>`0::float8`
      const found = rule.words.map((word) => sql`strpos(' ' || name_key || ' ', ${` ${word} `}::text) > 0`)
      return sql<number>`(case when ${sql.join(found, sql` or `)} then ${float(rule.points)} else 0::float8 end)`
    }
  }
}

function scaled(rule: ScoreRule & { kind: 'scale' }): Points {
  const measured = rule.each
    ? sql<number>`(${fact(rule.measure)} / nullif(people_count, 0)::float8)`
    : fact(rule.measure)
  const span = sql`((${measured} - ${float(rule.from)}) / ${float(rule.to - rule.from)})`
  const share = sql<number>`coalesce(least(1, greatest(0, ${span})), 0)`
  const roots = { even: share, root: sql<number>`sqrt(${share})`, fourth_root: sql<number>`sqrt(sqrt(${share}))` }
  return sql<number>`(${float(rule.points)} * ${roots[rule.curve]})`
}

function fact(name: NumberFact): RawBuilder<number> {
  if (!name.startsWith('figure:')) return sql<number>`${sql.ref(name)}::float8`
  return sql<number>`(list_figures ->> ${name.slice('figure:'.length)}::text)::float8`
}

const sumOf = (parts: readonly Points[]): Points => {
  const sum = parts.reduce((all, part) => sql<number>`${all} + ${part}`, sql<number>`0::float8`)
  return sql<number>`(${sum})`
}

/** To two decimals, half up, as JavaScript does it. */
const rounded = (points: Points): Points => sql<number>`(floor(${points} * 100 + 0.5) / 100)`

const float = (value: number) => sql`${value}::float8`
