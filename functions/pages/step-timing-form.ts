import * as v from 'valibot'
import type { Row } from '../../db/schema.ts'
import type { StepCondition } from '../../db/tables/step.ts'
import { stepTimingEntries } from '../domain/sequences/step-timing-input.ts'
import { clockWords, minuteOfClock } from './window-fields.ts'

/** The timing of a step as its form speaks it; the fields its kind does not use may be empty or missing. */

const text = v.optional(v.pipe(v.string(), v.trim()), '')
const number = (message: string) =>
  v.pipe(
    text,
    v.regex(/^\d{0,6}$/, message),
    v.transform((typed) => (typed === '' ? null : Number(typed))),
  )
const textOrNull = v.pipe(
  text,
  v.transform((typed) => (typed === '' ? null : typed)),
)

export const stepTimingForm = {
  timing: stepTimingEntries.timing,
  delay_amount: v.pipe(
    number('Enter a number, 0 or more.'),
    v.transform((typed) => typed ?? 0),
    stepTimingEntries.delay_amount,
  ),
  delay_unit: stepTimingEntries.delay_unit,
  date_on: v.pipe(textOrNull, stepTimingEntries.date_on.wrapped),
  at_minute: v.pipe(
    text,
    v.check((typed) => typed === '' || minuteOfClock(typed) !== undefined, 'Enter a time, like 09:00.'),
    v.transform((typed) => minuteOfClock(typed) ?? null),
  ),
  anchor: v.optional(v.picklist(['', 'doors_open', 'show_end', 'booth_visit']), ''),
  anchor_side: stepTimingEntries.anchor_side,
  clock: stepTimingEntries.clock,
  when_late: stepTimingEntries.when_late,
  condition: v.optional(
    v.picklist(['', 'opened', 'not_opened', 'clicked', 'not_clicked', 'replied', 'not_replied', 'field', 'not_field']),
    '',
  ),
  condition_field: text,
  condition_value: text,
  time_out_days: v.pipe(number('Enter a number of days.'), stepTimingEntries.time_out_days.wrapped),
}

type ConditionTyped = v.InferOutput<(typeof stepTimingForm)['condition']>

/** The condition that the form's three fields name; problems are the verb's to tell. */
export function conditionOf(typed: {
  condition: ConditionTyped
  condition_field: string
  condition_value: string
}): StepCondition | null {
  if (typed.condition === '') return null
  const negated = typed.condition.startsWith('not_')
  const kind = typed.condition.replace('not_', '') as StepCondition['kind']
  if (kind !== 'field') return { kind, negated }
  const field = typed.condition_field as Extract<StepCondition, { kind: 'field' }>['field']
  return { kind, field, value: typed.condition_value, negated }
}

/** As the form shows a step that exists. */
export function stepTimingValues(step: Row<'step'>): Record<string, string | number | null> {
  const { timing, delay_amount, delay_unit, date_on, anchor, anchor_side, clock, time_out_days, condition } = step
  return {
    ...{ timing, delay_amount, delay_unit, date_on, anchor, anchor_side, clock, time_out_days },
    at_minute: step.at_minute === null ? '' : clockWords(step.at_minute),
    when_late: timing === 'wait' ? 'skip' : step.when_late,
    condition: condition === null ? '' : `${condition.negated ? 'not_' : ''}${condition.kind}`,
    condition_field: condition?.kind === 'field' ? condition.field : '',
    condition_value: condition?.kind === 'field' ? condition.value : '',
  }
}
