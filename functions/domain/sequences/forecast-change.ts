import type { Standing } from '../../../db/queries/versions.ts'
import type { MoveChoice } from '../../../db/tables/sequence-version.ts'
import { assertNever } from '../../errors.ts'
import { diffSteps, type StepText } from './diff-steps.ts'
import { stepsAhead } from './next-step.ts'

/** What a choice means for those who are in the sequence, in people. One person may be in several of these. */
export interface Forecast {
  /** get at least one mail, or task, in new words */
  new_text: number
  /** get a step that they would not have got */
  gain: number
  /** do not get a step that still lay before them, because it is gone */
  lose: number
  /** do not get a new step, because it stands before where they are */
  pass_over: number
  /** whose mail is planned already and changes, or is cancelled, at once */
  at_once: number
}

/** Whom a change of steps would touch, and how, for each choice; made of the functions that then do it. Pure. */
export function forecastChange(of: {
  standings: readonly Standing[]
  steps_of: (version: number) => readonly StepText[]
  /** the versions that people were sent on to, oldest first */
  moving: readonly number[]
  steps: readonly StepText[]
}): Record<MoveChoice, Forecast> {
  const forecast = (choice: MoveChoice) => {
    const sum: Forecast = { new_text: 0, gain: 0, lose: 0, pass_over: 0, at_once: 0 }
    for (const standing of of.standings) {
      const seen = forecastOf(standing, choice, of)
      for (const name of Object.keys(sum) as (keyof Forecast)[]) if (seen[name]) sum[name] += standing.people
    }
    return sum
  }
  return {
    after_current_step: forecast('after_current_step'),
    now: forecast('now'),
    new_people_only: forecast('new_people_only'),
  }
}

function forecastOf(
  standing: Standing,
  choice: MoveChoice,
  of: Parameters<typeof forecastChange>[0],
): Record<keyof Forecast, boolean> {
  const { from_version, version } = standing
  const later = [version, ...of.moving].filter((one) => one > from_version).sort((one, other) => one - other)
  const orders = [from_version, ...later].map(of.steps_of)
  const before = pathOf(standing, of.steps_of(version), orders, false)
  const edited = [...orders, of.steps]
  const after = isMoved(choice) ? pathOf(standing, of.steps_of(version), edited, choice === 'now') : before
  const [had, gets] = [keysOf(before), keysOf(after)]
  const known = new Set(orders.flat().map(({ step_key }) => step_key))
  const isKept = (key: string) => of.steps.some(({ step_key }) => step_key === key)
  return {
    new_text: after.some((step) => before.some((other) => other.step_key === step.step_key && !saysSame(other, step))),
    gain: after.some(({ step_key }) => !had.has(step_key)),
    lose: before.some(({ step_key }) => !gets.has(step_key) && !isKept(step_key)),
    pass_over: isMoved(choice) && of.steps.some(({ step_key }) => !known.has(step_key) && !gets.has(step_key)),
    at_once: standing.open === 'planned' && changesAtOnce(before[0], after[0]),
  }
}

/** What they still get, the step they stand at first. */
function pathOf(
  { current, done, open }: Standing,
  own: readonly StepText[],
  orders: readonly (readonly StepText[])[],
  isAtOnce: boolean,
): StepText[] {
  const ahead = stepsAhead({ done: new Set(done), current, orders })
  const isIn = ({ step_key }: StepText) => step_key === current
  const planned = own.find(isIn)
  if (planned === undefined || open === 'none') return ahead
  if (!isAtOnce || open === 'in_flight') return [planned, ...ahead]
  const renewed = orders.at(-1)?.find(isIn)
  return renewed === undefined ? ahead : [renewed, ...ahead]
}

/** Whether their planned mail becomes another, or says or waits for something else. */
function changesAtOnce(before: StepText | undefined, after: StepText | undefined): boolean {
  if (before === undefined || before === after) return false
  if (before.step_key !== after?.step_key) return true
  return diffSteps([before], [after]).some((change) => change.is_text_changed || change.is_timing_changed)
}

function isMoved(choice: MoveChoice): boolean {
  switch (choice) {
    case 'after_current_step':
    case 'now':
      return true
    case 'new_people_only':
      return false
    default:
      return assertNever(choice)
  }
}

const keysOf = (steps: readonly StepText[]) => new Set(steps.map(({ step_key }) => step_key))

const saysSame = (one: StepText, other: StepText): boolean =>
  one.kind === other.kind && one.subject === other.subject && one.body === other.body && one.thread === other.thread
