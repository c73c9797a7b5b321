import type { Child } from 'hono/jsx'
import { ScoringPage, type ScoringPageProps } from '../../web/pages/settings/scoring-page.tsx'

/** The page of the scoring rules, with `typed` wherever people write. */
export function sampleScoringPages(typed: string): readonly (readonly [name: string, page: Child])[] {
  const props: ScoringPageProps = {
    now: { name: typed, version: 2 },
    presets: [{ name: 'spread', says: 'Counts in degrees.' }],
    rules: [
      {
        rule: typed,
        max: 20,
        fields: [
          { name: 'r0_points', label: 'Points', value: '20' },
          { name: 'r0_words', label: 'Words', value: typed, hint: 'With commas between', long: true },
        ],
      },
    ],
    rules_json: JSON.stringify([{ rule: typed }]),
    templates: [{ value: 'industry', label: 'Industry' }],
    versions: [
      { version: 2, name: typed, reason: typed, saved_at: new Date('2027-03-01T14:00:00Z'), saved_by_name: typed },
    ],
    preview: null,
    form: { values: {}, errors: {} },
  }
  const moved = { id: 'a1', name: typed, before: 16, after: 31.25 }
  const preview = {
    accounts: 2511,
    changed: 2500,
    commonest: { score: 12.41, accounts: 39 },
    before: Array.from({ length: 20 }, () => 3),
    after: Array.from({ length: 20 }, (_, index) => index * 7),
    up: [moved],
    down: [{ ...moved, id: 'a2', before: null }],
  }
  const wrong = {
    values: { reason: typed, r0_points: typed },
    errors: { r0_points: 'Type a number', reason: 'Say why' },
  }
  return [
    ['scoring', <ScoringPage {...props} />],
    ['scoring-preview', <ScoringPage {...props} preview={preview} form={wrong} />],
  ]
}
