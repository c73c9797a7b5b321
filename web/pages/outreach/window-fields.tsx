import { CheckboxField, SelectField } from '../../components/fields.tsx'
import { Icon } from '../../components/icon.tsx'
import { type FormState, keptValue, keptValues } from '../../forms.ts'
import { timeZoneOptions } from '../../time-zones.ts'

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** Pairs of `from_1` and `to_1` (`HH:MM`) for Monday and so on; a pair left empty is no window. */
const LEAST_PAIRS = 2
const MOST_PAIRS = 3

/** What a refused form calls each of them. */
export const windowLabels: Readonly<Record<string, string>> = Object.fromEntries(
  weekdays.flatMap((day, index) => [
    [`from_${index + 1}`, day],
    [`to_${index + 1}`, day],
  ]),
)

/** When mails may leave: up to three windows a weekday, holidays, and the zone that stands in. */
export function WindowFields(props: { form: FormState; time_zone_label: string }) {
  const { form } = props
  const most = Math.max(...weekdays.map((_, index) => keptValues(form, `from_${index + 1}`).filter(Boolean).length))
  const pairs = Math.min(MOST_PAIRS, Math.max(LEAST_PAIRS, most + 1))
  return (
    <fieldset class="fieldset-plain">
      <legend class="label-text">Send windows, in the recipient’s time</legend>
      <div class="window-grid">
        {weekdays.map((day, index) => (
          <WindowRow form={form} day={day} number={index + 1} pairs={pairs} />
        ))}
      </div>
      <p class="hint">A day without times is a day without mail. 00:00 as an end is midnight.</p>
      <div class="form-columns">
        <CheckboxField
          form={form}
          name="skip_holidays"
          label="Not on holidays"
          hint="Neither on public holidays of the recipient’s country nor on your own days off; business days leave them out, too."
        />
        <SelectField
          form={form}
          name="time_zone"
          label={props.time_zone_label}
          options={timeZoneOptions(keptValue(form, 'time_zone'))}
          required
        />
      </div>
    </fieldset>
  )
}

function WindowRow(props: { form: FormState; day: string; number: number; pairs: number }) {
  const { form, day, number } = props
  const [from, to] = [`from_${number}`, `to_${number}`]
  const used = Math.max(...[from, to].map((name) => keptValues(form, name).findLastIndex((time) => time !== '') + 1))
  const error = form.errors[from] ?? form.errors[to]
  const name = form.errors[from] === undefined ? to : from
  return (
    <div class="window-row">
      <span class="window-day">{day}</span>
      <div class="window-pairs">
        <WindowPair form={form} day={day} number={number} index={0} />
        <details class="window-more" open={used > 1}>
          <summary aria-label={`${day}: more hours`}>
            <Icon name="plus" size={14} />
          </summary>
          {Array.from({ length: props.pairs - 1 }, (_, index) => (
            <WindowPair form={form} day={day} number={number} index={index + 1} />
          ))}
        </details>
      </div>
      {error === undefined ? null : (
        <p class="field-error" id={`field-${name}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}

function WindowPair(props: { form: FormState; day: string; number: number; index: number }) {
  const { form, day, number, index } = props
  return (
    <span class="window-pair">
      <TimeInput form={form} name={`from_${number}`} index={index} label={`${day} from, window ${index + 1}`} />
      <span aria-hidden="true">–</span>
      <TimeInput form={form} name={`to_${number}`} index={index} label={`${day} until, window ${index + 1}`} />
    </span>
  )
}

function TimeInput(props: { form: FormState; name: string; index: number; label: string }) {
  const { form, name, index } = props
  const invalid = form.errors[name] !== undefined
  const id = index === 0 ? `field-${name}` : `field-${name}-${index + 1}`
  return (
    <>
      <label class="sr-only" for={id}>
        {props.label}
      </label>
      <input
        class="input"
        type="time"
        name={name}
        id={id}
        value={keptValues(form, name)[index] ?? ''}
        aria-invalid={invalid ? 'true' : undefined}
        aria-describedby={invalid ? `field-${name}-error` : undefined}
      />
    </>
  )
}
