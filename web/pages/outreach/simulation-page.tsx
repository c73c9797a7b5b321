import type {
  SimulatedAnchor,
  SimulatedCap,
  SimulatedSkip,
  SimulatedZone,
  SimulationSummary,
} from '../../../functions/domain/simulation/summarise.ts'
import { Button, LinkButton } from '../../components/buttons.tsx'
import { Chip } from '../../components/chips.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Banner, Card, EmptyState, Facts, Stat, Stats } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Day, Time } from '../../components/time.tsx'
import { formatNumber } from '../../format.ts'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { DayChart } from './day-chart.tsx'
import { HeatMap } from './heat-map.tsx'
import { PausedSenderBanner } from './paused-sender.tsx'

export type SimulationPageProps = {
  sequence: { readonly id: string; readonly name: string; readonly can_enroll: boolean }
  /** from which nothing leaves until it is resumed */
  paused_sender: string | null
  /** null: what was assumed cannot be, and nothing was simulated */
  found: SimulationFound | null
  form: FormState
  /** What was chosen, posted again. */
  selection: readonly (readonly [name: string, value: string])[]
}

type SimulationFound = {
  summary: SimulationSummary
  steps: readonly { readonly position: number; readonly is_mail: boolean }[]
  /** how many were chosen and are left out, by the preflight */
  left_out: number
  missing_variables: number
  /** mails to addresses that are guesses, by what we think of them */
  expected_bounces: number
}

/** What would go out, and when: nothing has happened yet. */
export function SimulationPage(props: SimulationPageProps) {
  const { sequence, found } = props
  return (
    <Layout
      title="What would go out"
      crumbs={[
        { href: paths.outreach(), label: 'Outreach' },
        { href: paths.sequence(sequence.id), label: sequence.name },
        { href: paths.enrollPeople(sequence.id), label: 'Enrol people' },
      ]}
      banner={
        <>
          <PausedSenderBanner address={props.paused_sender} />
          {found?.summary.anchors.some((anchor) => !anchor.all_in_time) ? <LateBanner {...found} /> : null}
        </>
      }
    >
      {found === null ? null : <Findings {...found} />}
      <Again {...props} />
    </Layout>
  )
}

function Findings(found: SimulationFound) {
  const { summary } = found
  return (
    <>
      <Figures {...found} />
      {summary.mails === 0 ? (
        <Card title="No mail would leave">
          <p class="hint">Everybody you chose is left out, or no step of the sequence is a mail.</p>
        </Card>
      ) : (
        <>
          <Card title="Mails a day" note="in your time zone">
            <DayChart days={summary.days} steps={found.steps} />
          </Card>
          <Card title="On the dates of the show" flush>
            <DataTable
              caption="Mails that hang on the dates of the show"
              columns={anchorColumns}
              rows={summary.anchors}
              empty={<EmptyState icon="calendar" title="No mail hangs on the dates of the show" />}
            />
          </Card>
          <PassedOver summary={summary} />
          <Card title="What holds mails back" flush>
            <DataTable
              caption="Caps that are reached"
              columns={capColumns}
              rows={summary.caps}
              empty={<EmptyState icon="circle-check" title="No cap stands in the way" />}
            />
          </Card>
          <Card title="When they arrive" note="the recipient’s own clock">
            <HeatMap heat={summary.heat} />
          </Card>
          <Card title="In each time zone" flush>
            <DataTable caption="Hours in each time zone" columns={zoneColumns} rows={summary.zones} empty={null} />
          </Card>
        </>
      )}
    </>
  )
}

function LateBanner({ summary }: SimulationFound) {
  const late = summary.anchors.filter((anchor) => !anchor.all_in_time)
  return (
    <Banner tone="waiting">
      {late.map(({ position }) => `Step ${position}`).join(', ')}: not every mail leaves when it should. Enrol earlier,
      raise a cap or choose fewer people.
    </Banner>
  )
}

function Figures({ summary, left_out, missing_variables, expected_bounces }: SimulationFound) {
  return (
    <Stats>
      <Stat label="People" value={formatNumber(summary.people)} note={leftOutNote(left_out, missing_variables)} />
      <Stat label="Mails" value={formatNumber(summary.mails)} />
      <Stat label="First" value={summary.first_send_at ? <Time at={summary.first_send_at} show="moment" /> : '–'} />
      <Stat label="Last" value={summary.last_send_at ? <Time at={summary.last_send_at} show="moment" /> : '–'} />
      <Stat label="Passed over" value={formatNumber(summary.skipped)} note="steps" />
      <Stat
        label="Bounces to expect"
        value={formatNumber(Math.round(expected_bounces))}
        note="from guessed addresses"
        tone={summary.people > 0 && expected_bounces / summary.people > 0.02 ? 'bad' : 'neutral'}
      />
    </Stats>
  )
}

