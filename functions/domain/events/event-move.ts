import { type EventPlanGroup, listEventPlanGroups } from '../../../db/queries/event-plans.ts'
import { listSequencesById } from '../../../db/queries/sequences.ts'
import { listStepsOf } from '../../../db/queries/steps.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { openCalendar } from '../sequences/calendar.ts'
import { countryCodeOf } from '../sequences/country-codes.ts'
import { type Openings, scheduleOf } from '../sequences/opening.ts'
import { planStep } from '../sequences/plan.ts'
import { describeTiming, type Show } from '../sequences/timing.ts'
import type { EventDetailsInput } from './event-details.ts'

/** What a show's moments hang on. */
const momentFields = [
  'starts_on',
  'ends_on',
  'doors_open_minute',
  'doors_close_minute',
  'time_zone',
  'country',
] as const

/** The mails, or tasks, of one step of one sequence, and when they would leave. */
export interface MovedStep {
  sequence_id: string
  sequence_name: string
  position: number
  kind: Row<'step'>['kind']
  /** "14 days before doors open, 09:00 at the venue" */
  timing_words: string
  plans: number
  from: { first_at: Date; last_at: Date }
  /** null: none of them would leave at all */
  to: { first_at: Date; last_at: Date } | null
  /** whose moment would be over already: they are passed over, or leave at once */
  late: number
  /** of the late ones, those that are passed over */
  passed_over: number
}

export const movesMoments = (before: EventDetailsInput, after: EventDetailsInput): boolean =>
  momentFields.some((name) => before[name] !== after[name])

/** What another date, hour or place of a show would do to what hangs on it. Changes nothing. */
export async function reviewEventMove(ctx: Ctx, event_id: string, after: EventDetailsInput): Promise<MovedStep[]> {
  const groups = await listEventPlanGroups(ctx.db, event_id)
  const sequences = await listSequencesById(ctx.db, [...new Set(groups.map(({ sequence_id }) => sequence_id))])
  const steps = await listStepsOf(ctx.db, [
    ...new Map(groups.map((group) => [`${group.sequence_id}/${group.version}`, group])).values(),
  ])
  const calendar = await openCalendar(ctx.db)
  const show: Show = { ...after, country: countryCodeOf(after.country) }
  const moved = new Map<string, MovedStep>()
  for (const group of groups) {
    const sequence = sequences.find(({ id }) => id === group.sequence_id)
    const step = steps.find(
      ({ step_key, version, sequence_id }) =>
        step_key === group.step_key && version === group.version && sequence_id === group.sequence_id,
    )
    if (sequence === undefined || step === undefined) continue
    const schedule = scheduleOf(sequence, calendar)
    add(moved, group, describeTiming(step), momentOf(group, step, { show, schedule, now: ctx.clock.now() }))
  }
  return [...moved.values()].filter(({ from, to, late }) => late > 0 || !isSame(from, to))
}

interface Moment {
  due_at: Date | null
  is_late: boolean
}

function momentOf(
  group: EventPlanGroup,
  step: Row<'step'>,
  { show, schedule, now }: { show: Show; schedule: ReturnType<typeof scheduleOf>; now: Date },
): Moment {
  const person = { ...group, booth_visited_at: null }
  const known: Openings = new Map()
  const plan = planStep({ timing: step, previous: new Date(0), now, person, show, schedule, priority: 100, known })
  if (plan.plan !== 'at') return { due_at: null, is_late: true }
  // It is ready at this moment because its own has gone by.
  return { due_at: plan.due_at, is_late: plan.ready_at.getTime() <= now.getTime() }
}

function add(moved: Map<string, MovedStep>, group: EventPlanGroup, timing_words: string, moment: Moment): void {
  const { sequence_id, sequence_name, position, kind, plans, first_at, last_at, version, step_key } = group
  const key = `${sequence_id}/${version}/${step_key}`
  const sum = moved.get(key)
  const to = moment.due_at === null ? null : { first_at: moment.due_at, last_at: moment.due_at }
  moved.set(key, {
    sequence_id,
    sequence_name,
    position,
    kind,
    timing_words,
    plans: plans + (sum?.plans ?? 0),
    from: span(sum?.from ?? null, { first_at, last_at }) ?? { first_at, last_at },
    to: span(sum?.to ?? null, to),
    late: (moment.is_late ? plans : 0) + (sum?.late ?? 0),
    passed_over: (moment.due_at === null ? plans : 0) + (sum?.passed_over ?? 0),
  })
}

type Span = MovedStep['from']

function span(one: Span | null, other: Span | null): Span | null {
  if (one === null || other === null) return one ?? other
  return {
    first_at: new Date(Math.min(one.first_at.getTime(), other.first_at.getTime())),
    last_at: new Date(Math.max(one.last_at.getTime(), other.last_at.getTime())),
  }
}

/** Within the minutes over which an opening spreads them. */
const isSame = (from: Span, to: Span | null): boolean =>
  to !== null &&
  Math.abs(from.first_at.getTime() - to.first_at.getTime()) < 15 * 60_000 &&
  Math.abs(from.last_at.getTime() - to.last_at.getTime()) < 15 * 60_000
