import type { EnrollmentStatus } from '../../../db/tables/enrollment.ts'
import type { MessageState } from '../../../db/tables/message.ts'
import { LinkButton } from '../../components/buttons.tsx'
import { Chip, StatusDot } from '../../components/chips.tsx'
import { EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable, Pager } from '../../components/table.tsx'
import { paths } from '../../paths.ts'
import { ChipNav } from './chip-nav.tsx'
import { NextMoment } from './next-moment.tsx'
import { SequenceFrame, type SequenceHead } from './sequence-frame.tsx'
import { isHeldBack } from './why-not-now.tsx'
import { enrollmentWords, messageWords, reasonWords } from './words.ts'

export type SequencePersonRow = {
  readonly id: string
  readonly person_id: string
  readonly person_name: string
  readonly account_name: string | null
  readonly status: EnrollmentStatus
  readonly stop_reason: string | null
  readonly pause_reason: string | null
  readonly resume_at: Date | null
  readonly version: number
  /** Of the last mail that was planned; null when none was. */
  readonly position: number | null
  readonly state: MessageState | null
  readonly reason: string | null
  readonly due_at: Date | null
  readonly sent_at: Date | null
  readonly opened_at: Date | null
  readonly clicked_at: Date | null
  readonly replied_at: Date | null
  readonly bounced_at: Date | null
  readonly time_zone: string | null
  readonly task_title: string | null
  readonly task_due_at: Date | null
}

export type SequencePeoplePageProps = {
  sequence: SequenceHead & { readonly finished: number; readonly stopped: number }
  rows: readonly SequencePersonRow[]
  status: EnrollmentStatus | null
  previous_href: string | null
  next_href: string | null
}

const statuses = ['active', 'paused', 'finished', 'stopped'] as const

export function SequencePeoplePage(props: SequencePeoplePageProps) {
  const { sequence, status } = props
  return (
    <SequenceFrame sequence={sequence} tab="people">
      <ChipNav
        label="People by state"
        links={[
          {
            href: paths.sequencePeople(sequence.id),
            label: 'Everybody',
            count: sequence.enrolled,
            current: status === null,
          },
          ...statuses.map((one) => ({
            href: paths.sequencePeople(sequence.id, { status: one }),
            label: enrollmentWords[one].label,
            count: sequence[one],
            current: status === one,
          })),
        ]}
      />
      <DataTable
        caption={`People in ${sequence.name}`}
        columns={columnsFor(sequence)}
        rows={props.rows}
        fill
        empty={<Nobody sequence={sequence} status={status} />}
      />
      <Pager
        label="Pages of people"
        shown={props.rows.length}
        total={status === null ? sequence.enrolled : sequence[status]}
        previous_href={props.previous_href}
        next_href={props.next_href}
      />
    </SequenceFrame>
  )
}

function columnsFor(sequence: SequenceHead): readonly Column<SequencePersonRow>[] {
  const sequence_id = sequence.id
  return [
    {
      key: 'name',
      label: 'Person',
      cell: (row) => (
        <>
          <a href={paths.enrollment(sequence_id, row.id)}>{row.person_name}</a>
          <span class="under narrow-only">
            <State row={row} held_by={heldBy(sequence.why_not_now)} />
            <span>
              Next: <NextMoment person={row} is_held_back={isHeldBack(sequence.why_not_now)} />
            </span>
          </span>
        </>
      ),
    },
    {
      key: 'account',
      label: 'Account',
      wide_only: true,
      cell: (row) => row.account_name ?? <span class="muted">–</span>,
    },
    {
      key: 'status',
      label: 'State',
      wide_only: true,
      cell: (row) => <State row={row} held_by={heldBy(sequence.why_not_now)} />,
    },
    {
      key: 'step',
      label: 'Last mail',
      wide_only: true,
      cell: (row) => <LastMail row={row} />,
    },
    {
      key: 'next',
      label: 'Next',
      wide_only: true,
      cell: (row) => <NextMoment person={row} is_held_back={isHeldBack(sequence.why_not_now)} />,
    },
    {
      key: 'why',
      label: 'Receipt',
      cell: (row) => (
        <a
          href={paths.enrollment(sequence_id, row.id)}
          aria-label={`Why each step did, or did not, leave for ${row.person_name}`}
        >
          why
        </a>
      ),
    },
    {
      key: 'did',
      label: 'Reaction',
      wide_only: true,
      cell: (row) => reactionOf(row) ?? <span class="muted">–</span>,
    },
    { key: 'version', label: 'Version', align: 'right', very_wide_only: true, cell: (row) => row.version },
  ]
}

function State({ row, held_by }: { row: SequencePersonRow; held_by: string | null }) {
  const { label, tone } = enrollmentWords[row.status]
  if (row.status === 'active' && held_by !== null) return <StatusDot tone="waiting">On hold: {held_by}</StatusDot>
  const reason = row.stop_reason ?? (row.status === 'paused' ? row.pause_reason : null)
  return (
    <StatusDot tone={tone} title={reason ? reasonWords(reason) : undefined}>
      {label}
      {row.stop_reason ? `: ${reasonWords(row.stop_reason)}` : ''}
    </StatusDot>
  )
}

/** What holds everybody in it, in a few words; the banner above says more. */
function heldBy({ why }: SequenceHead['why_not_now']): string | null {
  switch (why) {
    case 'paused':
      return 'the sequence is paused'
    case 'sender_paused':
      return 'the sender is paused'
    case 'campaign_stopped':
      return 'the campaign is not running'
    default:
      return null
  }
}

function LastMail({ row }: { row: SequencePersonRow }) {
  if (row.state === null) return <span class="muted">–</span>
  const { label, tone } = messageWords[row.state]
  return (
    <Chip tone={tone} title={row.reason ? reasonWords(row.reason) : undefined}>
      Step {row.position} · {label}
    </Chip>
  )
}

function reactionOf(row: SequencePersonRow) {
  if (row.replied_at) return <Chip tone="waiting">replied</Chip>
  if (row.bounced_at) return <Chip tone="bad">bounced</Chip>
  if (row.clicked_at) return <Chip>clicked</Chip>
  return row.opened_at ? <Chip>opened</Chip> : null
}

function Nobody(props: { sequence: SequenceHead; status: EnrollmentStatus | null }) {
  const { sequence, status } = props
  return (
    <div class="sheet">
      <EmptyState
        icon="users"
        title={status === null ? 'Nobody is enrolled' : `Nobody is ${enrollmentWords[status].label.toLowerCase()}`}
        text={sequence.status === 'active' ? undefined : 'Activate the sequence, then enrol people.'}
      >
        {sequence.status === 'active' ? (
          <LinkButton href={paths.enrollPeople(sequence.id)} icon="plus">
            Choose people
          </LinkButton>
        ) : null}
      </EmptyState>
    </div>
  )
}
