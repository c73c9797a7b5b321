import { Field, SelectField } from '../../components/fields.tsx'
import type { FormState } from '../../forms.ts'
import { delayUnits } from './words.ts'

export const timingLabels = {
  timing: 'When',
  delay_amount: 'How long',
  delay_unit: 'Unit',
  date_on: 'Day',
  at_minute: 'Time of day',
  anchor: 'What',
  anchor_side: 'Side',
  clock: 'Whose clock',
  when_late: 'When it is late',
  condition: 'Only if',
  condition_field: 'Field',
  condition_value: 'Value',
  time_out_days: 'Give up after, in days',
}

/** The names of all fields, for forms that carry them on. */
export const timingNames = Object.keys(timingLabels)

const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }))

const timings = options({ wait: 'After the step before', date: 'On a day', event: 'Around the show' })
const anchors = options({
  doors_open: 'the doors open',
  show_end: 'the show ends',
  booth_visit: 'their visit to the booth',
})
const sides = options({ before: 'before', after: 'after' })
const clocks = options({ venue: 'the venue’s', recipient: 'the recipient’s' })
const late = options({ skip: 'Leave it out', send: 'Do it late' })
const conditions = options({
  opened: 'they opened a mail',
  not_opened: 'they opened no mail',
  clicked: 'they clicked a link',
  not_clicked: 'they clicked no link',
  replied: 'they have replied',
  not_replied: 'they have not replied',
  field: 'a field is …',
  not_field: 'a field is not …',
})
const conditionFields = options({
  'person.title': 'Title',
  'person.country': 'Country',
  'person.category': 'Category',
  'account.industry': 'Industry of the account',
  'account.status': 'Status of the account',
  'account.list_tier': 'List tier of the account',
})

/** Styles hide what the chosen kind of timing does not use (`.for-wait` and so on); without them all is there and harmless. */
export function StepTimingFields(props: { form: FormState; position: number }) {
  const { form } = props
  return (
    <fieldset class="fieldset-plain">
      <legend class="label-text">Timing</legend>
      <div class="form-columns">
        <SelectField
          form={form}
          name="timing"
          label={timingLabels.timing}
          options={
            props.position === 1
              ? timings.map((one) => (one.value === 'wait' ? { ...one, label: 'After enrolment' } : one))
              : timings
          }
          required
        />
        <div class="step-part for-wait for-event">
          <Field
            form={form}
            name="delay_amount"
            label={timingLabels.delay_amount}
            type="number"
            min={0}
            max={10000}
            depends
          />
          <SelectField
            form={form}
            name="delay_unit"
            label={timingLabels.delay_unit}
            options={options(delayUnits)}
            required
          />
        </div>
        <div class="step-part for-event">
          <SelectField form={form} name="anchor_side" label={timingLabels.anchor_side} options={sides} required />
          <SelectField form={form} name="anchor" label={timingLabels.anchor} options={anchors} blank="Choose" depends />
        </div>
        <div class="step-part for-date">
          <Field form={form} name="date_on" label={timingLabels.date_on} type="date" depends />
        </div>
        <div class="step-part for-date for-event">
          <Field
            form={form}
            name="at_minute"
            label={timingLabels.at_minute}
            type="time"
            hint="When it is counted in days."
          />
        </div>
        <div class="step-part for-event">
          <SelectField form={form} name="clock" label={timingLabels.clock} options={clocks} required />
        </div>
        <div class="step-part for-date for-event">
          <SelectField
            form={form}
            name="when_late"
            label={timingLabels.when_late}
            options={late}
            hint="Its moment is more than a day ago when its turn comes."
            required
          />
        </div>
      </div>
    </fieldset>
  )
}

export function StepConditionFields(props: { form: FormState }) {
  const { form } = props
  return (
    <fieldset class="fieldset-plain">
      <legend class="label-text">Condition</legend>
      <div class="form-columns">
        <SelectField
          form={form}
          name="condition"
          label={timingLabels.condition}
          options={conditions}
          blank="Always"
          hint="Judged when the step is due; if it does not hold, the next step follows at once."
        />
        <div class="step-part for-field">
          <SelectField
            form={form}
            name="condition_field"
            label={timingLabels.condition_field}
            options={conditionFields}
            blank="Choose"
            depends
          />
          <Field form={form} name="condition_value" label={timingLabels.condition_value} maxlength={200} depends />
        </div>
        <div class="step-part for-task">
          <Field
            form={form}
            name="time_out_days"
            label={timingLabels.time_out_days}
            type="number"
            min={1}
            max={365}
            hint="A task holds the sequence. Empty: until it is done or skipped."
          />
        </div>
      </div>
    </fieldset>
  )
}
