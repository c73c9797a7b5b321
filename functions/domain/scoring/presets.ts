import type { ScoreRule } from '../../../db/tables/scoring-rule-set.ts'

/** Weights are data: a team saves its own, beginning from one of these. */
export type ScorePreset = { name: string; says: string; rules: ScoreRule[] }

/**
 * The formula of the first product. Its "executives" are executive operations people, and its completeness counts five facts, of which a list
 * without websites always has four: that is what leaves 1,251 of the hitlist's 2,653 companies on exactly 16.
 */
export const ORIGINAL_PRESET: ScorePreset = {
  name: 'original',
  says: 'The formula of the first product: points in steps, so many small companies share a score.',
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

/**
 * Tells the long tail apart: whatever is counted or measured counts in degrees instead of steps, and what a list of one person an
 * account still knows (rank, part in the show, how exactly the title says what somebody does, the trade in the company's name) has its say.
 */
export const SPREAD_PRESET: ScorePreset = {
  name: 'spread',
  says: 'Counts in degrees instead of steps, so that hardly two companies share a score.',
  rules: [
    scale('executives in operations', 'executive_operations_count', { to: 6, curve: 'root', points: 20 }),
    scale('operations', 'operations_count', { to: 12, curve: 'root', points: 12 }),
    scale('share in operations', 'operations_count', { to: 1, each: true, points: 6 }),
    scale('procurement', 'procurement_count', { to: 6, curve: 'root', points: 6 }),
    {
      rule: 'rank',
      kind: 'per_person',
      counts: [
        { count: 'c_level_count', points: 2.4, at_most: 4.8 },
        { count: 'vp_count', points: 2, at_most: 4 },
        { count: 'director_count', points: 1.5, at_most: 3 },
        { count: 'manager_count', points: 0.7, at_most: 1.4 },
      ],
    },
    scale('people', 'people_count', { to: 25, curve: 'root', points: 8 }),
    {
      rule: 'part in the show',
      kind: 'per_person',
      counts: [
        { count: 'speaker_count', points: 1.5, at_most: 3 },
        { count: 'attendee_count', points: 0.9, at_most: 2.7 },
        { count: 'sponsor_count', points: 0.2, at_most: 0.6 },
      ],
    },
    scale('qualified by the show', 'qualified_count', { to: 1, each: true, points: 2 }),
    scale('share in sales', 'sales_count', { to: 1, each: true, points: -5 }),
    scale('share in technology', 'technology_count', { to: 1, each: true, points: -2 }),
    scale('list score', 'list_score', { from: -20, to: 160, points: 12 }),
    scale('revenue', 'revenue_usd', { to: 10_000_000_000, curve: 'fourth_root', points: 5 }),
    scale('facilities', 'facilities', { to: 500, curve: 'root', points: 8 }),
    scale('exact titles', 'title_letters', { to: 60, each: true, points: 2.2 }),
    {
      rule: 'market',
      kind: 'choice',
      field: 'country',
      values: [
        { value: 'United States', points: 1.5 },
        { value: 'Canada', points: 1.2 },
        { value: 'Mexico', points: 1 },
      ],
    },
    {
      rule: 'trade in the name',
      kind: 'words',
      words: [
        ...[
          'logistics',
          'freight',
          'transport',
          'transportation',
          'trucking',
          'warehouse',
          'warehousing',
          'distribution',
          'supply',
        ],
        ...[
          'express',
          'carriers',
          'lines',
          'cargo',
          'cold',
          'storage',
          'fulfillment',
          'drayage',
          'fleet',
          'foods',
          'food',
          'farms',
        ],
        ...[
          'beverage',
          'brands',
          'manufacturing',
          'industries',
          'steel',
          'paper',
          'packaging',
          'retail',
          'grocery',
          'stores',
        ],
        ...['market', 'chemical', 'chemicals', 'motors'],
      ],
      points: 3,
    },
    {
      rule: 'sells to the trade',
      kind: 'words',
      words: [
        ...[
          'software',
          'technologies',
          'technology',
          'tech',
          'ai',
          'labs',
          'systems',
          'analytics',
          'capital',
          'ventures',
          'partners',
        ],
        ...[
          'consulting',
          'advisors',
          'solutions',
          'media',
          'bank',
          'insurance',
          'robotics',
          'university',
          'association',
        ],
      ],
      points: -3,
    },
    {
      rule: 'completeness',
      kind: 'known',
      fields: [
        ...(['people_count', 'has_job_titles', 'has_category', 'has_list_score', 'has_website'] as const),
        ...(['has_industry', 'has_country', 'has_revenue', 'has_facilities'] as const),
      ],
      points_each: 0.8,
    },
  ],
}

export const SCORE_PRESETS: readonly ScorePreset[] = [ORIGINAL_PRESET, SPREAD_PRESET]

type Scale = ScoreRule & { kind: 'scale' }

function scale(
  rule: string,
  measure: Scale['measure'],
  of: Partial<Pick<Scale, 'from' | 'each' | 'curve'>> & Pick<Scale, 'to' | 'points'>,
): Scale {
  return { rule, kind: 'scale', measure, each: false, from: 0, curve: 'even', ...of }
}
