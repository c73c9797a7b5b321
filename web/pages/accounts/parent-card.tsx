import { Button } from '../../components/buttons.tsx'
import { Field, FormActions, FormErrors } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import { paths } from '../../paths.ts'
import type { AccountPageProps } from './account-page.tsx'

/** A subsidiary counts as its parent: their people are colleagues. */
export function ParentCard(props: Pick<AccountPageProps, 'account' | 'parent_form' | 'subsidiaries'>) {
  const { account, parent_form: form, subsidiaries } = props
  return (
    <Card title="Belongs to" note="Their people count as colleagues: for daily caps, and when one of them replies.">
      {account.parent_id === null ? null : (
        <p class="text-sm">
          Part of <a href={paths.account(account.parent_id)}>{account.parent_name}</a>
        </p>
      )}
      {subsidiaries.length === 0 ? null : (
        <ul class="grid gap-1 text-sm">
          {subsidiaries.map(({ id, name }) => (
            <li>
              <a href={paths.account(id)}>{name}</a> belongs to it
            </li>
          ))}
        </ul>
      )}
      <form method="post" action={paths.accountParent(account.id)} class="form mt-2">
        <FormErrors form={form} labels={{ parent: 'Parent' }} prefix="parent" />
        <Field
          form={form}
          name="parent"
          prefix="parent"
          label="Parent account"
          hint="Its name or website; empty for none."
          maxlength={300}
        />
        <FormActions>
          <Button>Save parent</Button>
        </FormActions>
      </form>
    </Card>
  )
}
