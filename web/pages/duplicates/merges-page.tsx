import { PostButton } from '../../components/buttons.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type DuplicateKind, DuplicateTabs } from './duplicate-tabs.tsx'

export type MergeRow = {
  readonly id: string
  readonly kind: DuplicateKind
  readonly survivor_id: string
  readonly survivor_name: string
  readonly lost_name: string
  readonly merged_at: Date
  readonly merged_by_name: string | null
  readonly undone_at: Date | null
  readonly undone_by_name: string | null
  /** What undoing could not give back, a sentence each. */
  readonly kept: readonly string[]
  readonly can_undo: boolean
}

export type MergesPageProps = {
  counts: Readonly<Record<DuplicateKind, number>>
  rows: readonly MergeRow[]
  previous_href: string | null
  next_href: string | null
}

export function MergesPage(props: MergesPageProps) {
  return (
    <Layout title="Duplicates">
      <DuplicateTabs kind="person" state="merged" counts={props.counts} />
      <DataTable
        caption="Merges"
        columns={columns}
        rows={props.rows}
        fill
        empty={
          <div class="sheet">
            <EmptyState
              icon="copy"
              title="Nothing was merged yet"
              text="A merge stands here, and can be undone for 30 days."
            />
          </div>
        }
      />
      <Pager
        label="Pages of merges"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

const columns: readonly Column<MergeRow>[] = [
  { key: 'lost', label: 'Merged', cell: (row) => row.lost_name },
  { key: 'kind', label: 'What', wide_only: true, cell: (row) => (row.kind === 'person' ? 'Person' : 'Account') },
  {
    key: 'survivor',
    label: 'Into',
    cell: (row) => (
      <a href={row.kind === 'person' ? paths.person(row.survivor_id) : paths.account(row.survivor_id)}>
        {row.survivor_name}
      </a>
    ),
  },
  { key: 'undo', label: 'Undo', cell: (row) => <Undo row={row} /> },
  {
    key: 'when',
    label: 'When',
    cell: (row) => (
      <>
        <Time at={row.merged_at} />{' '}
        {row.merged_by_name === null ? null : <span class="muted">{row.merged_by_name}</span>}
      </>
    ),
  },
  {
    key: 'kept',
    label: 'What stayed',
    wide_only: true,
    flexible: true,
    cell: (row) =>
      row.kept.length === 0 ? (
        <span class="muted">–</span>
      ) : (
        <span title={row.kept.join('\n')}>{row.kept.join(' ')}</span>
      ),
  },
]

function Undo({ row }: { row: MergeRow }) {
  if (row.undone_at !== null)
    return (
      <span class="muted">
        undone <Time at={row.undone_at} /> {row.undone_by_name}
      </span>
    )
  if (!row.can_undo) return <span class="muted">older than 30 days</span>
  return (
    <PostButton action={paths.undoMerge(row.id)} small icon="undo" label={`Undo the merge of ${row.lost_name}`}>
      Undo merge
    </PostButton>
  )
}
