import type { SendWindow } from '../../../db/tables/sequence.ts'
import type { Calendar } from './calendar.ts'
import { isDayOff } from './days-off.ts'
import { DAY, dateOf, dayOf, minuteOf, stretchAt, weekdayOf } from './local-time.ts'
import { usableZone } from './zones.ts'

/** When a sequence may write, in the recipient's zone. */
export interface Schedule extends Calendar {
  /** several a weekday, sorted and disjoint */
  windows: readonly SendWindow[]
  /** stands in where the recipient's own zone is not known */
  time_zone: string
  /** nobody is written to on a public holiday of their country, nor on a day of the workspace's own */
  skip_holidays: boolean
}

/** The schedule of a row that carries a sequence's. */
export function scheduleOf(
  sequence: Pick<Schedule, 'windows' | 'time_zone' | 'skip_holidays'>,
  calendar: Calendar,
): Schedule {
  const { windows, time_zone, skip_holidays } = sequence
  return { windows, time_zone, skip_holidays, ...calendar }
}

/** Where and how urgent: all that decides about an opening beside the schedule. */
export interface Recipient {
  time_zone: string
  /** ISO 3166 alpha-2, for holidays; null when it is not known */
  country: string | null
  /** 0 to 100 */
  priority: number
}

/** Mails leave within this long of an opening, the highest score first, so that not all leave in one minute. */
const SPREAD_MINUTES = 10

/** Farther than any run of days off; beyond it the schedule is one that never opens. */
const FARTHEST_DAYS = 400

/** Open time found before, by zone and country, for one schedule. */
export type Openings = Map<string, Map<string | null, OpenTime>>

/** The open stretches of a place from a minute on, as far as anybody has asked. */
interface OpenTime {
  from: number
  stretches: Opened[]
  rest: Iterator<OpenStretch>
}

interface Opened extends OpenStretch {
  /** whether one may write in the minute before it */
  goes_on: boolean
}

/**
 * The first minute at or after `at` at which this mail may leave. A mail of score 100 may leave from the minute a window
 * opens, one of score 0 nine minutes later; later in the window all leave at once. Monotone in `at`.
 */
export function planOpening(at: Date, to: Recipient, schedule: Schedule, known: Openings = new Map()): Date {
  const minute = minuteOf(at)
  const { from, until, goes_on } = openingAt(minute, to, schedule, known)
  return dateOf(Math.max(minute, goes_on ? from : from + spreadOf(to.priority, until - from)))
}

/** The stretch that is open at a minute, or the next one. */
function openingAt(minute: number, to: Recipient, schedule: Schedule, known: Openings): Opened {
  const found = known.get(to.time_zone)?.get(to.country)
  // From a little before, so that a mail that comes just after the opening is not before one that waited for it.
  const early = minute - SPREAD_MINUTES
  const opened = found === undefined || early < found.from ? undefined : firstAfter(minute, found, to, schedule)
  if (opened !== undefined) return opened
  const time: OpenTime = { from: early, stretches: [], rest: openStretches(early, usable(to, schedule), schedule) }
  const places = known.get(to.time_zone) ?? new Map<string | null, OpenTime>()
  known.set(to.time_zone, places.set(to.country, time))
  const next = firstAfter(minute, time, to, schedule)
  if (next === undefined) throw new RangeError('The window never opens')
  return next
}

/** The first stretch that is not over at a minute; undefined where that is farther than `openStretches` goes. */
function firstAfter(minute: number, time: OpenTime, to: Recipient, schedule: Schedule): Opened | undefined {
  const { stretches, rest } = time
  while ((stretches.at(-1)?.until ?? minute) <= minute) {
    const next = rest.next()
    if (next.done === true) return undefined
    stretches.push({ ...next.value, goes_on: isOpen(next.value.from - 1, usable(to, schedule), schedule) })
  }
  let [low, high] = [0, stretches.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((stretches[middle]?.until ?? 0) <= minute) low = middle + 1
    else high = middle
  }
  return stretches[low]
}

const usable = <To extends Pick<Recipient, 'time_zone'>>(to: To, schedule: Schedule): To => ({
  ...to,
  time_zone: usableZone(to.time_zone, schedule.time_zone),
})

/** Whether the window is open for somebody at an instant. */
export function isWindowOpen(at: Date, to: Omit<Recipient, 'priority'>, schedule: Schedule): boolean {
  const minute = Math.floor(at.getTime() / 60_000)
  return isOpen(minute, usable(to, schedule), schedule)
}

/** A stretch of minutes in which one may write; `until` is exclusive. */
export interface OpenStretch {
  from: number
  until: number
}

/** The stretches in which the window is open, from a minute on, in order; touching ones are not made one. */
export function* openStretches(
  minute: number,
  to: Omit<Recipient, 'priority'>,
  schedule: Schedule,
): Generator<OpenStretch, void> {
  const farthest = minute + FARTHEST_DAYS * DAY
  for (let begin = minute; begin < farthest; ) {
    const { until, offset } = stretchAt(begin, to.time_zone)
    const last = dayOf(until - 1 + offset)
    for (let day = dayOf(begin + offset); day <= last; day++) {
      if (schedule.skip_holidays && isDayOff(day, to.country, schedule.days_off)) continue
      const weekday = weekdayOf(day)
      for (const window of schedule.windows) {
        if (window.day !== weekday) continue
        const opens = Math.max(day * DAY + window.from_minute - offset, begin)
        const shuts = Math.min(day * DAY + window.to_minute - offset, until)
        if (opens < shuts) yield { from: opens, until: shuts }
      }
    }
    begin = until
  }
}

/** How many minutes after an opening, in a window with so much room. */
function spreadOf(priority: number, room: number): number {
  const score = Math.min(100, Math.max(0, priority))
  return Math.floor(((100 - score) * Math.min(SPREAD_MINUTES, room)) / 101)
}

function isOpen(
  minute: number,
  to: Omit<Recipient, 'priority'>,
  { windows, skip_holidays, days_off }: Schedule,
): boolean {
  const local = minute + stretchAt(minute, to.time_zone).offset
  const day = dayOf(local)
  const clock = local - day * DAY
  const weekday = weekdayOf(day)
  const isInside = windows.some(
    (window) => window.day === weekday && clock >= window.from_minute && clock < window.to_minute,
  )
  return isInside && !(skip_holidays && isDayOff(day, to.country, days_off))
}
