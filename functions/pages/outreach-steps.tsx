import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as v from 'valibot'
import { listEnrollChoices } from '../../db/queries/enroll-choices.ts'
import { listStepFigures } from '../../db/queries/step-figures.ts'
import { listSteps } from '../../db/queries/steps.ts'
import type { Row } from '../../db/schema.ts'
import { type FormState, formOf, keptValue } from '../../web/forms.ts'
import type { Draft } from '../../web/pages/outreach/draft-card.tsx'
import type { Preview } from '../../web/pages/outreach/preview-card.tsx'
import { StepFormPage } from '../../web/pages/outreach/step-form-page.tsx'
import { StepsPage } from '../../web/pages/outreach/steps-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { draftStep, draftStepInput } from '../domain/drafts/draft-step.ts'
import { previewStep } from '../domain/email/preview-step.ts'
import { variableNames } from '../domain/email/render.ts'
import { requireSequence } from '../domain/sequences/require-sequence.ts'
import { type StepInput, stepInput } from '../domain/sequences/save-steps.ts'
import { findStepProblems } from '../domain/sequences/step-problems.ts'
import { timingOfStep } from '../domain/sequences/step-timing-input.ts'
import type { SignedInEnv } from '../env.ts'
import { AppError, ConflictError, InvalidError, NotFoundError, statusOf } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { activeEventOf } from './active-event.tsx'
import { stepForm } from './outreach-forms.ts'
import { headOf, requireSequencePage } from './outreach-sequence.ts'
import { saveOrReview } from './outreach-versions.tsx'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'
import { stepTimingValues } from './step-timing-form.ts'
import { conditionWords, timingWords } from './step-words.ts'

/** The steps of a sequence, one after another, and the editor of one. */
export const stepPages = new Hono<SignedInEnv>()

/** How many people the editor offers for a preview; a search narrows them. */
const PREVIEW_PEOPLE = 25

stepPages.get(routes.sequence, async (c) => {
  const sequence = await requireSequencePage(c)
  const figures = await listStepFigures(c.var.ctx.db, { sequence_id: sequence.id, version: sequence.version })
  const problems = findStepProblems(figures)
  const steps = figures.map((step) => ({
    ...step,
    problems: problems.filter(({ position }) => position === step.position).map(({ message }) => message),
    timing_words: step.timing === 'wait' ? null : timingWords(step),
    condition_words: conditionWords(step.condition),
  }))
  return renderPage(c, <StepsPage sequence={headOf(c, sequence)} steps={steps} older={steps[0]?.older ?? []} />)
})

stepPages.get(routes.sequenceSteps, (c) => c.redirect(paths.sequence(readId(c, 'sequence')), 303))

stepPages.get(routes.newStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const kind = v.safeParse(stepInput.entries.kind, c.req.query('kind'))
  const position = positionOf(c.req.query('position'), steps)
  const isFirst = position === 1
  const form = formOf({
    position,
    kind: kind.success ? kind.output : 'email',
    delay_amount: isFirst ? 0 : 3,
    delay_unit: 'business_days',
    ...{ timing: 'wait', anchor_side: 'before', clock: 'recipient', when_late: 'skip' },
    thread: isFirst ? 'new' : 'reply',
  })
  return editor(c, { sequence, steps, form, step_key: null })
})

stepPages.post(routes.sequenceSteps, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const read = await readForm(c, stepForm)
  if (!read.isValid) return editor(c, { sequence, steps, form: read.form, step_key: null }, 422)
  const form = refusedForm(read.values, {})
  const index = positionOf(keptValue(form, 'position'), steps) - 1
  const edited = inputsOf(steps).toSpliced(index, 0, read.output)
  return save(c, { sequence, steps, form, step_key: null }, edited)
})

stepPages.post(routes.previewStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const form = await typedForm(c)
  const step_key = steps.find((step) => step.step_key === keptValue(form, 'step_key'))?.step_key ?? null
  return editor(c, { sequence, steps, form, step_key })
})

