import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as v from 'valibot'
import { listStepsOf } from '../../db/queries/steps.ts'
import { listVersions } from '../../db/queries/versions.ts'
import type { Row } from '../../db/schema.ts'
import { plural } from '../../web/format.ts'
import type { FormState } from '../../web/forms.ts'
import { ReviewStepsPage } from '../../web/pages/outreach/review-steps-page.tsx'
import type { SaidChange } from '../../web/pages/outreach/step-diff.tsx'
import { VersionsPage } from '../../web/pages/outreach/versions-page.tsx'
import { paths, routes } from '../../web/paths.ts'
import { diffSteps, isChanged, type StepChange, type StepText } from '../domain/sequences/diff-steps.ts'
import { requireSequence } from '../domain/sequences/require-sequence.ts'
import { reviewSteps } from '../domain/sequences/review-steps.ts'
import { type StepInput, saveSteps, saveStepsInput, stepInputs } from '../domain/sequences/save-steps.ts'
import type { SignedInEnv } from '../env.ts'
import { ConflictError, InvalidError } from '../errors.ts'
import { readId } from '../middleware/read-id.ts'
import { headOf, requireSequencePage } from './outreach-sequence.ts'
import { readForm, refusedForm } from './read-form.ts'
import { redirectWithFlash, renderPage } from './render-page.tsx'
import { conditionWords, timingWords } from './step-words.ts'

/** The versions of a sequence: those that there are, and the one that is about to be saved. */
export const versionPages = new Hono<SignedInEnv>()

versionPages.get(routes.sequenceVersions, async (c) => {
  const sequence = await requireSequencePage(c)
  const { db } = c.var.ctx
  const versions = await listVersions(db, sequence.id)
  const steps = await listStepsOf(
    db,
    versions.map(({ version }) => ({ sequence_id: sequence.id, version })),
  )
  const stepsOf = (version: number) => steps.filter((step) => step.version === version)
  const rows = versions.map((row) => ({
    ...row,
    steps: stepsOf(row.version).length,
    changes: diffSteps(stepsOf(row.version - 1), stepsOf(row.version))
      .filter(isChanged)
      .map(inWords),
  }))
  return renderPage(c, <VersionsPage sequence={headOf(c, sequence)} rows={rows} />)
})

const json = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): unknown => {
    try {
      return JSON.parse(dataset.value)
    } catch {
      addIssue({ message: 'The steps could not be read. Go back and edit them once more.' })
      return NEVER
    }
  }),
)

const versionForm = v.object({
  steps: v.pipe(json, stepInputs),
  base_version: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
  choice: v.pipe(v.optional(v.string(), ''), v.picklist(saveStepsInput.entries.choice.wrapped.options, 'Choose one.')),
  done: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
})

versionPages.post(routes.sequenceVersions, async (c) => {
  const sequence = await requireSequence(c.var.ctx, readId(c, 'sequence'))
  const read = await readForm(c, versionForm)
  if (!read.isValid) {
    const steps = v.safeParse(versionForm.entries.steps, read.form.values.steps)
    if (!steps.success) throw new InvalidError('The steps could not be read. Go back and edit them once more.')
    return reviewPage(c, sequence, steps.output, read.form, 422)
  }
  const { done, ...edit } = read.output
  try {
    const { version } = await saveSteps(c.var.ctx, { sequence_id: sequence.id, ...edit })
    const text = `${done} Version ${version} begins.`.trim()
    return redirectWithFlash(c, paths.sequence(sequence.id), { tone: 'good', text })
  } catch (error) {
    if (!(error instanceof InvalidError || error instanceof ConflictError)) throw error
    return reviewPage(c, sequence, edit.steps, refusedForm(read.values, {}, error.message), 422)
  }
})

/**
 * Saves steps, or, where somebody is in the sequence already, shows first what that changes and for whom.
 *
 * @param done what was done, as it is said once it is saved
 */
export async function saveOrReview(
  c: Context<SignedInEnv>,
  sequence: Row<'sequence'>,
  steps: StepInput[],
  done: string,
): Promise<Response> {
  const { ctx } = c.var
  const review = sequence.activated_at === null ? null : await reviewSteps(ctx, sequence, steps)
  if (review !== null && review.people > 0) {
    const values = { done, choice: 'after_current_step' }
    return reviewPage(c, sequence, steps, { values, errors: {} })
  }
  const { version } = await saveSteps(ctx, { sequence_id: sequence.id, steps })
  const text = version === sequence.version ? done : `${done} Version ${version} begins.`
  return redirectWithFlash(c, paths.sequence(sequence.id), { tone: 'good', text })
}

async function reviewPage(
  c: Context<SignedInEnv>,
  sequence: Row<'sequence'>,
  steps: StepInput[],
  form: FormState,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  const { changes, ...review } = await reviewSteps(c.var.ctx, sequence, steps)
  const shown = { ...review, changes: changes.map(inWords) }
  const values = { ...form.values, steps: JSON.stringify(steps), base_version: String(sequence.version) }
  return renderPage(c, <ReviewStepsPage sequence={sequence} review={shown} form={{ ...form, values }} />, { status })
}

function inWords(change: StepChange): SaidChange {
  const { before, after } = change
  return { ...change, before: before && said(before), after: after && said(after) }
}

function said<Step extends StepText>(step: Step): Step & { timing_words: string } {
  const { time_out_days: days } = step
  const parts = [
    timingWords(step),
    conditionWords(step.condition),
    days === null ? null : `given up after ${plural(days, 'day')}`,
  ]
  return { ...step, timing_words: parts.filter((part) => part !== null).join(', ') }
}
