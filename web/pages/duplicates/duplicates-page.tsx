import { Button, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type DuplicateKind, DuplicateTabs } from './duplicate-tabs.tsx'
import { reasonOf } from './duplicate-words.ts'

type Side = { readonly id: string; readonly name: string; readonly facts: readonly string[] }

export type DuplicateRow = {
  readonly id: string
  readonly reason: string
  readonly score: number
  /** The one that had better stay: more hangs on it. */
  readonly first: Side
  readonly second: Side
}

export type DuplicatesPageProps = {
  kind: DuplicateKind
  state: 'open' | 'later' | 'not_same'
  counts: Readonly<Record<DuplicateKind, number>>
  rows: readonly DuplicateRow[]
  previous_href: string | null
  next_href: string | null
}

export function DuplicatesPage(props: DuplicatesPageProps) {
  const { kind, state } = props
  const isOpen = state === 'open'
  return (
    <Layout
      title="Duplicates"
      actions={
        <PostButton action={paths.findDuplicates()} fields={{ kind }} icon="search">
          Look for duplicates
        </PostButton>
      }
    >
      <DuplicateTabs kind={kind} state={state} counts={props.counts} />
      <DataTable
        caption={kind === 'person' ? 'People who may be the same' : 'Accounts that may be the same'}
        columns={columnsOf(kind, state)}
        rows={props.rows}
        fill
        bulk={{
          action: paths.decidePairs(),
          name: 'pair',
          value: (row) => row.id,
          label: (row) => `${row.first.name} and ${row.second.name}`,
          buttons: (
            <>
              <input type="hidden" name="kind" value={kind} />
              <input type="hidden" name="state" value={state} />
              {isOpen ? (
                <>
                  <Button kind="quiet" small name="decision" value="merge">
                    Merge, keep the left one
                  </Button>
                  <Button kind="quiet" small name="decision" value="not_same">
                    Not the same
                  </Button>
                  <Button kind="quiet" small name="decision" value="later">
                    Later
                  </Button>
                </>
              ) : (
                <Button kind="quiet" small name="decision" value="open">
                  Back to review
                </Button>
              )}
            </>
          ),
        }}
        empty={<Nothing state={state} kind={kind} />}
      />
      <Pager
        label="Pages of pairs"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

function columnsOf(kind: DuplicateKind, state: DuplicatesPageProps['state']): readonly Column<DuplicateRow>[] {
  return [
    {
      key: 'first',
      label: kind === 'person' ? 'Person' : 'Account',
      cell: (row) => <SideCell kind={kind} side={row.first} />,
    },
    { key: 'second', label: 'May be the same as', cell: (row) => <SideCell kind={kind} side={row.second} /> },
    {
      key: 'reason',
      label: 'Why',
      cell: ({ reason }) => <Chip title={reasonOf(reason).text}>{reasonOf(reason).label}</Chip>,
    },
    { key: 'decide', label: 'Decision', cell: (row) => <Decisions kind={kind} state={state} row={row} /> },
  ]
}

function SideCell({ kind, side }: { kind: DuplicateKind; side: Side }) {
  const facts = side.facts.join(' · ')
  return (
    <span class="pair-side">
      <a href={kind === 'person' ? paths.person(side.id) : paths.account(side.id)}>{side.name}</a>
      <span class="muted text-xs" title={facts}>
        {facts || 'nothing else is known'}
      </span>
    </span>
  )
}

function Decisions({
  kind,
  state,
  row,
}: {
  kind: DuplicateKind
  state: DuplicatesPageProps['state']
  row: DuplicateRow
}) {
  const names = `${row.first.name} and ${row.second.name}`
  const fields = (decision: string) => ({ pair: row.id, decision, kind, state })
  const merge = kind === 'person' ? paths.mergePerson : paths.mergeAccount
  return (
    <span class="inline-flex gap-1">
      <LinkButton small href={merge(row.first.id, { with: row.second.id })} aria-label={`Compare ${names}`}>
        Compare
      </LinkButton>
      {state === 'open' ? (
        <>
          <PostButton action={paths.decidePairs()} fields={fields('not_same')} small label={`Not the same: ${names}`}>
            Not the same
          </PostButton>
          <PostButton
            action={paths.decidePairs()}
            fields={fields('later')}
            small
            kind="quiet"
            label={`Later: ${names}`}
          >
            Later
          </PostButton>
        </>
      ) : (
        <PostButton action={paths.decidePairs()} fields={fields('open')} small label={`Back to review: ${names}`}>
          Back to review
        </PostButton>
      )}
    </span>
  )
}

function Nothing({ state, kind }: { state: DuplicatesPageProps['state']; kind: DuplicateKind }) {
  const what = kind === 'person' ? 'people' : 'accounts'
  const texts = {
    open: 'After each import the list is searched for records that may be the same. They wait here for you.',
    later: 'What you put off waits here.',
    not_same: 'Pairs that you told apart are kept here, so that nobody is asked again.',
  }
  const titles = {
    open: `No ${what} look the same`,
    later: 'Nothing is put off',
    not_same: 'No pair was told apart yet',
  }
  return (
    <div class="sheet">
      <EmptyState icon="copy" title={titles[state]} text={texts[state]} />
    </div>
  )
}
