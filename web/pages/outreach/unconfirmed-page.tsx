import { PostButton } from '../../components/buttons.tsx'
import { Banner, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { OutreachTabs } from './outreach-tabs.tsx'

export type UnconfirmedRow = {
  readonly id: string
  readonly enrollment_id: string
  readonly sequence_id: string
  readonly sequence_name: string
  readonly person_name: string
  readonly position: number
  readonly to_address: string | null
  readonly subject: string | null
  readonly handed_at: Date
  readonly reason: string | null
}

export type UnconfirmedPageProps = {
  rows: readonly UnconfirmedRow[]
  previous_href: string | null
  next_href: string | null
}

/** Mails whose bytes left while the answer was lost: sending them again by itself could reach somebody twice. */
export function UnconfirmedPage(props: UnconfirmedPageProps) {
  return (
    <Layout title="Outreach">
      <OutreachTabs current="unconfirmed" />
      {props.rows.length === 0 ? null : (
        <Banner tone="info">
          Look into the mailbox of the recipient or into the mail service: “Count as sent” goes on to the next step,
          “Send again” may write twice, “Skip” leaves the step out.
        </Banner>
      )}
      <DataTable
        caption="Unconfirmed mails"
        columns={columns}
        rows={props.rows}
        fill
        empty={
          <div class="sheet">
            <EmptyState
              icon="mail-check"
              title="Nothing is unconfirmed"
              text="When the mail service breaks off after a mail has left, the mail waits here for your decision."
            />
          </div>
        }
      />
      <Pager
        label="Pages of unconfirmed mails"
        shown={props.rows.length}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </Layout>
  )
}

const columns: readonly Column<UnconfirmedRow>[] = [
  {
    key: 'person',
    label: 'Person',
    cell: (row) => <a href={paths.enrollment(row.sequence_id, row.enrollment_id)}>{row.person_name}</a>,
  },
  { key: 'decide', label: 'Decision', cell: (row) => <DecisionButtons message_id={row.id} name={row.person_name} /> },
  { key: 'subject', label: 'Mail', flexible: true, cell: (row) => `Step ${row.position}: ${row.subject ?? ''}` },
  { key: 'handed', label: 'Handed over', cell: (row) => <Time at={row.handed_at} /> },
  {
    key: 'reason',
    label: 'What happened',
    wide_only: true,
    flexible: true,
    cell: (row) => <span title={row.reason ?? undefined}>{row.reason ?? ''}</span>,
  },
  {
    key: 'sequence',
    label: 'Sequence',
    wide_only: true,
    flexible: true,
    cell: (row) => <a href={paths.sequence(row.sequence_id)}>{row.sequence_name}</a>,
  },
]

const decisions = [
  { decision: 'count_as_sent', label: 'Count as sent' },
  { decision: 'send_again', label: 'Send again' },
  { decision: 'skip', label: 'Skip' },
] as const

export function DecisionButtons(props: { message_id: string; name?: string }) {
  return (
    <span class="inline-flex gap-1">
      {decisions.map(({ decision, label }) => (
        <PostButton
          action={paths.decideUnconfirmed(props.message_id)}
          fields={{ decision }}
          small
          label={props.name ? `${label}: ${props.name}` : undefined}
        >
          {label}
        </PostButton>
      ))}
    </span>
  )
}
