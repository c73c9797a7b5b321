import type { StepChange, StepText } from '../../../functions/domain/sequences/diff-steps.ts'
import { Chip } from '../../components/chips.tsx'
import { Icon } from '../../components/icon.tsx'
import { plural } from '../../format.ts'
import { stepKinds } from './words.ts'

/** A step whose timing has been put into words. */
type SaidStep = StepText & { readonly timing_words: string }

export type SaidChange = StepChange<SaidStep>

/** Steps of two versions beside each other: what is added, gone, moved, said or timed in another way. */
export function StepDiff(props: { changes: readonly SaidChange[]; standing?: ReadonlyMap<string | null, number> }) {
  return (
    <ol class="step-list">
      {props.changes.map((change) => (
        <li>
          <ChangedStep change={change} people={props.standing?.get(change.step_key) ?? 0} />
        </li>
      ))}
    </ol>
  )
}

function ChangedStep({ change, people }: { change: SaidChange; people: number }) {
  const { before, after } = change
  const step = after ?? before
  if (step === null) return null
  const { label, icon } = stepKinds[step.kind]
  const isSame = chipsOf(change).length === 0
  return (
    <article class="sheet step-sheet" aria-label={`Step ${step.position}: ${label}`}>
      <header class="sheet-head">
        <Icon name={icon} />
        <h3>
          {after === null ? `Was step ${step.position}` : `Step ${step.position}`} · {label}
        </h3>
        <span class="chips">
          {isSame ? <span class="muted text-xs">unchanged</span> : null}
          {chipsOf(change).map(({ text, tone }) => (
            <Chip tone={tone}>{text}</Chip>
          ))}
        </span>
        {people > 0 ? (
          <span class="muted text-xs">
            {plural(people, 'person', 'people')} {people === 1 ? 'is' : 'are'} at this step
          </span>
        ) : null}
      </header>
      {isSame ? null : (
        <div class="sheet-body step-diff">
          {before === null ? null : <Side title="Before" step={before} other={after} mark="del" />}
          {after === null ? null : <Side title="After" step={after} other={before} mark="ins" />}
        </div>
      )}
    </article>
  )
}

function chipsOf(change: SaidChange) {
  const { before, after } = change
  if (before === null) return [{ text: 'added', tone: 'good' as const }]
  if (after === null) return [{ text: 'removed', tone: 'bad' as const }]
  const chips: { text: string; tone: 'info' | 'waiting' }[] = []
  if (change.is_moved) chips.push({ text: `moved from ${before.position} to ${after.position}`, tone: 'info' })
  if (change.is_text_changed) chips.push({ text: 'text changed', tone: 'info' })
  if (change.is_timing_changed) chips.push({ text: 'timing changed', tone: 'waiting' })
  return chips
}

function Side(props: { title: string; step: SaidStep; other: SaidStep | null; mark: 'ins' | 'del' }) {
  const { step, other, mark } = props
  const line = (text: string, was: string | undefined) =>
    other === null || text !== was ? <Marked mark={mark}>{text}</Marked> : text
  const others = new Set(other?.body.split('\n'))
  return (
    <div>
      <h4 class="muted text-xs">{props.title}</h4>
      {other !== null && other.kind !== step.kind ? <p>{line(stepKinds[step.kind].label, undefined)}</p> : null}
      <p class="muted text-sm">{line(step.timing_words, other?.timing_words)}</p>
      <p class="step-subject">{line(subjectOf(step), other === null ? undefined : subjectOf(other))}</p>
      <p class="diff-body">
        {step.body.split('\n').map((text) => (
          <>
            {other !== null && others.has(text) ? text : line(text, undefined)}
            <br />
          </>
        ))}
      </p>
    </div>
  )
}

function Marked(props: { mark: 'ins' | 'del'; children?: string }) {
  return props.mark === 'ins' ? <ins>{props.children}</ins> : <del>{props.children}</del>
}

const subjectOf = ({ subject, kind, thread }: StepText) =>
  kind === 'email' && thread === 'reply' && subject === '' ? 'Re: subject of the first mail' : subject
