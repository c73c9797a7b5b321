import type { Progress } from '../../../db/queries/enrollments.ts'
import { listStepsOf } from '../../../db/queries/steps.ts'
import { setVersions } from '../../../db/queries/version-moves.ts'
import { type History, listHistories } from '../../../db/queries/versions.ts'
import type { Row } from '../../../db/schema.ts'
import type { TxCtx } from '../../context.ts'
import { nextStep } from './next-step.ts'
import type { Done, StepCache } from './plan-next.ts'

/** Where an enrollment goes on after a step. */
export interface GoesOn {
  is_moved: boolean
  /** in the version it goes on in */
  progress: Progress
  /** undefined: nothing is left */
  step: Row<'step'> | undefined
  previous: Date
  /** no mail was sent to them before */
  is_first: boolean
  /** of the step's mail: above 0 when an earlier one was cancelled because the step had become a task */
  rotation: number
}

/**
 * What comes next for each, in its version or in the one a rep has sent it on to. Those that go on in another version
 * are moved there. Whoever has a step open already is left out: asked twice, it plans once.
 */
export async function goOn(tx: TxCtx, done: readonly Done[], cache: StepCache): Promise<GoesOn[]> {
  await fillCache(tx, done, cache)
  const histories = await historiesOf(tx, done)
  const ways = done.flatMap((one) => wayOf(one, histories.get(one.progress.id), cache))
  const moved = ways.filter(({ is_moved }) => is_moved).map(({ progress: { id, version } }) => ({ id, version }))
  await setVersions(tx.db, moved, { keeps_step: false, now: tx.clock.now() })
  return ways
}

function wayOf({ progress, step_key, done_at }: Done, history: History | undefined, cache: StepCache): GoesOn[] {
  if (history?.is_open) return []
  const versions = versionsOf(progress)
  const orders = versions.map((version) => cache.get(versionKey({ ...progress, version })) ?? [])
  const version = versions.at(-1) ?? progress.version
  const step = nextStep({ done: new Set(history?.done), current: step_key, orders })
  const is_first = history === undefined ? !orders[0]?.some(isEmailBefore(step)) : !history.has_mailed
  const rotation = (history?.rotations[step?.step_key ?? ''] ?? -1) + 1
  const is_moved = versions.length > 1
  return [{ is_moved, progress: { ...progress, version }, step, previous: done_at, is_first, rotation }]
}

/** The versions whose orders they go through, from the one in which they came to their step to the one they go on in. */
function versionsOf({ from_version, version, sent_on_to }: Progress): number[] {
  const later = [version, ...sent_on_to].filter((one) => one > from_version)
  return [from_version, ...new Set(later.sort((one, other) => one - other))]
}

/** In a sequence that was never edited a place says it all; nobody's history is read. */
async function historiesOf(tx: TxCtx, done: readonly Done[]): Promise<Map<string, History>> {
  const edited = done
    .filter(({ progress }) => (versionsOf(progress).at(-1) ?? 1) > 1)
    .map(({ progress }) => progress.id)
  const rows = edited.length === 0 ? [] : await listHistories(tx.db, edited)
  return new Map(rows.map((row) => [row.enrollment_id, row]))
}

const isEmailBefore = (step: Row<'step'> | undefined) => (other: Row<'step'>) =>
  other.kind === 'email' && step !== undefined && other.position < step.position

const versionKey = (of: { sequence_id: string; version: number }) => `${of.sequence_id}/${of.version}`

async function fillCache(tx: TxCtx, done: readonly Done[], cache: StepCache): Promise<void> {
  const missing = new Map<string, { sequence_id: string; version: number }>()
  for (const { progress } of done)
    for (const version of versionsOf(progress)) {
      const of = { sequence_id: progress.sequence_id, version }
      if (!cache.has(versionKey(of))) missing.set(versionKey(of), of)
    }
  for (const key of missing.keys()) cache.set(key, [])
  for (const step of await listStepsOf(tx.db, [...missing.values()])) cache.get(versionKey(step))?.push(step)
}
