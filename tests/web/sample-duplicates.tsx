import type { Child } from 'hono/jsx'
import { DuplicatesPage } from '../../web/pages/duplicates/duplicates-page.tsx'
import { ChooseMergePage, MergePage } from '../../web/pages/duplicates/merge-page.tsx'
import { MergesPage } from '../../web/pages/duplicates/merges-page.tsx'

const at = new Date('2027-03-01T14:00:00Z')

/** The pages of duplicates and merges, with `typed` wherever people or lists write. */
export function sampleDuplicatePages(typed: string): readonly (readonly [name: string, page: Child])[] {
  const side = (id: string, name: string) => ({ id, name, facts: [typed, 'Acme Logistics'] })
  const row = { id: 'd1', reason: 'nickname', score: 0.85, first: side('p1', typed), second: side('p2', 'Bob Smith') }
  const places = { previous_href: null, next_href: '/dashboard/duplicates?page=2' }
  const counts = { person: 12, account: 1000 }
  const line = (
    name: string,
    outcome: 'same' | 'stays' | 'filled' | 'both' | 'other',
    survivor: unknown,
    after: unknown,
  ) => ({
    name,
    outcome,
    survivor,
    lost: typed,
    after,
  })
  const merge = {
    id: 'm1',
    kind: 'person' as const,
    survivor_id: 'p1',
    survivor_name: typed,
    lost_name: typed,
    merged_at: at,
    merged_by_name: typed,
    undone_at: null,
    undone_by_name: null,
    kept: [],
    can_undo: true,
  }
  const preview = {
    survivor: { id: 'p1', name: typed },
    lost: { id: 'p2', name: typed },
    lines: [
      line('name', 'stays', 'Robert Smith', 'Robert Smith'),
      line('title', 'filled', null, typed),
      line('notes', 'both', 'Likes tea', `Likes tea\n\n${typed}`),
      line('domain', 'other', 'acme.test', typed),
      line('country', 'same', typed, typed),
      { name: 'personas', outcome: 'filled' as const, survivor: [], lost: ['operations'], after: ['operations'] },
      { name: 'replied_at', outcome: 'filled' as const, survivor: null, lost: at, after: at },
    ],
    addresses: [
      { address: typed, source: 'given', is_primary: true, is_from_lost: false },
      { address: 'bob@acme.test', source: 'guessed', is_primary: false, is_from_lost: true },
    ],
    sequences: [
      { name: typed, is_from_lost: false, becomes: 'goes_on' as const },
      { name: typed, is_from_lost: true, becomes: 'stops' as const },
      { name: typed, is_from_lost: true, becomes: 'ended' as const },
    ],
    moves: [
      { label: 'mails', count: 3 },
      { label: 'tasks', count: 0 },
    ],
  }
  return [
    ['duplicates', <DuplicatesPage kind="person" state="open" counts={counts} rows={[row]} {...places} />],
    [
      'duplicates-told-apart',
      <DuplicatesPage kind="account" state="not_same" counts={counts} rows={[row]} {...places} />,
    ],
    [
      'duplicates-none',
      <DuplicatesPage
        kind="account"
        state="open"
        counts={{ person: 0, account: 0 }}
        rows={[]}
        previous_href={null}
        next_href={null}
      />,
    ],
    [
      'merges',
      <MergesPage
        counts={counts}
        rows={[
          merge,
          { ...merge, id: 'm2', kind: 'account', can_undo: false },
          { ...merge, id: 'm3', can_undo: false, undone_at: at, undone_by_name: typed, kept: [typed] },
        ]}
        {...places}
      />,
    ],
    ['merges-none', <MergesPage counts={counts} rows={[]} previous_href={null} next_href={null} />],
    ['merge-preview', <MergePage kind="person" {...preview} />],
    ['merge-preview-account', <MergePage kind="account" {...preview} addresses={[]} sequences={[]} moves={[]} />],
    ['merge-choose', <ChooseMergePage kind="person" record={preview.survivor} q={typed} found={[side('p2', typed)]} />],
    ['merge-choose-first', <ChooseMergePage kind="account" record={preview.survivor} q="" found={[]} />],
  ]
}
