import type { Row } from '../../../db/schema.ts'

/** What a rep writes in a step; everything but the row's own columns. */
export type StepText = Omit<Row<'step'>, 'id' | 'sequence_id' | 'version' | 'position' | 'created_at'>

/** One step in an old and a new version of a sequence. */
export interface StepChange<Step extends StepText = StepText> {
  step_key: string
  /** null: added */
  before: (Step & { position: number }) | null
  /** null: removed */
  after: (Step & { position: number }) | null
  /** stands elsewhere among the steps that stay */
  is_moved: boolean
  /** what it says is another, or what kind of step it is */
  is_text_changed: boolean
  is_timing_changed: boolean
}

const texts = ['kind', 'thread', 'subject', 'body'] as const satisfies (keyof StepText)[]

/** What is different between two versions, in the order of the new one; what is gone stands where it stood. Pure. */
export function diffSteps<Step extends StepText>(old: readonly Step[], steps: readonly Step[]): StepChange<Step>[] {
  const before = new Map(old.map((step, at) => [step.step_key, { ...step, position: at + 1 }]))
  const after = new Map(steps.map((step, at) => [step.step_key, { ...step, position: at + 1 }]))
  const moved = movedKeys(
    old.map(({ step_key }) => step_key).filter((key) => after.has(key)),
    steps.map(({ step_key }) => step_key).filter((key) => before.has(key)),
  )
  const changes = keysInOrder(old, steps).map((step_key) => {
    const [was, is] = [before.get(step_key) ?? null, after.get(step_key) ?? null]
    const both = was !== null && is !== null
    return {
      step_key,
      before: was,
      after: is,
      is_moved: moved.has(step_key),
      is_text_changed: both && texts.some((name) => was[name] !== is[name]),
      is_timing_changed: both && timingOf(was) !== timingOf(is),
    }
  })
  return changes
}

export const isChanged = (change: StepChange): boolean =>
  change.before === null ||
  change.after === null ||
  change.is_moved ||
  change.is_text_changed ||
  change.is_timing_changed

/** When a step is due and on which condition, as one text: two of them are compared. */
function timingOf(step: StepText): string {
  const { timing, delay_amount, delay_unit, date_on, at_minute, anchor, anchor_side, clock, when_late } = step
  const { condition, time_out_days } = step
  const sorted = condition === null ? null : Object.entries(condition).sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify(
    [timing, delay_amount, delay_unit, date_on, at_minute, anchor, anchor_side, clock, when_late].concat(
      time_out_days,
      JSON.stringify(sorted),
    ),
  )
}

/** The new order, with each step that is gone after the one it stood behind. */
function keysInOrder(old: readonly StepText[], steps: readonly StepText[]): string[] {
  const keys = steps.map(({ step_key }) => step_key)
  old.forEach(({ step_key }, at) => {
    if (keys.includes(step_key)) return
    const place = at === 0 ? 0 : keys.indexOf(old[at - 1]?.step_key ?? '') + 1
    keys.splice(place, 0, step_key)
  })
  return keys
}

/** The fewest steps that have to be taken out and put elsewhere: all but a longest run that kept its order. */
function movedKeys(old: readonly string[], steps: readonly string[]): Set<string> {
  const places = steps.map((key) => old.indexOf(key))
  const longest: number[][] = []
  for (const [at, place] of places.entries()) {
    const before = longest.filter((run) => (run.at(-1) ?? -1) < place)
    const best = before.reduce<number[]>((one, other) => (other.length > one.length ? other : one), [])
    longest[at] = [...best, place]
  }
  const kept = new Set(longest.reduce<number[]>((one, other) => (other.length > one.length ? other : one), []))
  return new Set(steps.filter((_, at) => !kept.has(places[at] ?? -1)))
}
