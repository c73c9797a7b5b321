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
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { categoryOptions, personaOptions } from './person-words.tsx'

export type PersonFormPageProps = {
  form: FormState
  /** Null: a new one. */
  person: { readonly id: string; readonly name: string } | null
  owners: readonly Option[]
  /** Somebody of this name is at this company already. */
  same?: { readonly id: string; readonly name: string }
}

const labels = {
  name: 'Name',
  title: 'Job title',
  company: 'Company',
  category: 'Category',
  country: 'Country',
  phone: 'Phone',
  linkedin_url: 'LinkedIn page',
  personas: 'Personas',
  owner_id: 'Owner',
  notes: 'Notes',
}

export function PersonFormPage(props: PersonFormPageProps) {
  const { form, person, same } = props
  return (
    <Layout
      title={person === null ? 'New person' : `Edit ${person.name}`}
      crumbs={[
        { href: paths.people(), label: 'People' },
        ...(person === null ? [] : [{ href: paths.person(person.id), label: person.name }]),
      ]}
      width="reading"
    >
      <Card>
        <form method="post" action={person === null ? paths.people() : paths.editPerson(person.id)} class="form">
          <FormErrors form={form} labels={labels} />
          {same ? (
            <p class="text-sm">
              It is <a href={paths.person(same.id)}>{same.name}</a>.
            </p>
          ) : null}
          <Field form={form} name="name" label={labels.name} required maxlength={300} />
          <div class="form-columns">
            <Field form={form} name="title" label={labels.title} maxlength={1000} />
            <Field
              form={form}
              name="company"
              label={labels.company}
              hint="One that is not on the list yet is added."
              maxlength={300}
            />
          </div>
          <fieldset class="field">
            <legend class="label-text">{labels.personas}</legend>
            {person === null ? <p class="hint">Without a choice, the title decides.</p> : null}
            <div class="flex flex-wrap gap-x-4">
              {personaOptions.map((persona) => (
                <CheckboxField form={form} name="personas" label={persona.label} value={persona.value} />
              ))}
            </div>
          </fieldset>
          <div class="form-columns">
            <SelectField form={form} name="category" label={labels.category} options={categoryOptions} blank="None" />
            <SelectField form={form} name="owner_id" label={labels.owner_id} options={props.owners} blank="Nobody" />
          </div>
          <div class="form-columns">
            <Field form={form} name="country" label={labels.country} maxlength={100} />
            <Field form={form} name="phone" label={labels.phone} type="tel" maxlength={100} />
          </div>
          <Field form={form} name="linkedin_url" label={labels.linkedin_url} type="url" maxlength={500} />
          <TextareaField form={form} name="notes" label={labels.notes} rows={5} maxlength={5000} />
          <FormActions>
            <Button kind="primary">{person === null ? 'Create person' : 'Save person'}</Button>
            <LinkButton kind="quiet" href={person === null ? paths.people() : paths.person(person.id)}>
              Cancel
            </LinkButton>
          </FormActions>
        </form>
      </Card>
    </Layout>
  )
}