const leftOutNote = (left_out: number, missing_variables: number): string =>
  `${formatNumber(left_out)} left out${missing_variables === 0 ? '' : `, ${formatNumber(missing_variables)} of them as a text lacks something`}`

function PassedOver({ summary }: Pick<SimulationFound, 'summary'>) {
  if (summary.passed_over.length === 0) return null
  return (
    <Card title="What is passed over" flush>
      <DataTable caption="Steps that are passed over" columns={skipColumns} rows={summary.passed_over} empty={null} />
    </Card>
  )
}

const skipReasons: Readonly<Record<SimulatedSkip['reason'], string>> = {
  too_late: 'Its moment is over when its turn comes',
  no_booth_visit: 'Nobody is seen at the booth in a simulation',
  condition_not_met: 'Its condition does not hold',
}

const skipColumns: readonly Column<SimulatedSkip>[] = [
  { key: 'step', label: 'Step', cell: ({ position }) => `Step ${position}` },
  { key: 'why', label: 'Why', cell: ({ reason }) => skipReasons[reason] },
  { key: 'people', label: 'People', align: 'right', cell: ({ people }) => formatNumber(people) },
]

const anchorColumns: readonly Column<SimulatedAnchor>[] = [
  { key: 'step', label: 'Step', flexible: true, cell: (row) => `${row.position}: ${row.timing}` },
  {
    key: 'in_time',
    label: 'In time?',
    cell: (row) => (
      <>
        <Chip tone={row.all_in_time ? 'good' : 'bad'}>{row.all_in_time ? 'Yes, all' : 'No'}</Chip>
        {row.all_in_time ? null : (
          <span class="muted">
            {' '}
            {formatNumber(row.mails - row.in_time)} late, {formatNumber(row.skipped)} passed over
          </span>
        )}
      </>
    ),
  },
  { key: 'mails', label: 'Mails', align: 'right', cell: (row) => formatNumber(row.mails) },
]

const zoneColumns: readonly Column<SimulatedZone>[] = [
  { key: 'zone', label: 'Time zone', cell: (row) => row.time_zone },
  { key: 'people', label: 'People', align: 'right', cell: (row) => formatNumber(row.people) },
  { key: 'mails', label: 'Mails', align: 'right', cell: (row) => formatNumber(row.mails) },
  { key: 'hours', label: 'Their clock', cell: (row) => `${clock(row.from_minute)}–${clock(row.to_minute)}` },
]

const capLabels: Readonly<Record<SimulatedCap['reason'], string>> = {
  cap_sender_day: 'The sender’s mails a day',
  cap_sender_week: 'The sender’s mails a week',
  cap_new_people: 'The sender’s new people a day',
  cap_sequence_day: 'The sequence’s mails a day',
  cap_domain_day: 'Mails a day to one domain',
  cap_account_day: 'Mails a day to one account',
  gap: 'The gap between two mails of the sender',
  window_shut: 'The recipient’s window',
}

const capColumns: readonly Column<SimulatedCap>[] = [
  { key: 'cap', label: 'Cap', cell: (row) => capLabels[row.reason] },
  { key: 'first_on', label: 'First on', cell: (row) => <Day on={row.first_on} /> },
  { key: 'moved', label: 'Mails that wait', align: 'right', cell: (row) => formatNumber(row.moved) },
]

function Again({ sequence, form, selection, found }: SimulationPageProps) {
  return (
    <Card title="Assumptions">
      <Facts
        facts={[
          { label: 'Tasks', value: 'done when they are due' },
          { label: 'Opens, clicks, booth visits', value: 'none' },
          { label: 'Room', value: 'beside what has left and what is planned already' },
        ]}
      />
      <form method="post" action={paths.simulate(sequence.id)} class="form form-narrow mt-4">
        <FormErrors form={form} labels={{ reply_rate: 'Answers to each mail' }} />
        {selection.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <Field
          form={form}
          name="reply_rate"
          label="Answers to each mail, in %"
          hint="From 0 to 100. Whoever answers gets no further step."
          inputmode="decimal"
          maxlength={10}
          required
        />
        <FormActions>
          <Button>Simulate again</Button>
          {sequence.can_enroll && found !== null && found.summary.people > 0 ? (
            <Button kind="primary" formaction={paths.preflight(sequence.id)}>
              Go on to enrol
            </Button>
          ) : null}
          <LinkButton kind="quiet" href={paths.enrollPeople(sequence.id)}>
            Choose again
          </LinkButton>
        </FormActions>
      </form>
    </Card>
  )
}

const clock = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
