import { CheckboxField, Field, FormErrors } from '../../components/fields.tsx'
import type { FormState } from '../../forms.ts'
import { StopRuleFields, stopRuleLabels, UntrackedCountriesField } from './stop-rule-fields.tsx'
import { WindowFields, windowLabels } from './window-fields.tsx'

const labels = {
  name: 'Name',
  from_name: 'Sender name',
  from_address: 'Sender address',
  reply_to: 'Answers go elsewhere',
  contact_reason: 'Why we may write',
  ...windowLabels,
  time_zone: 'Zone, if theirs is unknown',
  min_confidence: 'Least sure guess of an address, in %',
  daily_cap: 'Mails a day',
  ...stopRuleLabels,
}

/** The fields of a sequence, for a new one and for its settings. Times are `HH:MM`, the confidence is a percentage. */
export function SequenceFields(props: { form: FormState }) {
  const { form } = props
  return (
    <>
      <FormErrors form={form} labels={labels} />
      <Field form={form} name="name" label={labels.name} required maxlength={120} />
      <div class="form-columns">
        <Field form={form} name="from_name" label={labels.from_name} required maxlength={100} />
        <Field form={form} name="from_address" label={labels.from_address} type="email" required maxlength={254} />
        <Field form={form} name="reply_to" label={labels.reply_to} type="email" maxlength={254} />
      </div>
      <Field
        form={form}
        name="contact_reason"
        label={labels.contact_reason}
        maxlength={300}
        hint="Stands in the footer of every mail, above the unsubscribe link. Without it nobody in the EU, the UK or Switzerland is enrolled."
      />
      <WindowFields form={form} time_zone_label={labels.time_zone} />
      <div class="form-columns">
        <Field
          form={form}
          name="min_confidence"
          label={labels.min_confidence}
          type="number"
          min={0}
          max={100}
          required
        />
        <Field form={form} name="daily_cap" label={labels.daily_cap} type="number" min={1} required />
      </div>
      <div class="check-row">
        <CheckboxField form={form} name="track_opens" label="Track opens" />
        <CheckboxField form={form} name="track_clicks" label="Track clicks" />
      </div>
      <UntrackedCountriesField form={form} />
      <StopRuleFields form={form} />
    </>
  )
}
