import { Button, LinkButton } from '../../components/buttons.tsx'
import {
  CheckboxField,
  Field,
  FormActions,
  FormErrors,
  type Option,
  SelectField,
  TextareaField,
} from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import { Time } from '../../components/time.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type Preview, ScoringPreview } from './scoring-preview.tsx'

type RuleField = {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly long?: boolean
}

export type ScoringPageProps = {
  /** What counts; version 0 is the preset nobody has changed yet. */
  now: { readonly name: string; readonly version: number }
  presets: readonly { readonly name: string; readonly says: string }[]
  rules: readonly { readonly rule: string; readonly max: number; readonly fields: readonly RuleField[] }[]
  rules_json: string
  templates: readonly Option[]
  versions: readonly {
    readonly version: number
    readonly name: string
    readonly reason: string
    readonly saved_at: Date
    readonly saved_by_name: string | null
  }[]
  preview: Preview | null
  form: FormState
}

const labels = { name: 'Name', reason: 'Why', add: 'Add a rule', figure: 'Column of the list' }

export function ScoringPage(props: ScoringPageProps) {
  const { now, form } = props
  return (
    <Layout
      title="Scoring"
      subtitle={`Accounts are scored by “${now.name}”${now.version === 0 ? '' : `, version ${now.version}`}.`}
    >
      <div class="columns-side">
        <form method="post" action={paths.scoring()} class="stack-y">
          <FormErrors form={form} labels={labels} />
          <input type="hidden" name="rules" value={props.rules_json} />
          <input type="hidden" name="base_version" value={String(form.values.base_version ?? now.version)} />
          {props.preview === null ? null : <ScoringPreview preview={props.preview} />}
          <Card title="Apply">
            <div class="form">
              <Field form={form} name="name" label={labels.name} maxlength={80} depends />
              <Field
                form={form}
                name="reason"
                label={labels.reason}
                maxlength={300}
                depends
                hint="Needed to apply. It stands in the history of each score."
              />
              <FormActions>
                <Button kind={props.preview === null ? 'primary' : 'plain'} name="do" value="preview">
                  Preview
                </Button>
                <Button kind={props.preview === null ? 'plain' : 'primary'} name="do" value="apply">
                  Apply to all accounts
                </Button>
              </FormActions>
            </div>
          </Card>
          {props.rules.map((rule, index) => (
            <RuleCard rule={rule} index={index} form={form} />
          ))}
          <Card title={labels.add}>
            <div class="form">
              <div class="form-columns">
                <SelectField
                  form={form}
                  name="add"
                  label="What counts"
                  blank="Choose"
                  options={[...props.templates, { value: 'figure', label: 'A further column of the list' }]}
                />
                <Field
                  form={form}
                  name="figure"
                  label={labels.figure}
                  maxlength={100}
                  hint="As the list calls it: mega_boost"
                />
              </div>
              <FormActions>
                <Button name="do" value="add">
                  Add rule
                </Button>
              </FormActions>
            </div>
          </Card>
        </form>
        <div class="stack-y">
          <Card title="Begin from">
            <ul class="grid gap-3">
              {props.presets.map((preset) => (
                <li class="text-sm">
                  <LinkButton href={paths.scoring({ from: preset.name })} small>
                    {preset.name}
                  </LinkButton>
                  <p class="muted mt-1">{preset.says}</p>
                </li>
              ))}
            </ul>
          </Card>
          <Card title="History">
            <History versions={props.versions} />
          </Card>
        </div>
      </div>
    </Layout>
  )
}

function RuleCard(props: { rule: ScoringPageProps['rules'][number]; index: number; form: FormState }) {
  const { rule, index, form } = props
  const shown = {
    ...form,
    values: { ...Object.fromEntries(rule.fields.map((field) => [field.name, field.value])), ...form.values },
  }
  return (
    <Card title={rule.rule} note={rule.max === 0 ? 'takes points away' : `at most ${rule.max} points`}>
      <div class="form">
        <div class="form-columns">
          {rule.fields.map(({ name, label, hint, long }) =>
            long ? (
              <TextareaField form={shown} name={name} label={label} hint={hint} rows={4} required />
            ) : (
              <Field form={shown} name={name} label={label} hint={hint} inputmode="decimal" maxlength={20} required />
            ),
          )}
        </div>
        <CheckboxField form={form} name={`r${index}_remove`} label={`Leave “${rule.rule}” out`} />
      </div>
    </Card>
  )
}

function History({ versions }: Pick<ScoringPageProps, 'versions'>) {
  if (versions.length === 0) return <p class="muted text-sm">Nobody has changed the rules yet.</p>
  return (
    <ul class="grid gap-3 text-sm">
      {versions.map((version) => (
        <li>
          <a href={paths.scoring({ from: String(version.version) })}>
            Version {version.version}, {version.name}
          </a>
          : {version.reason}
          <span class="muted">
            {' '}
            {version.saved_by_name ?? 'somebody'} <Time at={version.saved_at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