stepPages.post(routes.draftStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const form = await typedForm(c)
  const step_key = steps.find((step) => step.step_key === keptValue(form, 'step_key'))?.step_key ?? null
  const editing = { sequence, steps, form, step_key }
  const read = await readForm(c, v.omit(draftStepInput, ['sequence_id']))
  if (!read.isValid) return editor(c, { ...editing, form: read.form }, 422)
  try {
    const draft = await draftStep(c.var.ctx, { sequence_id: sequence.id, ...read.output })
    return editor(c, { ...editing, draft })
  } catch (error) {
    const isExpected = error instanceof AppError && !(error instanceof NotFoundError)
    if (!isExpected) throw error
    const refused = { ...form, errors: error.fields, form_error: error.message }
    return editor(c, { ...editing, form: refused }, statusOf(error))
  }
})

stepPages.get(routes.sequenceStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const step = stepOf(c, steps)
  const { kind, thread, subject, body } = step
  const form = formOf({ kind, ...stepTimingValues(step), thread, subject, body })
  return editor(c, { sequence, steps, form, step_key: step.step_key })
})

stepPages.post(routes.sequenceStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const { step_key } = stepOf(c, steps)
  const read = await readForm(c, stepForm)
  if (!read.isValid) return editor(c, { sequence, steps, form: read.form, step_key }, 422)
  const changed = inputsOf(steps).map((step) => (step.step_key === step_key ? { step_key, ...read.output } : step))
  return save(c, { sequence, steps, form: refusedForm(read.values, {}), step_key }, changed)
})

stepPages.post(routes.moveStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const from = steps.indexOf(stepOf(c, steps))
  const { direction } = await c.req.parseBody()
  const to = from + (direction === 'up' ? -1 : 1)
  const [moved, other] = [steps[from], steps[to]]
  if (moved === undefined || other === undefined)
    return redirectWithFlash(c, paths.sequence(sequence.id), { tone: 'good', text: 'The step stands there already.' })
  const edited = inputsOf(steps.with(to, moved).with(from, other))
  return saveOrGoBack(c, sequence, edited, `Step ${from + 1} is now step ${to + 1}.`)
})

stepPages.post(routes.removeStep, async (c) => {
  const { sequence, steps } = await requireSteps(c)
  const step = stepOf(c, steps)
  const left = steps.filter((one) => one !== step)
  return saveOrGoBack(c, sequence, inputsOf(left), `Step ${step.position} is removed.`)
})

/** Where a new step is to stand: at the end, unless a place was chosen. */
function positionOf(typed: string | undefined, steps: readonly unknown[]): number {
  const last = steps.length + 1
  return /^[1-9]\d{0,2}$/.test(typed ?? '') ? Math.min(Number(typed), last) : last
}

interface Editing {
  sequence: Row<'sequence'>
  steps: readonly Row<'step'>[]
  form: FormState
  /** null: a new step */
  step_key: string | null
  draft?: Draft
}

async function requireSteps(c: Context<SignedInEnv>): Promise<Pick<Editing, 'sequence' | 'steps'>> {
  const { ctx } = c.var
  const sequence = await requireSequence(ctx, readId(c, 'sequence'))
  return { sequence, steps: await listSteps(ctx.db, sequence.id, sequence.version) }
}

function stepOf(c: Context<SignedInEnv>, steps: readonly Row<'step'>[]): Row<'step'> {
  const key = readId(c, 'step', 'stepId')
  const step = steps.find((one) => one.step_key === key)
  if (step === undefined) throw new NotFoundError('step')
  return step
}

const inputsOf = (steps: readonly Row<'step'>[]): StepInput[] =>
  steps.map((step) => {
    const { step_key, kind, thread, subject, body } = step
    return { step_key, kind, ...timingOfStep(step), thread, subject, body }
  })

/** Everything that was typed, without judging it: a preview of an unfinished step is worth seeing. */
async function typedForm(c: Context<SignedInEnv>): Promise<FormState> {
  const read = await readForm(c, v.looseObject({}))
  return read.isValid ? refusedForm(read.values, {}) : read.form
}

