import { CheckboxField, Field, SelectField } from '../../components/fields.tsx'
import type { FormState } from '../../forms.ts'
import { statusOptions } from '../accounts/account-words.tsx'

export const stopRuleLabels = {
  colleague_reply: 'When a colleague replies',
  stop_on_click: 'Stop when a person clicks a link',
  stop_account_statuses: 'Account statuses',
  untracked_countries: 'Never track recipients in',
}

const colleagueChoices = [
  { value: 'hold', label: 'Hold the others until somebody lets them go on' },
  { value: 'stop', label: 'Stop the others' },
  { value: 'nothing', label: 'Go on with the others' },
]

/** What ends a sequence beside what always does. */
export function StopRuleFields({ form }: { form: FormState }) {
  return (
    <fieldset class="fieldset-plain">
      <legend class="label-text">Stop rules</legend>
      <p class="hint">
        A reply, a meeting, a bounce, a complaint and an unsubscribe always stop a person; an out-of-office holds them
        until they are back.
      </p>
      <SelectField
        form={form}
        name="colleague_reply"
        label={stopRuleLabels.colleague_reply}
        options={colleagueChoices}
        hint="Colleagues share a company’s domain, or belong to the same parent account, in every sequence and of every rep."
        required
      />
      <CheckboxField
        form={form}
        name="stop_on_click"
        label={stopRuleLabels.stop_on_click}
        hint="Clicks of mail scanners do not count. Needs tracked clicks."
      />
      <div class="field">
        <p class="label-text" id="stop-statuses">
          Stop everybody at an account that becomes
        </p>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset within this fieldset would be read out twice */}
        <div class="check-row" role="group" aria-labelledby="stop-statuses">
          {statusOptions.map(({ value, label }) => (
            <CheckboxField form={form} name="stop_account_statuses" value={value} label={label} />
          ))}
        </div>
      </div>
    </fieldset>
  )
}

export function UntrackedCountriesField({ form }: { form: FormState }) {
  return (
    <Field
      form={form}
      name="untracked_countries"
      label={stopRuleLabels.untracked_countries}
      maxlength={1000}
      hint="Country codes such as DE, FR, GB. Neither opens nor clicks are tracked there, whatever is ticked above."
    />
  )
}
