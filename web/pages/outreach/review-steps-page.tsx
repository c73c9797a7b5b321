import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import type { Forecast } from '../../../functions/domain/sequences/forecast-change.ts'
import type { StepsReview } from '../../../functions/domain/sequences/review-steps.ts'
import { Button, LinkButton } from '../../components/buttons.tsx'
import { FormActions, FormErrors } from '../../components/fields.tsx'
import { Card } from '../../components/panels.tsx'
import { plural } from '../../format.ts'
import { type FormState, keptValue } from '../../forms.ts'
import { Layout } from '../../layout.tsx'
import { paths } from '../../paths.ts'
import { type SaidChange, StepDiff } from './step-diff.tsx'
import { choiceWords } from './words.ts'

export type ReviewStepsPageProps = {
  sequence: { readonly id: string; readonly name: string; readonly version: number }
  review: Omit<StepsReview, 'changes'> & { readonly changes: readonly SaidChange[] }
  /** `choice`, and the steps as JSON, posted again to confirm them. */
  form: FormState
}

/** What saving changes and for whom, before it is saved. POSTs steps, base_version, choice and what was done. */
export function ReviewStepsPage({ sequence, review, form }: ReviewStepsPageProps) {
  const standing = new Map(review.standing.map(({ step_key, people }) => [step_key, people]))
  const listed = new Set(review.changes.map(({ step_key }) => step_key))
  const elsewhere = review.standing
    .filter(({ step_key }) => step_key === null || !listed.has(step_key))
    .reduce((sum, { people }) => sum + people, 0)
  return (
    <Layout
      title={`Save version ${sequence.version + 1}?`}
      crumbs={[
        { href: paths.outreach(), label: 'Outreach' },
        { href: paths.sequence(sequence.id), label: sequence.name },
      ]}
      subtitle={`${plural(review.people, 'person is', 'people are')} in this sequence now. Nothing has been saved yet.`}
    >
      <div class="columns-side columns-wide">
        <div class="stack-y">
          <h2 class="section-title">What changes</h2>
          <StepDiff changes={review.changes} standing={standing} />
          {elsewhere > 0 ? (
            <p class="hint">
              {plural(elsewhere, 'person', 'people')} {elsewhere === 1 ? 'is' : 'are'} at a step of an older version, or
              between two steps.
            </p>
          ) : null}
        </div>
        <Card title="Whoever is in it now">
          <form method="post" action={paths.sequenceVersions(sequence.id)} class="form">
            <FormErrors form={form} labels={{ choice: 'Who gets it' }} />
            {['steps', 'base_version', 'done'].map((name) => (
              <input type="hidden" name={name} value={keptValue(form, name)} />
            ))}
            <Choices review={review} form={form} />
            <FormActions>
              <Button kind="primary">Save version {sequence.version + 1}</Button>
              <LinkButton kind="quiet" href={paths.sequence(sequence.id)}>
                Cancel
              </LinkButton>
            </FormActions>
          </form>
        </Card>
      </div>
    </Layout>
  )
}

const choices = Object.keys(choiceWords) as MoveChoice[]

function Choices({ review, form }: { review: Pick<StepsReview, 'forecast'>; form: FormState }) {
  const error = form.errors.choice
  return (
    <fieldset class="fieldset-plain" aria-describedby={error ? 'field-choice-error' : undefined}>
      <legend class="label-text">Who gets the new version</legend>
      {choices.map((choice) => (
        <div class="field">
          <label class="check">
            <input
              type="radio"
              class="radio radio-sm"
              name="choice"
              id={choice === choices[0] ? 'field-choice' : undefined}
              value={choice}
              checked={keptValue(form, 'choice') === choice}
              aria-describedby={`choice-${choice}`}
              required
            />
            <span>{choiceWords[choice].label}</span>
          </label>
          <div id={`choice-${choice}`} class="hint">
            <p>{choiceWords[choice].hint}</p>
            <ForecastList forecast={review.forecast[choice]} />
          </div>
        </div>
      ))}
      {error ? (
        <p class="field-error" id="field-choice-error">
          {error}
        </p>
      ) : null}
    </fieldset>
  )
}

const sentences: readonly (readonly [keyof Forecast, one: string, many: string])[] = [
  ['new_text', 'person gets new text', 'people get new text'],
  ['gain', 'person gets a step more', 'people get a step more'],
  ['lose', 'person does not get a step that was ahead', 'people do not get a step that was ahead'],
  ['pass_over', 'person is past a new step and skips it', 'people are past a new step and skip it'],
  ['at_once', 'planned mail changes now', 'planned mails change now'],
]

function ForecastList({ forecast }: { forecast: Forecast }) {
  const shown = sentences.filter(([name]) => forecast[name] > 0)
  if (shown.length === 0) return <p>Nobody who is in it gets anything else.</p>
  return (
    <ul class="forecast-list">
      {shown.map(([name, one, many]) => (
        <li>{plural(forecast[name], one, many)}</li>
      ))}
    </ul>
  )
}
