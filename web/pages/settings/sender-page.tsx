import { Button, LinkButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors, SelectField } from '../../components/fields.tsx'
import { Card, Facts } from '../../components/panels.tsx'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { timeZoneOptions } from '../../time-zones.ts'

export type SenderPageProps = {
  address: string
  form: FormState
  /** Only an admin may change caps. */
  can_edit: boolean
}

const labels = {
  time_zone: 'Time zone',
  daily_cap: 'Mails a day',
  weekly_cap: 'Mails a week',
  new_people_cap: 'New people a day',
  gap_minutes: 'Gap between two mails, in minutes',
  jitter_minutes: 'Up to so many minutes more',
  ramp_started_on: 'Warming up since',
  ramp_first: 'Mails on the first day',
  ramp_step: 'More on each day after it',
}

const names = Object.keys(labels) as (keyof typeof labels)[]

const hints: Partial<Record<keyof typeof labels, string>> = {
  new_people_cap: 'First mails; follow-ups count against the mails a day only.',
  gap_minutes: '0 for none.',
  ramp_started_on: 'Empty: no ramp.',
}

const types: Partial<Record<keyof typeof labels, string>> = { ramp_started_on: 'date' }

export function SenderPage({ address, form, can_edit }: SenderPageProps) {
  return (
    <Layout title={address}>
      <Card title="What it may send" note={can_edit ? undefined : 'Only an admin may change it.'}>
        {can_edit ? <SettingsForm address={address} form={form} /> : <SettingsShown form={form} />}
      </Card>
    </Layout>
  )
}

function SettingsShown({ form }: { form: FormState }) {
  return <Facts facts={names.map((name) => ({ label: labels[name], value: keptValue(form, name) || '–' }))} />
}

function SettingsForm({ address, form }: { address: string; form: FormState }) {
  return (
    <form method="post" action={paths.sender(address)} class="form">
      <FormErrors form={form} labels={labels} />
      <SelectField
        form={form}
        name="time_zone"
        label={labels.time_zone}
        options={timeZoneOptions(keptValue(form, 'time_zone'))}
        required
        hint="Its days and weeks begin there."
      />
      {names
        .filter((name) => name !== 'time_zone')
        .map((name) => (
          <Field
            form={form}
            name={name}
            label={labels[name]}
            type={types[name] ?? 'number'}
            min={types[name] === undefined ? 0 : undefined}
            required={name !== 'ramp_started_on'}
            hint={hints[name]}
          />
        ))}
      <FormActions>
        <Button kind="primary">Save</Button>
        <LinkButton href={paths.senders()}>Back</LinkButton>
      </FormActions>
    </form>
  )
}