async function save(c: Context<SignedInEnv>, editing: Editing, steps: StepInput[]): Promise<Response> {
  const { sequence, form, step_key } = editing
  const index =
    step_key === null
      ? positionOf(keptValue(form, 'position'), editing.steps) - 1
      : steps.findIndex((step) => step.step_key === step_key)
  try {
    return await saveOrReview(c, sequence, steps, `Step ${index + 1} is saved.`)
  } catch (error) {
    if (!(error instanceof InvalidError || error instanceof ConflictError)) throw error
    // The verb names a field by its place, `steps.1.subject`; the form holds one step. Trouble with another is said on top.
    const own = Object.entries(error.fields).filter(([name]) => name.startsWith(`steps.${index}.`))
    const errors = Object.fromEntries(
      own.map(([name, message]) => [
        formNames[name.split('.').slice(2).join('.')] ?? name.split('.')[2] ?? name,
        message,
      ]),
    )
    return editor(c, { ...editing, form: { ...form, errors, form_error: error.message } }, 422)
  }
}

/** The same for an edit without a form: what a rule forbids is said where it was asked for. */
async function saveOrGoBack(
  c: Context<SignedInEnv>,
  sequence: Row<'sequence'>,
  steps: StepInput[],
  done: string,
): Promise<Response> {
  try {
    return await saveOrReview(c, sequence, steps, done)
  } catch (error) {
    if (!(error instanceof InvalidError || error instanceof ConflictError)) throw error
    return redirectWithFlash(c, paths.sequence(sequence.id), { tone: 'bad', text: error.message })
  }
}

/** A condition is one field of the verb and three of the form. */
const formNames: Readonly<Record<string, string>> = {
  'condition.field': 'condition_field',
  'condition.value': 'condition_value',
}

async function editor(
  c: Context<SignedInEnv>,
  editing: Editing,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const { sequence, steps, form, step_key } = editing
  const { ctx } = c.var
  const position =
    steps.find((step) => step.step_key === step_key)?.position ?? positionOf(keptValue(form, 'position'), steps)
  const people = await peopleFor(c, sequence.id, keptValue(form, 'person_q'))
  const person_id = people.find(({ id }) => id === keptValue(form, 'person_id'))?.id
  const chosen = keptValue(form, 'person_q') === '' ? person_id : (person_id ?? people[0]?.id)
  const shown = chosen === undefined ? form : { ...form, values: { ...form.values, person_id: chosen } }
  return renderPage(
    c,
    <StepFormPage
      sequence={{
        id: sequence.id,
        name: sequence.name,
        version: sequence.version,
        activated: sequence.activated_at !== null,
      }}
      form={shown}
      step_key={step_key}
      position={position}
      variables={variableNames}
      people={people.map(({ id, name, account_name }) => ({
        value: id,
        label: account_name === null ? name : `${name}, ${account_name}`,
      }))}
      preview={chosen === undefined ? null : await previewFor(c, editing, chosen)}
      draft={editing.draft ?? null}
      ai_missing={ctx.config.ai.mode === 'off' ? ctx.config.ai.missing : []}
    />,
    { status },
  )
}

async function peopleFor(c: Context<SignedInEnv>, sequence_id: string, q: string) {
  const everybody = { event_id: activeEventOf(c), persona: null, tiers: null, min_score: null, has_address: null }
  const filter = { ...everybody, q: q.trim() === '' ? null : q.trim().replaceAll('\0', '').slice(0, 100) }
  const page = { cursor: null, limit: PREVIEW_PEOPLE, most: 1, sequence_id }
  return (await listEnrollChoices(c.var.ctx.db, filter, page)).rows
}

async function previewFor(c: Context<SignedInEnv>, editing: Editing, person_id: string): Promise<Preview> {
  const { sequence, steps, form, step_key } = editing
  const [subject, body] = [keptValue(form, 'subject'), keptValue(form, 'body')]
  // A mail in the thread of the first carries the first one's subject.
  const first = steps.find((step) => step.kind === 'email' && step.step_key !== step_key)
  const answers = keptValue(form, 'kind') === 'email' && keptValue(form, 'thread') === 'reply' && first !== undefined
  const written = answers ? `Re: ${first.subject}` : subject
  const shown = await previewStep(c.var.ctx, {
    sequence_id: sequence.id,
    person_id,
    subject: written.slice(0, 500),
    body: body.slice(0, 20_000),
  })
  return {
    person: { id: person_id, ...shown.to },
    subject: shown.subject,
    text: shown.text,
    problems: shown.problems.map(({ field, error }) => `${field === 'subject' ? 'Subject' : 'Text'}: ${error}`),
  }
}
