import { LinkButton, PostButton } from '../../components/buttons.tsx'
import { Chip, StatusDot } from '../../components/chips.tsx'
import { EmptyState, Tabs } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { DayRange } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type EventRow = {
  readonly id: string
  readonly name: string
  readonly venue: string | null
  readonly city: string | null
  readonly booth: string | null
  readonly starts_on: string
  readonly ends_on: string
  readonly archived_at: Date | null
  readonly accounts: number
  readonly people: number
}

export type EventsPageProps = {
  /** Those of the tab shown, next show first. */
  rows: readonly EventRow[]
  show: 'current' | 'archived'
  active_event_id: string | null
  counts: { readonly current: number; readonly archived: number }
}

export function EventsPage(props: EventsPageProps) {
  return (
    <Layout
      title="Events"
      actions={
        <LinkButton kind="primary" icon="plus" href={paths.newEvent()}>
          New event
        </LinkButton>
      }
    >
      <Tabs
        label="Events"
        tabs={[
          { href: paths.events(), label: 'Current', count: props.counts.current, current: props.show === 'current' },
          {
            href: paths.events({ show: 'archived' }),
            label: 'Archived',
            count: props.counts.archived,
            current: props.show === 'archived',
          },
        ]}
      />
      <DataTable
        caption="Events"
        columns={columnsFor(props.active_event_id)}
        rows={props.rows}
        empty={props.show === 'archived' ? <NoArchived /> : <NoEvents />}
      />
    </Layout>
  )
}

function columnsFor(active_event_id: string | null): readonly Column<EventRow>[] {
  return [
    { key: 'name', label: 'Event', cell: (event) => <a href={paths.event(event.id)}>{event.name}</a> },
    { key: 'dates', label: 'Dates', cell: (event) => <DayRange starts_on={event.starts_on} ends_on={event.ends_on} /> },
    {
      key: 'place',
      label: 'Place',
      wide_only: true,
      cell: (event) => [event.venue, event.city].filter(Boolean).join(', ') || <span class="muted">–</span>,
    },
    { key: 'booth', label: 'Booth', wide_only: true, cell: (event) => event.booth ?? <span class="muted">–</span> },
    {
      key: 'accounts',
      label: 'Accounts',
      align: 'right',
      wide_only: true,
      cell: (event) => formatNumber(event.accounts),
    },
    { key: 'people', label: 'People', align: 'right', wide_only: true, cell: (event) => formatNumber(event.people) },
    {
      key: 'state',
      label: 'State',
      cell: (event) => {
        if (event.archived_at) return <Chip look="outline">Archived</Chip>
        if (event.id === active_event_id) return <StatusDot tone="good">Active</StatusDot>
        return (
          <PostButton action={paths.activateEvent(event.id)} small label={`Activate ${event.name}`}>
            Activate
          </PostButton>
        )
      },
    },
  ]
}

function NoEvents() {
  return (
    <div class="sheet">
      <EmptyState
        icon="calendar"
        title="No event yet"
        text="An event is a trade show: everything else, the list, the sequences, the meetings, belongs to one."
      >
        <LinkButton href={paths.newEvent()} icon="plus">
          New event
        </LinkButton>
      </EmptyState>
    </div>
  )
}

function NoArchived() {
  return (
    <div class="sheet">
      <EmptyState
        icon="archive"
        title="Nothing is archived"
        text="Archive a show once its follow-up is done. Nothing is deleted."
      />
    </div>
  )
}
