import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { WhyNotNow } from '../../../functions/domain/sequences/why-not-now.ts'
import { LinkButton } from '../../components/buttons.tsx'
import { StatusDot } from '../../components/chips.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { OutreachTabs } from './outreach-tabs.tsx'
import { WhyNotNowWords } from './why-not-now.tsx'
import { sequenceWords } from './words.ts'

export type SequenceRow = {
  readonly id: string
  readonly name: string
  readonly status: SequenceStatus
  readonly owner_name: string
  readonly active: number
  readonly planned: number
  readonly sent: number
  readonly replied: number
  readonly bounced: number
  readonly why_not_now: WhyNotNow
}

export type SequencesPageProps = {
  rows: readonly SequenceRow[]
  archived: boolean
  previous_href: string | null
  next_href: string | null
}

export function SequencesPage(props: SequencesPageProps) {
  return (
    <Layout
      title="Outreach"
      actions={
        <>
          <LinkButton href={props.archived ? paths.outreach() : paths.outreach({ show: 'archived' })} kind="quiet">
            {props.archived ? 'Show current' : 'Show archived'}
          </LinkButton>
          <LinkButton kind="primary" icon="plus" href={paths.newSequence()}>
            New sequence
          </LinkButton>
        </>
      }
    >
      <OutreachTabs current="sequences" />
      <DataTable
        caption={props.archived ? 'Archived sequences' : 'Sequences'}
        columns={columns}
        rows={props.rows}
        fill
        empty={<NoSequences archived={props.archived} />}
      />
      <Pager
        label="Pages of sequences"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

const columns: readonly Column<SequenceRow>[] = [
  {
    key: 'name',
    label: 'Sequence',
    cell: (row) => (
      <>
        <a href={paths.sequence(row.id)}>{row.name}</a>
        <span class="under">{row.owner_name}</span>
      </>
    ),
  },
  {
    key: 'status',
    label: 'Status',
    cell: (row) => <StatusDot tone={sequenceWords[row.status].tone}>{sequenceWords[row.status].label}</StatusDot>,
  },
  {
    key: 'sending',
    label: 'Sending',
    wide_only: true,
    cell: (row) => (
      <span class="sentence">
        <WhyNotNowWords {...row.why_not_now} />
      </span>
    ),
  },
  figure('active', 'Active', (row) => row.active),
  figure('planned', 'Planned', (row) => row.planned, true),
  figure('sent', 'Sent', (row) => row.sent),
  figure('replied', 'Replied', (row) => row.replied),
  figure('bounced', 'Bounced', (row) => row.bounced, true),
]

function figure(key: string, label: string, of: (row: SequenceRow) => number, wide_only = false): Column<SequenceRow> {
  return {
    key,
    label,
    align: 'right',
    wide_only,
    cell: (row) => (of(row) === 0 ? <span class="muted">–</span> : formatNumber(of(row))),
  }
}

function NoSequences(props: { archived: boolean }) {
  if (props.archived)
    return (
      <div class="sheet">
        <EmptyState icon="archive" title="Nothing is archived" text="Archiving a sequence stops everybody in it." />
      </div>
    )
  return (
    <div class="sheet">
      <EmptyState
        icon="send"
        title="No sequence yet"
        text="A sequence writes to people in several steps, at hours that are decent where they live, and stops when they answer."
      >
        <LinkButton href={paths.newSequence()} icon="plus">
          New sequence
        </LinkButton>
      </EmptyState>
    </div>
  )
}
