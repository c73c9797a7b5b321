import { Button, LinkButton } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors, type Option, SelectField, TextareaField } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import type { FormState } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { statusOptions } from './account-words.tsx'

export type AccountFormPageProps = {
  form: FormState
  /** Null: a new one. */
  account: { readonly id: string; readonly name: string } | null
  owners: readonly Option[]
  /** The account that is there already under this name or domain. */
  same?: { readonly id: string; readonly name: string }
}

const labels = {
  name: 'Company',
  website: 'Website',
  industry: 'Industry',
  country: 'Country',
  revenue: 'Revenue',
  employees: 'Employees',
  facilities: 'Facilities',
  status: 'Status',
  owner_id: 'Owner',
  notes: 'Notes',
}

export function AccountFormPage(props: AccountFormPageProps) {
  const { form, account, same } = props
  return (
    <Layout
      title={account === null ? 'New account' : `Edit ${account.name}`}
      crumbs={[
        { href: paths.accounts(), label: 'Accounts' },
        ...(account === null ? [] : [{ href: paths.account(account.id), label: account.name }]),
      ]}
      width="reading"
    >
      <Card>
        <form method="post" action={account === null ? paths.accounts() : paths.editAccount(account.id)} class="form">
          <FormErrors form={form} labels={labels} />
          {same ? (
            <p class="text-sm">
              It is <a href={paths.account(same.id)}>{same.name}</a>.
            </p>
          ) : null}
          <Field form={form} name="name" label={labels.name} required maxlength={300} />
          <Field
            form={form}
            name="website"
            label={labels.website}
            hint="Its domain is what addresses are made of: acme.com"
            maxlength={500}
          />
          <div class="form-columns">
            <Field form={form} name="industry" label={labels.industry} maxlength={200} />
            <Field form={form} name="country" label={labels.country} maxlength={100} />
          </div>
          <div class="form-columns">
            <Field form={form} name="revenue" label={labels.revenue} hint="A year, as $250M" maxlength={200} />
            <Field form={form} name="employees" label={labels.employees} inputmode="numeric" />
            <Field form={form} name="facilities" label={labels.facilities} inputmode="numeric" />
          </div>
          <div class="form-columns">
            <SelectField form={form} name="status" label={labels.status} options={statusOptions} required />
            <SelectField form={form} name="owner_id" label={labels.owner_id} options={props.owners} blank="Nobody" />
          </div>
          <TextareaField form={form} name="notes" label={labels.notes} rows={5} maxlength={5000} />
          <FormActions>
            <Button kind="primary">{account === null ? 'Create account' : 'Save account'}</Button>
            <LinkButton kind="quiet" href={account === null ? paths.accounts() : paths.account(account.id)}>
              Cancel
            </LinkButton>
          </FormActions>
        </form>
      </Card>
    </Layout>
  )
}
