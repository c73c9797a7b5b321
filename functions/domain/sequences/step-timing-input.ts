import * as v from 'valibot'
import type { Row } from '../../../db/schema.ts'
import type { StepCondition } from '../../../db/tables/step.ts'
import { isCalendarDay, isUsualYear } from '../calendar-day.ts'

const minute = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1439))

export const calendarDay = v.pipe(
  v.string(),
  v.isoDate('Type the day as YYYY-MM-DD.'),
  v.check(isCalendarDay, 'There is no such day.'),
  v.check(isUsualYear, 'Choose a day from 2000 to 2100.'),
)

const conditionInput = v.variant('kind', [
  v.object({ kind: v.picklist(['opened', 'clicked', 'replied']), negated: v.boolean() }),
  v.object({
    kind: v.literal('field'),
    field: v.picklist([
      'person.title',
      'person.country',
      'person.category',
      'account.industry',
      'account.status',
      'account.list_tier',
    ]),
    value: v.pipe(v.string(), v.trim(), v.nonEmpty('What should it be?'), v.maxLength(200)),
    negated: v.boolean(),
  }),
])

/** When a step is done, under which condition, and how long a task is waited for. Left out: after the step before it. */
export const stepTimingEntries = {
  timing: v.optional(v.picklist(['wait', 'date', 'event']), 'wait'),
  delay_amount: v.pipe(v.number(), v.integer(), v.minValue(0, 'Not before the step before it.'), v.maxValue(10_000)),
  delay_unit: v.picklist(['minutes', 'hours', 'days', 'business_days']),
  date_on: v.optional(v.nullable(calendarDay), null),
  at_minute: v.optional(v.nullable(minute), null),
  anchor: v.optional(v.nullable(v.picklist(['doors_open', 'show_end', 'booth_visit'])), null),
  anchor_side: v.optional(v.picklist(['before', 'after']), 'after'),
  clock: v.optional(v.picklist(['venue', 'recipient']), 'recipient'),
  /** a step on a day or at the show is passed over when it is late, unless this says otherwise */
  when_late: v.optional(v.picklist(['send', 'skip']), 'skip'),
  condition: v.optional(v.nullable(conditionInput), null),
  time_out_days: v.optional(
    v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1, 'At least a day.'), v.maxValue(365, 'At most a year.'))),
    null,
  ),
}

const timingObject = v.object(stepTimingEntries)
type Timing = v.InferOutput<typeof timingObject>

/** What does not go together, by field. */
export function findTimingProblems(step: Timing): { field: keyof Timing; message: string }[] {
  const { timing, date_on, anchor, anchor_side } = step
  if (timing === 'date' && date_on === null) return [{ field: 'date_on', message: 'On which day?' }]
  if (timing === 'event' && anchor === null) return [{ field: 'anchor', message: 'Before or after what?' }]
  if (timing === 'event' && anchor === 'booth_visit' && anchor_side === 'before')
    return [{ field: 'anchor_side', message: 'Nobody knows of a visit before it.' }]
  return []
}

/** As the row holds it: what its kind of timing does not use is not kept. */
export function timingColumns(step: v.InferInput<typeof timingObject> & { kind: string }) {
  const { timing, condition, ...given } = v.parse(timingObject, step)
  const isEvent = timing === 'event'
  const isInDays = given.delay_unit === 'days' || given.delay_unit === 'business_days'
  return {
    timing,
    delay_amount: timing === 'date' ? 0 : given.delay_amount,
    delay_unit: timing === 'date' ? ('minutes' as const) : given.delay_unit,
    date_on: timing === 'date' ? given.date_on : null,
    at_minute: timing === 'date' || (isEvent && isInDays) ? given.at_minute : null,
    anchor: isEvent ? given.anchor : null,
    anchor_side: isEvent ? given.anchor_side : ('after' as const),
    clock: isEvent && isInDays ? given.clock : ('recipient' as const),
    when_late: timing === 'wait' ? ('send' as const) : given.when_late,
    condition: condition === null ? null : JSON.stringify(condition),
    time_out_days: step.kind === 'email' ? null : given.time_out_days,
  }
}

/** The other way round: what a step that exists is set to, to be saved again. */
export function timingOfStep(step: Row<'step'>) {
  const { timing, delay_amount, delay_unit, date_on, at_minute, anchor, anchor_side, clock, when_late } = step
  const condition: StepCondition | null = step.condition
  const { time_out_days } = step
  return {
    timing,
    delay_amount,
    delay_unit,
    date_on,
    at_minute,
    anchor,
    anchor_side,
    clock,
    when_late,
    condition,
    time_out_days,
  }
}
