import { Button } from '../../components/buttons.tsx'
import { Field, FormErrors } from '../../components/fields.tsx'
import type { FormState } from '../../forms.ts'
import { PublicLayout } from '../../layout.tsx'
import { paths } from '../../paths.ts'

export type LoginPageProps = {
  /** `form_error` says what is wrong: the same sentence for an unknown address and a wrong password, or "Try again in 40 s". */
  form: FormState
  /** A path of ours to go to afterwards, already checked; null goes to the dashboard. */
  return_to: string | null
}

/** POSTs `email`, `password` and `return_to`. */
export function LoginPage(props: LoginPageProps) {
  // After a wrong password the address stands there already.
  const isAddressKnown = Boolean(props.form.values.email)
  return (
    <PublicLayout title="Sign in" footer="Accounts are made by an admin of your team.">
      <form method="post" action={paths.login()} class="form">
        <FormErrors form={props.form} />
        <Field
          form={props.form}
          name="email"
          label="Email"
          type="email"
          autocomplete="username"
          required
          autofocus={!isAddressKnown}
        />
        <Field
          form={props.form}
          name="password"
          label="Password"
          type="password"
          autocomplete="current-password"
          required
          autofocus={isAddressKnown}
        />
        {props.return_to === null ? null : <input type="hidden" name="return_to" value={props.return_to} />}
        <Button kind="primary">Sign in</Button>
      </form>
    </PublicLayout>
  )
}
