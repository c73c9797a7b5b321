import { Button } from '../../components/buttons.tsx'
import { FormActions, FormErrors, type Option, SelectField } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import type { FormState } from '../../forms.ts'
import { paths } from '../../paths.ts'
import { type Draft, ImportStep } from './import-steps.tsx'

export const policyOptions: readonly Option[] = [
  { value: 'fill', label: 'Fill what is empty' },
  { value: 'overwrite', label: 'Overwrite with the list' },
  { value: 'skip', label: 'Leave as it is' },
]

export type OptionsPageProps = {
  draft: Draft
  /** Fields of the list that a policy of their own can be chosen for. */
  fields: readonly Option[]
  owners: readonly Option[]
  /** `policy`, `owner_id` and `field_…`. */
  form: FormState
}

/** POSTs `policy`, `owner_id` and a policy for fields that differ, and runs the import. */
export function OptionsPage({ draft, fields, owners, form }: OptionsPageProps) {
  return (
    <ImportStep draft={draft} step="options">
      <form method="post" action={paths.importOptions(draft.id)} class="stack-y">
        <FormErrors form={form} labels={{ policy: 'Already on the list', owner_id: 'Owner' }} />
        <Card title="Who is on the list already">
          <div class="form">
            <SelectField
              form={form}
              name="policy"
              label={draft.kind === 'people' ? 'People that are there already' : 'Companies that are there already'}
              hint="What somebody typed is overwritten only if you choose so. A score by hand, and a company's domain, are never touched."
              options={policyOptions}
              required
            />
            <SelectField
              form={form}
              name="owner_id"
              label="Owner"
              hint="Of whoever has none yet."
              blank="Nobody"
              options={owners}
            />
          </div>
        </Card>
        <Card title="Fields that differ" note="Otherwise as chosen above">
          <div class="form-columns">
            {fields.map(({ value, label }) => (
              <SelectField form={form} name={`field_${value}`} label={label} blank="As above" options={policyOptions} />
            ))}
          </div>
        </Card>
        <FormActions>
          <Button kind="primary" icon="play">
            Import the rows
          </Button>
        </FormActions>
      </form>
    </ImportStep>
  )
}
