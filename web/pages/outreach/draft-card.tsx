import { Button } from '../../components/buttons.tsx'
import { Card, Facts } from '../../components/panels.tsx'
import { formatNumber } from '../../format.ts'
import { type FormState, keptValue } from '../../forms.ts'
import { paths } from '../../paths.ts'
import { timingNames } from './step-timing-fields.tsx'

/** A text a model wrote for one person, checked against the limits. */
export type Draft = {
  readonly person_name: string
  readonly subject: string
  readonly body: string
  /** The same with names turned into variables, as it goes into the step. */
  readonly template: { readonly subject: string; readonly body: string }
  readonly used_facts: readonly { readonly id: string; readonly label: string; readonly value: string }[]
  readonly model: string
  readonly input_tokens: number
  readonly output_tokens: number
  /** Null: the price of this model is not known. */
  readonly cost_usd: number | null
}

const kept = ['step_key', 'kind', ...timingNames, 'thread', 'person_id', 'purpose']

export function DraftCard(props: { draft: Draft; sequence_id: string; form: FormState }) {
  const { draft, form } = props
  return (
    <Card title={`Draft for ${draft.person_name}`} note={`${draft.model} · ${costWords(draft)}`}>
      <div class="stack-y" id="draft">
        {draft.subject === '' ? null : <p class="step-subject">{draft.subject}</p>}
        <p class="mail-draft">{draft.body}</p>
        <Facts facts={draft.used_facts.map(({ label, value }) => ({ label, value }))} />
        <p class="hint">
          These are the facts it says it used. Inserted, names and places become variables, because everybody in the
          sequence gets this text. Read it once more.
        </p>
        <form method="post" action={paths.previewStep(props.sequence_id)} class="contents">
          {kept.map((name) => (
            <input type="hidden" name={name} value={keptValue(form, name)} />
          ))}
          <input type="hidden" name="subject" value={draft.template.subject} />
          <input type="hidden" name="body" value={draft.template.body} />
          <div>
            <Button icon="arrow-up">Insert into the step</Button>
          </div>
        </form>
      </div>
    </Card>
  )
}

function costWords({ cost_usd, input_tokens, output_tokens }: Draft): string {
  const tokens = `${formatNumber(input_tokens + output_tokens)} tokens`
  return cost_usd === null ? `${tokens}, price unknown` : `${tokens}, $${cost_usd.toFixed(4)}`
}
