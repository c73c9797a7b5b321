import { Button, PostButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors, SelectField } from '../../components/fields.tsx'
import { Card, EmptyState } from '../../components/panels.tsx'
import { type Column, DataTable } from '../../components/table.tsx'
import { Day } from '../../components/time.tsx'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { timeZoneOptions } from '../../time-zones.ts'
import { useView } from '../../view.ts'

export type DayOffRow = {
  readonly id: string
  /** `YYYY-MM-DD` */
  readonly on: string
  readonly name: string
  /** ISO code; null is everywhere. */
  readonly country: string | null
}

export type DaysOffPageProps = {
  rows: readonly DayOffRow[]
  form: FormState
  zone: FormState
}

const labels = { on: 'Day', name: 'What it is', country: 'Country', time_zone: 'Time zone' }

export function DaysOffPage(props: DaysOffPageProps) {
  return (
    <Layout title="Days off" subtitle="Beside the public holidays of each recipient’s country, which are known.">
      <div class="columns-side">
        <DataTable
          caption="Days on which nobody is written to"
          columns={columns}
          rows={inOrder(props.rows, useView().now)}
          empty={
            <div class="sheet">
              <EmptyState
                icon="calendar"
                title="No days of your own"
                text="Add the days between the years, or the day everybody sets up the booth."
              />
            </div>
          }
        />
        <div class="stack-y">
          <Card title="Add a day off">
            <form method="post" action={paths.daysOff()} class="form">
              <FormErrors form={props.form} labels={labels} />
              <Field form={props.form} name="on" label={labels.on} type="date" required />
              <Field form={props.form} name="name" label={labels.name} maxlength={100} required />
              <Field
                form={props.form}
                name="country"
                label={labels.country}
                maxlength={80}
                hint="Only for recipients there. Empty: everywhere."
              />
              <FormActions>
                <Button kind="primary">Add day off</Button>
              </FormActions>
            </form>
          </Card>
          <Card title="Workspace zone" note="Where neither the recipient’s zone nor the sequence’s is known.">
            <form method="post" action={paths.workspaceZone()} class="form">
              <FormErrors form={props.zone} labels={labels} prefix="zone" />
              <SelectField
                form={props.zone}
                prefix="zone"
                name="time_zone"
                label={labels.time_zone}
                options={timeZoneOptions(keptValue(props.zone, 'time_zone'))}
                required
              />
              <FormActions>
                <Button>Save zone</Button>
              </FormActions>
            </form>
          </Card>
        </div>
      </div>
    </Layout>
  )
}

/** What is to come before what is over, the latest of that first. */
function inOrder(rows: readonly DayOffRow[], now: Date): DayOffRow[] {
  const today = now.toISOString().slice(0, 10)
  const over = rows.filter((row) => row.on < today)
  return [...rows.filter((row) => row.on >= today), ...over.toReversed()]
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

const columns: readonly Column<DayOffRow>[] = [
  { key: 'on', label: 'Day', cell: (row) => <Day on={row.on} /> },
  { key: 'name', label: 'What it is', cell: (row) => row.name },
  {
    key: 'country',
    label: 'Country',
    cell: (row) => (row.country === null ? <span class="muted">everywhere</span> : regions.of(row.country)),
  },
  {
    key: 'remove',
    label: 'Remove',
    cell: (row) => (
      <PostButton action={paths.removeDayOff(row.id)} kind="quiet" small label={`Remove ${row.name}`}>
        Remove
      </PostButton>
    ),
  },
]
