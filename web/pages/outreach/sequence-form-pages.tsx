import { Button, LinkButton } from '../../components/buttons.tsx'
import { FormActions } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { SequenceFields } from './sequence-form.tsx'
import { SequenceFrame, type SequenceHead } from './sequence-frame.tsx'

export function NewSequencePage(props: { form: FormState }) {
  return (
    <Layout title="New sequence" crumbs={[{ href: paths.outreach(), label: 'Outreach' }]} width="reading">
      <Card>
        <form method="post" action={paths.outreach()} class="form">
          <SequenceFields form={props.form} />
          <FormActions>
            <Button kind="primary">Create sequence</Button>
            <LinkButton kind="quiet" href={paths.outreach()}>
              Cancel
            </LinkButton>
          </FormActions>
        </form>
      </Card>
    </Layout>
  )
}

export function SequenceSettingsPage(props: { sequence: SequenceHead; form: FormState }) {
  const { sequence } = props
  return (
    <SequenceFrame sequence={sequence} tab="settings">
      <Card
        title="Settings"
        note="A narrower window, a cap or a confidence holds at once, for planned mails too. Mails that are planned take their place in the new windows."
      >
        <form method="post" action={paths.sequenceSettings(sequence.id)} class="form form-narrow">
          <SequenceFields form={props.form} />
          <FormActions>
            <Button kind="primary" disabled={sequence.status === 'archived'}>
              Save settings
            </Button>
            {sequence.status === 'archived' ? <span class="hint">An archived sequence stays as it is.</span> : null}
          </FormActions>
        </form>
      </Card>
    </SequenceFrame>
  )
}
