import { listSteps, listStepsOf } from '../../../db/queries/steps.ts'
import { listMovingVersions, listStandings, type Standing } from '../../../db/queries/versions.ts'
import type { Row } from '../../../db/schema.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import type { StepCondition } from '../../../db/tables/step.ts'
import type { Ctx } from '../../context.ts'
import { parseInput } from '../parse-input.ts'
import { diffSteps, type StepChange, type StepText } from './diff-steps.ts'
import { type Forecast, forecastChange } from './forecast-change.ts'
import { checkSteps, newSteps, type StepInput, saveStepsInput } from './save-steps.ts'
import { noWait } from './timing.ts'

/** What saving would change, and for whom. */
export interface StepsReview {
  base_version: number
  changes: StepChange[]
  /** how many stand at each step of the newest version, or at one that is not in it; null: between two */
  standing: { step_key: string | null; people: number }[]
  people: number
  forecast: Record<MoveChoice, Forecast>
}

/** Compares steps with those of a sequence, and counts whom each choice would touch. Changes nothing; what could not be saved is refused here, too. */
export async function reviewSteps(ctx: Ctx, sequence: Row<'sequence'>, given: StepInput[]): Promise<StepsReview> {
  const { steps } = parseInput(saveStepsInput, { sequence_id: sequence.id, steps: given })
  checkSteps(sequence, steps)
  const old = await listSteps(ctx.db, sequence.id, sequence.version)
  const known = old.map(({ step_key }) => step_key)
  const edited = newSteps(steps, known).map(
    (step): StepText => ({ ...noWait, time_out_days: null, ...step, condition: readCondition(step.condition) }),
  )
  const standings = await listStandings(ctx.db, sequence.id)
  const moving = await listMovingVersions(ctx.db, sequence.id)
  const versions = new Set([...standings.flatMap(({ version, from_version }) => [version, from_version]), ...moving])
  const rows = await listStepsOf(
    ctx.db,
    [...versions].map((version) => ({ sequence_id: sequence.id, version })),
  )
  const steps_of = (version: number) => rows.filter((row) => row.version === version)
  return {
    base_version: sequence.version,
    changes: diffSteps<StepText>(old, edited),
    standing: sumByStep(standings),
    people: standings.reduce((sum, { people }) => sum + people, 0),
    forecast: forecastChange({ standings, steps_of, moving, steps: edited }),
  }
}

function sumByStep(standings: readonly Standing[]): StepsReview['standing'] {
  const sums = new Map<string | null, number>()
  for (const { current, people } of standings) sums.set(current, (sums.get(current) ?? 0) + people)
  return [...sums].map(([step_key, people]) => ({ step_key, people }))
}

/** As the row gives it back. */
const readCondition = (written: string | null | undefined): StepCondition | null =>
  written ? JSON.parse(written) : null
