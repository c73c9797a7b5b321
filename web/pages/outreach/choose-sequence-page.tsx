import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import { Button, LinkButton } from '../../components/buttons.tsx'
import { StatusDot } from '../../components/chips.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatNumber, plural } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { sequenceWords } from './words.ts'

export type ChooseSequencePageProps = {
  sequences: readonly {
    readonly id: string
    readonly name: string
    readonly status: SequenceStatus
    readonly steps: number
    readonly active: number
  }[]
  /** Ids of people and accounts as they were chosen elsewhere. */
  people: readonly string[]
  accounts: readonly string[]
}

/** From a selection of people or accounts to the preflight of one sequence. */
export function ChooseSequencePage(props: ChooseSequencePageProps) {
  const chosen = [
    props.people.length > 0 ? plural(props.people.length, 'person', 'people') : '',
    props.accounts.length > 0 ? `everybody at ${plural(props.accounts.length, 'account')}` : '',
  ].filter((part) => part !== '')
  return (
    <Layout title="Choose a sequence" crumbs={[{ href: paths.outreach(), label: 'Outreach' }]}>
      <p class="muted">
        For {chosen.length === 0 ? 'nobody yet' : chosen.join(' and ')}. Nobody is enrolled before you confirm.
      </p>
      <DataTable
        caption="Sequences"
        columns={columnsFor(props)}
        rows={props.sequences}
        empty={
          <Card>
            <EmptyState icon="send" title="No sequence yet" text="Make one, activate it, then choose people again.">
              <LinkButton href={paths.newSequence()} icon="plus">
                New sequence
              </LinkButton>
            </EmptyState>
          </Card>
        }
      />
    </Layout>
  )
}

function columnsFor({
  people,
  accounts,
}: ChooseSequencePageProps): readonly Column<ChooseSequencePageProps['sequences'][number]>[] {
  return [
    { key: 'name', label: 'Sequence', cell: (row) => <a href={paths.sequence(row.id)}>{row.name}</a> },
    {
      key: 'status',
      label: 'Status',
      cell: (row) => <StatusDot tone={sequenceWords[row.status].tone}>{sequenceWords[row.status].label}</StatusDot>,
    },
    { key: 'steps', label: 'Steps', align: 'right', cell: (row) => formatNumber(row.steps) },
    { key: 'active', label: 'Active', align: 'right', wide_only: true, cell: (row) => formatNumber(row.active) },
    {
      key: 'choose',
      label: 'Choose',
      cell: (row) => (
        <form method="post" action={paths.preflight(row.id)} class="contents">
          {people.map((id) => (
            <input type="hidden" name="person" value={id} />
          ))}
          {accounts.map((id) => (
            <input type="hidden" name="account" value={id} />
          ))}
          <Button
            small
            disabled={people.length + accounts.length === 0}
            aria-label={`Check who can be enrolled in ${row.name}`}
          >
            Check who can be enrolled
          </Button>
        </form>
      ),
    },
  ]
}
