import { type Openings, planOpening, type Schedule } from './opening.ts'
import {
  addDelay,
  anchorAt,
  describeTiming,
  type Home,
  momentFromAnchor,
  momentOnDate,
  type Show,
  type StepTiming,
} from './timing.ts'
import { describeWindows } from './windows.ts'
import { type Place, placeOf, type Whereabouts } from './zones.ts'

/** Everything that decides when a step of a person is due. */
export interface StepToPlan {
  timing: StepTiming
  /** when the step before left, or the moment of enrolment for the first */
  previous: Date
  now: Date
  person: Whereabouts & { booth_visited_at: Date | null }
  show: Show
  schedule: Schedule
  /** 0 to 100: who leaves first after an opening */
  priority: number
  known?: Openings
}

export interface PlacedMoment {
  /** when its wait is over, never before now nor before the step before it */
  ready_at: Date
  /** the first open minute at or after it */
  due_at: Date
  time_zone: string
  /** ISO 3166 alpha-2 */
  country: string | null
}

export interface PlannedMoment extends PlacedMoment {
  /** how the moment came about, for the receipt */
  rule: string
}

type PlanAt<Moment> =
  | ({ plan: 'at' } & Moment)
  /** its moment has passed: the sequence goes on without it, at once */
  | ({ plan: 'skip'; reason: 'too_late' | 'no_booth_visit' } & Moment)
  /** nobody knows when; until `until_at` the sequence waits */
  | { plan: 'booth_visit'; until_at: Date }

export type StepPlan = PlanAt<PlannedMoment>

/** A step that hangs on a day or the show is late when its moment was longer ago than this. */
export const LATE_MS = 86_400_000
/** A visit to the booth may be written down so many days after the show; then the step is passed over. */
const VISIT_DAYS = 7

/** Farther off nobody plans, and not much farther a moment has no form that the database takes. */
const EARLIEST = Date.UTC(1900, 0)
const LATEST = Date.UTC(2200, 0)

/** When a step is due. Pure: the same input gives the same moment, in the engine, a preview and the simulator. */
export function planStep(step: StepToPlan): StepPlan {
  const place = placeOf(step.person, step.schedule)
  const plan = planStepAt({ ...step, place, booth_visited_at: step.person.booth_visited_at })
  return plan.plan === 'booth_visit' ? plan : { ...plan, rule: ruleOf(step, place) }
}

/** A step of somebody whose place has been looked up: it stays the same from step to step. */
export interface StepAtPlace extends Omit<StepToPlan, 'person'> {
  place: Place
  booth_visited_at: Date | null
}

/** The same without the words for the receipt. */
export function planStepAt(step: StepAtPlace): PlanAt<PlacedMoment> {
  const { timing, previous, now, place, schedule } = step
  const exact = momentOf(step)
  if (exact === null) {
    const until_at = visitUntil(step.show)
    if (until_at > now) return { plan: 'booth_visit', until_at }
    return { plan: 'skip', reason: 'no_booth_visit', ...placed(place, now, now) }
  }
  const moment = withinReach(exact)
  if (isTooLate(timing, moment, now)) return { plan: 'skip', reason: 'too_late', ...placed(place, moment, moment) }
  const ready_at = later(later(moment, previous), now)
  const to = { time_zone: place.time_zone, country: place.country, priority: step.priority }
  return { plan: 'at', ...placed(place, ready_at, planOpening(ready_at, to, schedule, step.known)) }
}

/** A step whose moment is more than a day ago is passed over, unless it is worth sending late. */
function isTooLate(timing: Pick<StepTiming, 'timing' | 'when_late'>, moment: Date, now: Date): boolean {
  return timing.timing !== 'wait' && timing.when_late === 'skip' && moment.getTime() < now.getTime() - LATE_MS
}

export function visitUntil(show: Show): Date {
  const end = anchorAt('show_end', show, null) ?? new Date(0)
  return withinReach(new Date(end.getTime() + VISIT_DAYS * 86_400_000))
}

function momentOf({ timing, previous, place, booth_visited_at, show, schedule }: StepAtPlace): Date | null {
  const { time_zone, country } = place
  const home: Home = { time_zone, country, days_off: schedule.skip_holidays ? schedule.days_off : null }
  switch (timing.timing) {
    case 'wait':
      return addDelay(previous, timing, home)
    case 'date':
      return momentOnDate(timing.date_on ?? '', timing.at_minute, home)
    case 'event': {
      const anchor = anchorAt(timing.anchor ?? 'doors_open', show, booth_visited_at)
      return anchor === null ? null : momentFromAnchor(anchor, timing, show, home)
    }
  }
}

const placed = ({ time_zone, country }: Place, ready_at: Date, due_at: Date): PlacedMoment => ({
  ready_at,
  due_at,
  time_zone,
  country,
})

function ruleOf({ timing, schedule }: StepToPlan, { time_zone, country, known_by }: Place): string {
  const off = schedule.skip_holidays && country !== null ? `, not on holidays in ${country}` : ''
  return `${describeTiming(timing)}, ${describeWindows(schedule.windows)} in ${time_zone} (${known_by})${off}`
}

const later = (one: Date, other: Date) => (other > one ? other : one)

function withinReach(moment: Date): Date {
  const reachable = Math.min(Math.max(moment.getTime(), EARLIEST), LATEST)
  return reachable === moment.getTime() ? moment : new Date(reachable)
}
