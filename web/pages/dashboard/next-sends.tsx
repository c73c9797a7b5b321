import { LinkButton } from '../../components/buttons.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { plural } from '../../format.ts'
import { paths } from '../../paths.ts'

export type NextSend = {
  readonly message_id: string
  readonly due_at: Date
  readonly person_id: string
  readonly person_name: string
  readonly account_name: string | null
  /** The recipient's zone, whose hours count. */
  readonly time_zone: string
  readonly sequence_id: string
  readonly sequence_name: string
  /** 1 is the first. */
  readonly step_number: number
}

const columns: readonly Column<NextSend>[] = [
  { key: 'due', label: 'Leaves', cell: (send) => <Time at={send.due_at} theirs={send.time_zone} /> },
  {
    key: 'person',
    label: 'To',
    cell: (send) => (
      <>
        <a href={paths.person(send.person_id)}>{send.person_name}</a>
        {send.account_name ? <span class="muted wide-only"> {send.account_name}</span> : null}
      </>
    ),
  },
  {
    key: 'sequence',
    label: 'Sequence',
    wide_only: true,
    flexible: true,
    cell: (send) => <a href={paths.sequence(send.sequence_id)}>{send.sequence_name}</a>,
  },
  { key: 'step', label: 'Step', align: 'right', cell: (send) => send.step_number },
]

/** The departures board. */
export function NextSends(props: { sends: readonly NextSend[]; planned_today: number; is_held_back: boolean }) {
  const note = props.planned_today > 0 ? `${plural(props.planned_today, 'email')} planned today` : undefined
  return (
    <Card title="Goes out next" note={note} flush>
      <DataTable
        caption="Emails that go out next"
        columns={columns}
        rows={props.sends}
        empty={
          props.is_held_back ? (
            <EmptyState icon="pause" title="Nothing leaves" text="What is planned is on hold; the line above says why.">
              <LinkButton href={paths.outreach()}>Go to outreach</LinkButton>
            </EmptyState>
          ) : (
            <EmptyState
              icon="send"
              title="Nothing is planned"
              text="Enrol people in a sequence, and their emails appear here."
            >
              <LinkButton href={paths.outreach()}>Go to outreach</LinkButton>
            </EmptyState>
          )
        }
      />
    </Card>
  )
}
