import { Button, PostButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Banner, Card, EmptyState, Facts } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { formatDay, formatNumber, plural } from '../../format.ts'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type SenderRow = {
  readonly address: string
  readonly sequences: number
  readonly today: number
  /** The most it may send today, warming up or not. */
  readonly cap_today: number
  readonly week: number
  readonly weekly_cap: number
  readonly new_people: number
  readonly new_people_cap: number
  readonly gap_minutes: number
  readonly ramp_started_on: string | null
  readonly paused_at: Date | null
  readonly pause_reason: string | null
  /** The first day with more planned than it may send. */
  readonly overbooked: { readonly on: string; readonly planned: number; readonly too_many: number } | null
}

export type SendersPageProps = {
  rows: readonly SenderRow[]
  form: FormState
  /** Only an admin may change caps. */
  can_edit: boolean
}

export const overbookedWords = ({ on, planned, too_many }: NonNullable<SenderRow['overbooked']>): string =>
  `${formatNumber(too_many)} of ${plural(planned, 'mail')} planned for ${formatDay(on)} ${too_many === 1 ? 'does' : 'do'} not fit its caps and gap: they move on when they are due.`

const labels = { account_daily_cap: 'To one account', domain_daily_cap: 'To one domain' }

export function SendersPage(props: SendersPageProps) {
  const overbooked = props.rows.filter((row) => row.overbooked !== null)
  return (
    <Layout title="Senders" banner={overbooked.length === 0 ? null : <TooManyBanner rows={overbooked} />}>
      <div class="columns-side">
        <DataTable
          caption="Addresses we write from"
          columns={columns}
          rows={props.rows.map((row) => ({ ...row, id: row.address }))}
          empty={
            <div class="sheet">
              <EmptyState icon="mail" title="No senders yet" text="The sender of your first sequence appears here." />
            </div>
          }
        />
        <Card title="Mails a day" note={props.can_edit ? undefined : 'Only an admin may change these.'}>
          {props.can_edit ? <CapsForm form={props.form} /> : <Facts facts={capFacts(props.form)} />}
        </Card>
      </div>
    </Layout>
  )
}

function CapsForm({ form }: { form: FormState }) {
  return (
    <form method="post" action={paths.senders()} class="form">
      <FormErrors form={form} labels={labels} />
      <Field
        form={form}
        name="account_daily_cap"
        label={labels.account_daily_cap}
        type="number"
        min={1}
        hint="Over all senders and sequences. Empty: no cap."
      />
      <Field
        form={form}
        name="domain_daily_cap"
        label={labels.domain_daily_cap}
        type="number"
        min={1}
        hint="Gmail and other public providers have none. Empty: no cap."
      />

      <FormActions>
        <Button kind="primary">Save</Button>
      </FormActions>
    </form>
  )
}

const capFacts = (form: FormState) =>
  (['account_daily_cap', 'domain_daily_cap'] as const).map((name) => ({
    label: labels[name],
    value: keptValue(form, name) || 'no cap',
  }))

function TooManyBanner({ rows }: { rows: readonly SenderRow[] }) {
  return (
    <Banner tone="waiting">
      {rows.map(({ address, overbooked }) => (
        <p>
          <a href={paths.sender(address)}>{address}</a>: {overbooked === null ? '' : overbookedWords(overbooked)}
        </p>
      ))}
    </Banner>
  )
}

const columns: readonly Column<SenderRow & { id: string }>[] = [
  {
    key: 'address',
    label: 'Sender',
    cell: (row) => (
      <>
        <a href={paths.sender(row.address)}>{row.address}</a>
        <span class="under narrow-only">{stateOf(row)}</span>
      </>
    ),
  },
  { key: 'state', label: 'State', wide_only: true, cell: stateOf },
  { key: 'today', label: 'Today', wide_only: true, cell: (row) => used(row.today, row.cap_today, 'from today') },
  { key: 'new', label: 'New people', wide_only: true, cell: (row) => used(row.new_people, row.new_people_cap) },
  { key: 'week', label: 'This week', wide_only: true, cell: (row) => used(row.week, row.weekly_cap) },
  {
    key: 'gap',
    label: 'Gap',
    wide_only: true,
    cell: (row) => (row.gap_minutes === 0 ? '–' : `${row.gap_minutes} min`),
  },
  {
    key: 'act',
    label: 'Actions',
    cell: (row) =>
      row.paused_at === null ? (
        <PostButton small action={paths.pauseSender(row.address)} label={`Pause ${row.address}`}>
          Pause
        </PostButton>
      ) : (
        <PostButton small action={paths.resumeSender(row.address)} label={`Resume ${row.address}`}>
          Resume
        </PostButton>
      ),
  },
]

/** Whoever lowers a cap in the middle of a day has sent more than it says. */
function used(sent: number, cap: number, since = ''): string {
  if (sent <= cap) return `${formatNumber(sent)} of ${formatNumber(cap)}`
  return `${formatNumber(sent)} sent, cap ${formatNumber(cap)} ${since}`.trim()
}

function stateOf(row: SenderRow): string {
  if (row.paused_at !== null) return row.pause_reason ?? 'Paused'
  if (row.ramp_started_on !== null) return 'Warming up'
  return row.sequences === 0 ? 'Unused' : 'Sending'
}
