/** What is counted or known of an account when it is scored. Counts are of its people at the event. */
export type AccountFacts = {
  people_count: number
  executive_operations_count: number
  operations_count: number
  procurement_count: number
  sales_count: number
  has_job_titles: boolean
  has_category: boolean
  has_list_score: boolean
  has_website: boolean
}

export type CountName = Extract<keyof AccountFacts, `${string}_count`>
export type KnownName = Extract<keyof AccountFacts, `has_${string}`> | 'people_count'

/** Weights are data, so that a team can store its own preset. Points of all rules add up to at most 100. */
export type ScoreRule =
  | { rule: string; kind: 'per_person'; counts: { count: CountName; points: number; at_most: number }[] }
  | { rule: string; kind: 'steps'; count: CountName; steps: { at_least: number; points: number }[] }
  | { rule: string; kind: 'known'; fields: KnownName[]; points_each: number }

export type ScorePreset = { name: string; rules: ScoreRule[] }

/**
 * The formula of the first product. Its "executives" are executive operations people, and its completeness counts five facts, of which a list
 * without websites always has four: that is what leaves 1,251 of the hitlist's 2,653 companies on exactly 16.
 */
export const ORIGINAL_PRESET: ScorePreset = {
  name: 'original',
  rules: [
    {
      rule: 'persona',
      kind: 'per_person',
      counts: [
        { count: 'executive_operations_count', points: 10, at_most: 20 },
        { count: 'operations_count', points: 5, at_most: 10 },
        { count: 'procurement_count', points: 3, at_most: 6 },
        { count: 'sales_count', points: 2, at_most: 4 },
      ],
    },
    {
      rule: 'executives',
      kind: 'steps',
      count: 'executive_operations_count',
      steps: [
        { at_least: 5, points: 20 },
        { at_least: 3, points: 15 },
        { at_least: 2, points: 10 },
        { at_least: 1, points: 5 },
      ],
    },
    {
      rule: 'contacts',
      kind: 'steps',
      count: 'people_count',
      steps: [
        { at_least: 10, points: 20 },
        { at_least: 7, points: 15 },
        { at_least: 5, points: 10 },
        { at_least: 3, points: 5 },
      ],
    },
    {
      rule: 'completeness',
      kind: 'known',
      fields: ['people_count', 'has_job_titles', 'has_category', 'has_list_score', 'has_website'],
      points_each: 4,
    },
  ],
}
