import { Tabs } from '../../components/panels.tsx'
import { paths } from '../../paths.ts'

export type DuplicateKind = 'person' | 'account'

/** What to review, of what, and what was decided. */
export function DuplicateTabs(props: {
  kind: DuplicateKind
  state: 'open' | 'later' | 'not_same' | 'merged'
  counts: Readonly<Record<DuplicateKind, number>>
}) {
  const { kind, state, counts } = props
  const review = (of: DuplicateKind, label: string) => ({
    href: paths.duplicates({ kind: of }),
    label,
    count: counts[of],
    current: state === 'open' && kind === of,
  })
  const decided = (of: 'later' | 'not_same', label: string) => ({
    href: paths.duplicates({ kind, state: of }),
    label,
    current: state === of,
  })
  return (
    <Tabs
      label="Duplicates"
      tabs={[
        review('person', 'People'),
        review('account', 'Accounts'),
        decided('later', kind === 'person' ? 'People: later' : 'Accounts: later'),
        decided('not_same', kind === 'person' ? 'People: not the same' : 'Accounts: not the same'),
        { href: paths.merges(), label: 'Merged', current: state === 'merged' },
      ]}
    />
  )
}
