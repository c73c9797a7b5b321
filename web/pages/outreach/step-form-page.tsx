import type { StepKind } from '../../../db/tables/step.ts'
import { Button, LinkButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors, type Option, SelectField, TextareaField } from '../../components/fields.tsx'
import { Banner, Card } from '../../components/panels.tsx'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type Draft, DraftCard } from './draft-card.tsx'
import { type Preview, PreviewCard } from './preview-card.tsx'
import { StepConditionFields, StepTimingFields, timingLabels } from './step-timing-fields.tsx'
import { stepKindNames, stepKinds } from './words.ts'

export type StepFormPageProps = {
  sequence: {
    readonly id: string
    readonly name: string
    readonly version: number
    /** Once it has been active, saving makes a new version. */
    readonly activated: boolean
  }
  form: FormState
  /** Null: a new step. */
  step_key: string | null
  /** 1 is the first. */
  position: number
  variables: readonly string[]
  people: readonly Option[]
  preview: Preview | null
  draft: Draft | null
  /** Names of the variables that the AI draft lacks. */
  ai_missing: readonly string[]
}

const labels = {
  kind: 'Kind',
  ...timingLabels,
  thread: 'Thread',
  subject: 'Subject',
  body: 'Text',
  purpose: 'What the draft is for',
}

const threads = [
  { value: 'new', label: 'New thread' },
  { value: 'reply', label: 'Same thread, as a reply' },
]

export function StepFormPage(props: StepFormPageProps) {
  const { sequence, form, step_key } = props
  const title = step_key === null ? `New step ${props.position}` : `Step ${props.position}`
  return (
    <Layout
      title={title}
      crumbs={[
        { href: paths.outreach(), label: 'Outreach' },
        { href: paths.sequence(sequence.id), label: sequence.name },
      ]}
      banner={
        sequence.activated ? (
          <Banner tone="neutral">
            Saving makes version {sequence.version + 1}. Where people are in the sequence already, you see first what
            changes for them, and choose who gets it.
          </Banner>
        ) : null
      }
    >
      <div class="columns-side columns-wide">
        <div class="stack-y">
          <Card title={stepKinds[kindOf(form)].label} note={stepKinds[kindOf(form)].hint}>
            <StepForm {...props} />
          </Card>
          {props.draft ? <DraftCard draft={props.draft} sequence_id={sequence.id} form={form} /> : null}
        </div>
        <div class="stack-y">
          {props.preview ? <PreviewCard preview={props.preview} /> : <NoPreview />}
          <VariableCard variables={props.variables} />
        </div>
      </div>
    </Layout>
  )
}

/** One form, three places to go: saving is the default, preview and draft show the same page with what was typed. */
function StepForm(props: StepFormPageProps) {
  const { sequence, form, step_key, ai_missing } = props
  const save = step_key === null ? paths.sequenceSteps(sequence.id) : paths.sequenceStep(sequence.id, step_key)
  return (
    <form method="post" action={save} class="form">
      <FormErrors form={form} labels={labels} />
      {step_key === null ? (
        <input type="hidden" name="position" value={String(props.position)} />
      ) : (
        <input type="hidden" name="step_key" value={step_key} />
      )}
      <div class="form-columns">
        <SelectField
          form={form}
          name="kind"
          label={labels.kind}
          options={stepKindNames.map((kind) => ({ value: kind, label: stepKinds[kind].label }))}
          required
        />
        <SelectField form={form} name="thread" label={labels.thread} options={threads} required />
      </div>
      <StepTimingFields form={form} position={props.position} />
      <StepConditionFields form={form} />
      <Field
        form={form}
        name="subject"
        label={labels.subject}
        maxlength={500}
        hint="Needed when a mail begins a thread; the title of a task otherwise."
        depends
      />
      <TextareaField form={form} name="body" label={labels.body} rows={14} required maxlength={20000} />
      <FormActions>
        <Button kind="primary">Save step</Button>
        <LinkButton kind="quiet" href={paths.sequence(sequence.id)}>
          Cancel
        </LinkButton>
      </FormActions>
      <fieldset class="fieldset-plain">
        <legend class="label-text">Try it on a real person</legend>
        <div class="form-columns">
          <SelectField
            form={form}
            name="person_id"
            label="Person"
            options={props.people}
            blank="Choose a person"
            hint="Whose mail to see or to draft."
          />
          <Field
            form={form}
            name="person_q"
            label="Find another"
            maxlength={100}
            hint="Part of a name, title or account; then Preview."
          />
        </div>
        <div class="flex flex-wrap gap-2">
          <Button icon="eye" formaction={paths.previewStep(sequence.id)} formnovalidate>
            Preview
          </Button>
          <Button
            icon="sparkles"
            formaction={paths.draftStep(sequence.id)}
            formnovalidate
            disabled={ai_missing.length > 0}
          >
            Draft for this person
          </Button>
          {ai_missing.length > 0 ? <span class="hint">Not configured: {ai_missing.join(', ')}</span> : null}
        </div>
        {ai_missing.length > 0 ? null : (
          <Field
            form={form}
            name="purpose"
            label={labels.purpose}
            maxlength={500}
            hint="One sentence for the draft: “Invite them to a 15 minute demo at our booth.”"
          />
        )}
      </fieldset>
    </form>
  )
}

function kindOf(form: FormState): StepKind {
  const kind = keptValue(form, 'kind')
  return stepKindNames.find((name) => name === kind) ?? 'email'
}

function NoPreview() {
  return (
    <Card title="Preview">
      <p class="hint">Choose a person and press Preview: the mail appears as they will get it, and what is missing.</p>
    </Card>
  )
}

function VariableCard(props: { variables: readonly string[] }) {
  return (
    <Card title="Variables">
      <p class="text-sm">
        A variable that is empty for somebody keeps them out, unless it has a default:{' '}
        <code class="code-line">{'{{ person.given_name | default: "there" }}'}</code>
      </p>
      <ul class="variable-list">
        {props.variables.map((name) => (
          <li>
            <code>{`{{ ${name} }}`}</code>
          </li>
        ))}
      </ul>
      <p class="hint">
        Text for some only:{' '}
        <code class="code-line">{'{% if event.booth %} at booth {{ event.booth }}{% endif %}'}</code>
      </p>
    </Card>
  )
}
