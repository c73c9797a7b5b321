import type { Insertable } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { DelayUnit, StepKind, StepTable, StepThread } from '../tables/step.ts'

/** Timing that is left out is a wait; a condition is JSON. */
export interface NewStep extends Partial<Pick<Insertable<StepTable>, TimingColumn>> {
  id: string
  step_key: string
  position: number
  kind: StepKind
  delay_amount: number
  delay_unit: DelayUnit
  thread: StepThread
  subject: string
  body: string
}

type TimingColumn =
  | 'timing'
  | 'date_on'
  | 'at_minute'
  | 'anchor'
  | 'anchor_side'
  | 'clock'
  | 'when_late'
  | 'condition'
  | 'time_out_days'

/** In order. */
export async function listSteps(db: Db, sequence_id: string, version: number): Promise<Row<'step'>[]> {
  return db
    .selectFrom('step')
    .selectAll()
    .where('sequence_id', '=', sequence_id)
    .where('version', '=', version)
    .orderBy('position')
    .execute()
}

/** The steps of several versions at once, in order within each. */
export async function listStepsOf(
  db: Db,
  versions: readonly { sequence_id: string; version: number }[],
): Promise<Row<'step'>[]> {
  if (versions.length === 0) return []
  return db
    .selectFrom('step')
    .selectAll()
    .where((on) =>
      on.or(versions.map((of) => on.and([on('sequence_id', '=', of.sequence_id), on('version', '=', of.version)]))),
    )
    .orderBy('sequence_id')
    .orderBy('version')
    .orderBy('position')
    .execute()
}

/** Puts these steps in the place of a version's steps. */
export async function replaceSteps(
  db: Db,
  of: { sequence_id: string; version: number; now: Date },
  steps: readonly NewStep[],
): Promise<void> {
  const { sequence_id, version, now } = of
  await db.deleteFrom('step').where('sequence_id', '=', sequence_id).where('version', '=', version).execute()
  if (steps.length === 0) return
  await db
    .insertInto('step')
    .values(steps.map((step) => ({ ...step, sequence_id, version, created_at: now })))
    .execute()
}
