import type { SequenceStatus } from '../../../db/tables/sequence.ts'
import type { MovedStep } from '../../../functions/domain/events/event-move.ts'
import { Button, LinkButton } from '../../components/buttons.tsx'
import { FormActions } from '../../components/fields.tsx'
import { Banner, Card, type Fact, Facts, Stat, Stats } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { formatDayRange, formatNumber, plural } from '../../format.ts'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type EventMovePageProps = {
  event: {
    readonly id: string
    readonly name: string
    readonly starts_on: string
    readonly ends_on: string
    readonly time_zone: string
    readonly country: string | null
    /** "09:00–17:00" */
    readonly doors: string
  }
  moved: readonly MovedStep[]
  /** All that have steps on the show, drafts too. */
  sequences: readonly {
    readonly id: string
    readonly name: string
    readonly status: SequenceStatus
    readonly positions: readonly number[]
    readonly still_to_come: number
  }[]
  /** What was typed, posted again with the approval. */
  form: FormState
}

/** What another date does to the mails that hang on the show, before it is saved. POSTs the event's form with approved=yes. */
export function EventMovePage({ event, moved, sequences, form }: EventMovePageProps) {
  const plans = moved.reduce((sum, step) => sum + step.plans, 0)
  const late = moved.reduce((sum, step) => sum + step.late, 0)
  const passed_over = moved.reduce((sum, step) => sum + step.passed_over, 0)
  return (
    <Layout
      title={`Move ${event.name}?`}
      crumbs={[
        { href: paths.events(), label: 'Events' },
        { href: paths.event(event.id), label: event.name },
      ]}
      subtitle="Nothing has been saved yet."
      banner={
        late > 0 ? (
          <Banner tone="waiting">
            {plural(late, 'mail or task', 'mails and tasks')} would be late by the new dates:{' '}
            {formatNumber(passed_over)} passed over, {formatNumber(late - passed_over)} sent at the next opening.
          </Banner>
        ) : null
      }
    >
      <Stats>
        <Stat label="Moved" value={formatNumber(plans - passed_over)} note="mails and tasks" />
        <Stat label="Late" value={formatNumber(late)} tone={late > 0 ? 'waiting' : 'neutral'} />
        <Stat label="Passed over" value={formatNumber(passed_over)} tone={passed_over > 0 ? 'bad' : 'neutral'} />
      </Stats>
      <Card title="What changes">
        <Facts facts={changesOf(event, form)} />
      </Card>
      <DataTable
        caption="Steps that hang on the show"
        columns={columns}
        rows={moved}
        empty={<p class="hint">Nothing hangs on these dates.</p>}
      />
      {sequences.length === 0 ? null : (
        <Card title="Whoever comes to such a step later">
          <p class="text-sm">They are planned by the new dates then, and are not in the table above.</p>
          <ul class="text-sm">
            {sequences.map((sequence) => (
              <li>
                <a href={paths.sequence(sequence.id)}>{sequence.name}</a>,{' '}
                {sequence.positions.length === 1 ? 'step' : 'steps'} {sequence.positions.join(', ')}:{' '}
                {sequence.status === 'draft'
                  ? 'a draft, nobody is in it yet'
                  : `${plural(sequence.still_to_come, 'person', 'people')} still to come`}
                {sequence.status === 'paused' ? ' (paused)' : ''}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title="Move them with the event">
        <form method="post" action={paths.event(event.id)} class="form">
          {Object.keys(form.values)
            .filter((name) => name !== 'approved')
            .map((name) => (
              <input type="hidden" name={name} value={keptValue(form, name)} />
            ))}
          <p class="text-sm">
            The event is saved with its new dates, and everything that hangs on them is planned anew. What has left
            stays.
          </p>
          <FormActions>
            <Button kind="primary" name="approved" value="yes">
              Save and move them
            </Button>
            <LinkButton kind="quiet" href={paths.event(event.id)}>
              Keep the dates
            </LinkButton>
          </FormActions>
        </form>
      </Card>
    </Layout>
  )
}

function changesOf(event: EventMovePageProps['event'], form: FormState): Fact[] {
  const typed = (name: string) => keptValue(form, name)
  const lines = [
    {
      label: 'Dates',
      before: formatDayRange(event.starts_on, event.ends_on),
      after: formatDayRange(typed('starts_on'), typed('ends_on')),
    },
    { label: 'Doors', before: event.doors, after: `${typed('doors_open_minute')}–${typed('doors_close_minute')}` },
    { label: 'Time zone', before: event.time_zone, after: typed('time_zone') },
    { label: 'Country', before: event.country ?? '', after: typed('country') },
  ]
  return lines
    .filter(({ before, after }) => before !== after)
    .map(({ label, before, after }) => ({
      label,
      value: (
        <>
          <del>{before || '–'}</del> → <ins>{after || '–'}</ins>
        </>
      ),
    }))
}

const columns: readonly Column<MovedStep>[] = [
  {
    key: 'step',
    label: 'Step',
    cell: (row) => (
      <>
        Step {row.position} of <a href={paths.sequence(row.sequence_id)}>{row.sequence_name}</a>
        <br />
        <span class="muted">{row.timing_words}</span>
      </>
    ),
  },
  {
    key: 'moment',
    label: 'Now → by the new dates',
    cell: (row) => (
      <>
        <Span {...row.from} /> → {row.to === null ? <span class="muted">passed over</span> : <Span {...row.to} />}
      </>
    ),
  },
  { key: 'plans', label: 'Plans', align: 'right', cell: (row) => formatNumber(row.plans) },
  { key: 'late', label: 'Late', align: 'right', cell: (row) => formatNumber(row.late) },
]

function Span(props: { first_at: Date; last_at: Date }) {
  const isOne = props.last_at.getTime() - props.first_at.getTime() < 60_000
  return (
    <>
      <Time at={props.first_at} />
      {isOne ? null : (
        <>
          {' '}
          to <Time at={props.last_at} />
        </>
      )}
    </>
  )
}
