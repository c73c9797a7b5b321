import * as v from 'valibot'
import { updateSequenceRow } from '../../../db/queries/sequences.ts'
import { listSteps, type NewStep, replaceSteps } from '../../../db/queries/steps.ts'
import { saveVersion } from '../../../db/queries/versions.ts'
import type { Row } from '../../../db/schema.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { ConflictError, InvalidError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { uuid } from '../../uuid.ts'
import { parseInput } from '../parse-input.ts'
import { stageMove } from './move-enrollments.ts'
import { requireLockedSequence } from './require-sequence.ts'
import { findStepProblems, findTextProblems } from './step-problems.ts'
import { findTimingProblems, stepTimingEntries, timingColumns } from './step-timing-input.ts'

export const stepInput = v.object({
  /** of a step that exists: editing it never mails it again; absent for a new one */
  step_key: v.optional(uuid),
  kind: v.picklist(['email', 'manual_email', 'call', 'linkedin', 'task']),
  ...stepTimingEntries,
  thread: v.optional(v.picklist(['new', 'reply']), 'new'),
  subject: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500)), ''),
  body: v.pipe(v.string(), v.maxLength(20_000)),
})
const wholeStep = v.pipe(
  stepInput,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const input = dataset.value
    for (const { field: key, message } of findTimingProblems(input))
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: input[key] }] })
  }),
)
export const stepInputs = v.pipe(v.array(wholeStep), v.maxLength(50, 'At most 50 steps.'))
export type StepInput = v.InferInput<typeof stepInput>

export const saveStepsInput = v.object({
  sequence_id: uuid,
  steps: stepInputs,
  /** what becomes of those who are in it */
  choice: v.optional(v.picklist(['after_current_step', 'now', 'new_people_only']), 'after_current_step'),
  /** the version the change was made from; when another has been saved in the meantime nothing is */
  base_version: v.optional(v.number()),
})

/**
 * Puts these steps, in this order, in the place of the sequence's steps. A draft keeps its version; once it has been
 * activated a new version begins, and `choice` says what becomes of those who are in an older one: they go on in the new
 * one when the step they stand at is done, or at once (a job moves them), or they stay on the text they were planned with.
 */
export async function saveSteps(ctx: Ctx, input: v.InferInput<typeof saveStepsInput>): Promise<{ version: number }> {
  const { sequence_id, steps, choice, base_version } = parseInput(saveStepsInput, input)
  return transact(ctx, async (tx) => {
    const sequence = await requireLockedSequence(tx, sequence_id)
    if (sequence.status === 'archived') throw new ConflictError('An archived sequence cannot be changed.')
    if (base_version !== undefined && base_version !== sequence.version)
      throw new ConflictError(`Version ${sequence.version} was saved in the meantime.`)
    const known = (await listSteps(tx.db, sequence_id, sequence.version)).map((step) => step.step_key)
    const version = sequence.activated_at === null ? sequence.version : sequence.version + 1
    checkSteps(sequence, steps)
    await writeSteps(tx, { sequence_id, version, known, choice }, steps)
    await updateSequenceRow(tx.db, sequence_id, { version, updated_at: tx.clock.now() })
    if (version > sequence.version && choice === 'now') await stageMove(tx, { sequence_id, version })
    return { version }
  })
}

/** @throws InvalidError naming what keeps these steps from being saved, or from being sent once the sequence runs */
export function checkSteps(sequence: Pick<Row<'sequence'>, 'activated_at'>, steps: readonly StepInput[]): void {
  const problems = sequence.activated_at === null ? findTextProblems(steps) : findStepProblems(steps)
  if (problems.length > 0) throw new InvalidError(problems[0]?.message ?? 'Invalid', fieldsOf(problems))
}

/** @param to.known the step keys a given one must be among: a key of another sequence would tie two steps together */
export async function writeSteps(
  tx: TxCtx,
  to: { sequence_id: string; version: number; known: readonly string[]; choice: MoveChoice },
  steps: readonly StepInput[],
): Promise<void> {
  const { sequence_id, version, known, choice } = to
  const now = tx.clock.now()
  const keys = steps.map((step) => step.step_key).filter((key) => key !== undefined)
  if (new Set(keys).size < keys.length) throw new InvalidError('A step is named twice.')
  await replaceSteps(tx.db, { sequence_id, version, now }, newSteps(steps, known))
  await saveVersion(tx.db, { sequence_id, version, choice, saved_by: tx.actor?.user_id ?? null, now })
}

/** Steps as they are stored; one without a known key is new. */
export function newSteps(steps: readonly StepInput[], known: readonly string[]): NewStep[] {
  return steps.map((step, index) => ({
    id: crypto.randomUUID(),
    step_key: step.step_key !== undefined && known.includes(step.step_key) ? step.step_key : crypto.randomUUID(),
    position: index + 1,
    kind: step.kind,
    ...timingColumns(step),
    thread: step.thread ?? 'new',
    subject: step.subject ?? '',
    body: step.body,
  }))
}

/** `steps.0.subject`, as the form names its fields. */
export function fieldsOf(
  problems: readonly { position: number; field: string; message: string }[],
): Record<string, string> {
  return Object.fromEntries(
    problems.map((problem) => [`steps.${problem.position - 1}.${problem.field}`, problem.message]),
  )
}
