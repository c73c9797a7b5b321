import { Button, LinkButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

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

const hints: Partial<Record<keyof typeof labels, string>> = {
  time_zone: 'Its days and weeks begin there.',
  new_people_cap: 'First mails; follow-ups count against the mails a day only.',
  gap_minutes: '0 for none.',
  ramp_started_on: 'Empty: no ramp.',
}

const types: Partial<Record<keyof typeof labels, string>> = { time_zone: 'text', ramp_started_on: 'date' }

export function SenderPage({ address, form, can_edit }: SenderPageProps) {
  const names = Object.keys(labels) as (keyof typeof labels)[]
  return (
    <Layout title={address}>
      <Card title="What it may send">
        <form method="post" action={paths.sender(address)} class="form">
          <FormErrors form={form} labels={labels} />
          {names.map((name) => (
            <Field
              form={form}
              name={name}
              label={labels[name]}
              type={types[name] ?? 'number'}
              min={types[name] === undefined ? 0 : undefined}
              required={name !== 'ramp_started_on'}
              disabled={!can_edit}
              hint={hints[name]}
            />
          ))}
          <FormActions>
            {can_edit ? <Button kind="primary">Save</Button> : null}
            <LinkButton href={paths.senders()}>Back</LinkButton>
          </FormActions>
        </form>
      </Card>
    </Layout>
  )
}
