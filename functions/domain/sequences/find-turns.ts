import type { Progress } from '../../../db/queries/enrollments.ts'
import { listStepsOf } from '../../../db/queries/steps.ts'
import { type History, listHistories, listMailed } from '../../../db/queries/versions.ts'
import type { TxCtx } from '../../context.ts'
import { stepsAhead } from './next-step.ts'
import type { PlanCache, Turn } from './plan-next.ts'

/** Where somebody stands, and since when. */
export interface Stand {
  progress: Progress
  /** null: before the first step */
  step_key: string | null
  /** when it, or the step before it, was done */
  done_at: Date
  /** known without asking: a mail of theirs has left */
  has_mailed?: boolean
}

/**
 * What lies before each: in their version, or in those a rep has sent them on to. Whoever has a step open already is left
 * out: asked twice, it plans once.
 *
 * @param at whether the step itself is to be planned once more
 */
export async function findTurns(
  tx: TxCtx,
  stands: readonly Stand[],
  steps: PlanCache['steps'],
  at: 'behind' | 'before' = 'behind',
): Promise<Turn[]> {
  await fillSteps(tx, stands, steps)
  const histories = await historiesOf(tx, stands)
  const mailed = await mailedOf(tx, stands, steps)
  return stands.flatMap(({ progress, step_key, done_at }): Turn[] => {
    const history = histories.get(progress.id)
    if (history?.is_open) return []
    const stepsIn = (version: number) => steps.get(versionKey({ ...progress, version })) ?? []
    const ahead = stepsAhead({
      done: new Set(history?.done),
      current: step_key,
      orders: versionsOf(progress).map(stepsIn),
    })
    const own = at === 'before' ? stepsIn(progress.version).find((step) => step.step_key === step_key) : undefined
    const whole = own === undefined ? ahead : [own, ...ahead]
    const { has_mailed, rotations } = history ?? { has_mailed: mailed.has(progress.id), rotations: {} }
    return [{ progress, ahead: whole, previous: done_at, has_mailed, rotations, stays: own?.step_key ?? null }]
  })
}

/** The versions whose orders they go through, from the one in which they came to their step to the one they go on in. */
function versionsOf({ from_version, version, sent_on_to }: Progress): number[] {
  const later = [version, ...sent_on_to].filter((one) => one > from_version)
  return [from_version, ...new Set(later.sort((one, other) => one - other))]
}

/** In a sequence that was never edited a place says what is done; nobody's history is read. */
async function historiesOf(tx: TxCtx, stands: readonly Stand[]): Promise<Map<string, History>> {
  const edited = stands.filter(({ progress }) => (versionsOf(progress).at(-1) ?? 1) > 1)
  const ids = edited.map(({ progress }) => progress.id)
  const rows = ids.length === 0 ? [] : await listHistories(tx.db, ids)
  return new Map(rows.map((row) => [row.enrollment_id, row]))
}

/** Of those who may have had a mail: one that was passed over has written to nobody. */
async function mailedOf(tx: TxCtx, stands: readonly Stand[], steps: PlanCache['steps']): Promise<ReadonlySet<string>> {
  const known = stands.filter((stand) => stand.has_mailed).map(({ progress }) => progress.id)
  const some = stands.filter(({ progress, step_key, has_mailed }) => {
    if (has_mailed) return false
    const own = steps.get(versionKey(progress)) ?? []
    const position = own.find((step) => step.step_key === step_key)?.position ?? 0
    return own.some((step) => step.kind === 'email' && step.position <= position)
  })
  const ids = some.map(({ progress }) => progress.id)
  return new Set([...known, ...(ids.length === 0 ? [] : await listMailed(tx.db, ids))])
}

const versionKey = (of: { sequence_id: string; version: number }) => `${of.sequence_id}/${of.version}`

async function fillSteps(tx: TxCtx, stands: readonly Stand[], steps: PlanCache['steps']): Promise<void> {
  const missing = new Map<string, { sequence_id: string; version: number }>()
  for (const { progress } of stands)
    for (const version of versionsOf(progress)) {
      const of = { sequence_id: progress.sequence_id, version }
      if (!steps.has(versionKey(of))) missing.set(versionKey(of), of)
    }
  for (const key of missing.keys()) steps.set(key, [])
  for (const step of await listStepsOf(tx.db, [...missing.values()])) steps.get(versionKey(step))?.push(step)
}
