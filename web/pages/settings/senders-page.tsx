import { Button, PostButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import type { FormState } from '../../forms.ts'
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
}

export type SendersPageProps = {
  rows: readonly SenderRow[]
  form: FormState
  /** Only an admin may change caps. */
  can_edit: boolean
}

const labels = { account_daily_cap: 'To one account', domain_daily_cap: 'To one domain' }

export function SendersPage(props: SendersPageProps) {
  return (
    <Layout title="Senders">
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
        <Card title="Mails a day">
          <form method="post" action={paths.senders()} class="form">
            <FormErrors form={props.form} labels={labels} />
            <Field
              form={props.form}
              name="account_daily_cap"
              label={labels.account_daily_cap}
              type="number"
              min={1}
              disabled={!props.can_edit}
              hint="Over all senders and sequences. Empty: no cap."
            />
            <Field
              form={props.form}
              name="domain_daily_cap"
              label={labels.domain_daily_cap}
              type="number"
              min={1}
              disabled={!props.can_edit}
              hint="Gmail and other public providers have none. Empty: no cap."
            />
            {props.can_edit ? (
              <FormActions>
                <Button kind="primary">Save</Button>
              </FormActions>
            ) : null}
          </form>
        </Card>
      </div>
    </Layout>
  )
}

const columns: readonly Column<SenderRow & { id: string }>[] = [
  { key: 'address', label: 'Sender', cell: (row) => <a href={paths.sender(row.address)}>{row.address}</a> },
  { key: 'state', label: 'State', cell: stateOf },
  { key: 'today', label: 'Today', cell: (row) => `${row.today} of ${row.cap_today}` },
  { key: 'new', label: 'New people', wide_only: true, cell: (row) => `${row.new_people} of ${row.new_people_cap}` },
  { key: 'week', label: 'This week', wide_only: true, cell: (row) => `${row.week} of ${row.weekly_cap}` },
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

function stateOf(row: SenderRow): string {
  if (row.paused_at !== null) return row.pause_reason ?? 'Paused'
  if (row.ramp_started_on !== null) return 'Warming up'
  return row.sequences === 0 ? 'Unused' : 'Sending'
}
