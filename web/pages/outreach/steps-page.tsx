import type { DelayUnit, StepKind, StepThread } from '../../../db/tables/step.ts'
import { ConfirmButton, LinkButton, PostButton } from '../../components/buttons.tsx'
import { Icon } from '../../components/icon.tsx'
import { Banner, EmptyState } from '../../components/panels.tsx'
import { formatNumber, formatPercent, plural } from '../../format.ts'
import { paths } from '../../paths.ts'
import { SequenceFrame, type SequenceHead } from './sequence-frame.tsx'
import { dayWords, stepKindNames, stepKinds, waitWords } from './words.ts'

export type StepCard = {
  readonly step_key: string
  readonly position: number
  readonly kind: StepKind
  readonly delay_amount: number
  readonly delay_unit: DelayUnit
  /** What a step hangs on that does not wait for the one before it: "14 days before doors open". */
  readonly timing_words: string | null
  readonly condition_words: string | null
  readonly time_out_days: number | null
  readonly thread: StepThread
  readonly subject: string
  readonly body: string
  /** What keeps it from being activated: a draft may be unfinished. */
  readonly problems: readonly string[]
  readonly planned: number
  readonly sent: number
  readonly opened: number
  readonly replied: number
  readonly open_tasks: number
  readonly done_tasks: number
}

export type StepsPageProps = {
  sequence: SequenceHead
  steps: readonly StepCard[]
  /** People who still go through an older version, by version. */
  older: readonly { readonly version: number; readonly people: number }[]
}

export function StepsPage(props: StepsPageProps) {
  const { sequence, steps } = props
  const days = dayWords(steps)
  const locked = sequence.status === 'archived'
  return (
    <SequenceFrame sequence={sequence} tab="steps">
      <VersionNote {...props} />
      {steps.length === 0 ? (
        <div class="sheet">
          <EmptyState
            icon="mail"
            title="No steps yet"
            text="Begin with an automatic email; two or three follow-ups, a few business days apart, bring most answers."
          >
            <LinkButton href={paths.newStep(sequence.id, { kind: 'email' })} icon="plus">
              Add the first email
            </LinkButton>
          </EmptyState>
        </div>
      ) : (
        <ol class="step-list">
          {steps.map((step, index) => (
            <li>
              {locked || index === 0 ? null : <InsertStep sequence_id={sequence.id} position={step.position} />}
              {index > 0 || step.delay_amount > 0 || step.timing_words !== null ? (
                <p class="step-wait">
                  <Icon name="clock" size={12} />
                  {step.timing_words ?? waitWords(step.delay_amount, step.delay_unit)}
                  {step.condition_words === null ? '' : ` · ${step.condition_words}`}
                  {step.time_out_days === null ? '' : ` · given up after ${plural(step.time_out_days, 'day')}`}
                </p>
              ) : null}
              <StepSheet
                sequence_id={sequence.id}
                step={step}
                day={days[index] ?? null}
                count={steps.length}
                locked={locked}
              />
            </li>
          ))}
        </ol>
      )}
      {locked || steps.length === 0 ? null : <AddStep sequence_id={sequence.id} />}
    </SequenceFrame>
  )
}

function VersionNote({ sequence, older }: StepsPageProps) {
  const behind = older.filter(({ version }) => version < sequence.version)
  if (sequence.status !== 'active' && sequence.status !== 'paused') return null
  const people = behind.reduce((sum, { people }) => sum + people, 0)
  return (
    <Banner tone="neutral" action={<a href={paths.sequenceVersions(sequence.id)}>Versions</a>}>
      You may edit a running sequence: before a change is saved you see whom it touches, and choose who gets it.
      {people > 0 ? ` ${plural(people, 'person is', 'people are')} still on an older version.` : ''}
    </Banner>
  )
}

function StepSheet(props: { sequence_id: string; step: StepCard; day: string | null; count: number; locked: boolean }) {
  const { sequence_id, step, day, count, locked } = props
  const { label, icon } = stepKinds[step.kind]
  const edit = paths.sequenceStep(sequence_id, step.step_key)
  const name = `step ${step.position}`
  const subject = subjectOf(step)
  return (
    <article class="sheet step-sheet" aria-label={`Step ${step.position}: ${label}`}>
      <header class="sheet-head">
        <Icon name={icon} />
        <h2>
          {day ?? `Step ${step.position}`} · {label}
        </h2>
        {step.kind === 'email' && step.thread === 'reply' ? <span class="muted text-xs">same thread</span> : null}
        {locked ? null : (
          <div class="sheet-actions">
            {step.position > 1 ? (
              <PostButton
                action={paths.moveStep(sequence_id, step.step_key)}
                fields={{ direction: 'up' }}
                kind="quiet"
                small
                icon="arrow-up"
                label={`Move ${name} up`}
              />
            ) : null}
            {step.position < count ? (
              <PostButton
                action={paths.moveStep(sequence_id, step.step_key)}
                fields={{ direction: 'down' }}
                kind="quiet"
                small
                icon="arrow-down"
                label={`Move ${name} down`}
              />
            ) : null}
            <LinkButton href={edit} small icon="pencil" aria-label={`Edit ${name}`}>
              Edit
            </LinkButton>
            <ConfirmButton
              action={paths.removeStep(sequence_id, step.step_key)}
              label="Remove"
              confirm_label={`Remove ${name}`}
              kind="quiet"
              small
            >
              What was sent stays in the records.
            </ConfirmButton>
          </div>
        )}
      </header>
      <div class="sheet-body">
        {locked ? null : step.problems.map((problem) => <p class="field-error">Before it can be sent: {problem}</p>)}
        {subject === null ? null : <p class="step-subject">{subject}</p>}
        <p class="step-body">{step.body === '' ? <span class="muted">No text</span> : step.body}</p>
        <StepFigures step={step} />
      </div>
    </article>
  )
}

function subjectOf(step: StepCard) {
  if (step.subject !== '') return step.subject
  if (step.kind === 'email' && step.thread === 'reply') return <span class="muted">Re: subject of the first mail</span>
  return step.kind === 'email' ? <span class="muted">No subject</span> : null
}

function StepFigures({ step }: { step: StepCard }) {
  const figures: readonly (readonly [string, string])[] =
    step.kind === 'email'
      ? [
          ['planned', formatNumber(step.planned)],
          ['sent', formatNumber(step.sent)],
          ['opened', formatPercent(step.opened, step.sent)],
          ['replied', formatPercent(step.replied, step.sent)],
        ]
      : [
          ['open', formatNumber(step.open_tasks)],
          ['done', formatNumber(step.done_tasks)],
        ]
  return (
    <p class="step-figures">
      {figures.map(([label, value]) => (
        <span>
          <b class="tabular-nums">{value}</b> {label}
        </span>
      ))}
    </p>
  )
}

function InsertStep(props: { sequence_id: string; position: number }) {
  const { sequence_id, position } = props
  return (
    <span class="step-insert">
      <LinkButton
        href={paths.newStep(sequence_id, { kind: 'email', position: String(position) })}
        kind="quiet"
        small
        icon="plus"
        aria-label={`Insert a step between step ${position - 1} and step ${position}`}
      />
    </span>
  )
}

function AddStep(props: { sequence_id: string }) {
  return (
    <nav class="step-add" aria-label="Add a step">
      <span class="muted text-sm">Add a step</span>
      {stepKindNames.map((kind) => (
        <LinkButton href={paths.newStep(props.sequence_id, { kind })} small icon={stepKinds[kind].icon}>
          {stepKinds[kind].label}
        </LinkButton>
      ))}
    </nav>
  )
}
