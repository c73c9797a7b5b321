import { Temporal } from 'temporal-polyfill'
import type { DelayUnit } from '../../../db/tables/step.ts'
import { zoneOfCountry } from './country-zones.ts'

export interface Delay {
  delay_amount: number
  delay_unit: DelayUnit
}

/** When a sequence may write, in the recipient's zone; `time_zone` stands in where that is not known. */
export interface SendWindow {
  window_days: readonly number[]
  window_from_minute: number
  window_to_minute: number
  time_zone: string
}

export interface Whereabouts {
  time_zone: string | null
  country: string | null
}

export interface PlannedMoment {
  due_at: Date
  time_zone: string
  /** how the moment came about, for the receipt */
  rule: string
}

/** Mails that wait for an opening leave within this long of it, so that not all leave in one second. */
const SPREAD_SECONDS = 600

/** Which zone holds for a person, and how we know. */
export function zoneOf(person: Whereabouts, window: SendWindow): { time_zone: string; known_by: string } {
  if (person.time_zone !== null && isZone(person.time_zone))
    return { time_zone: person.time_zone, known_by: "the person's own zone" }
  const national = zoneOfCountry(person.country)
  if (national !== undefined) return { time_zone: national, known_by: `by country, ${person.country}` }
  return { time_zone: usableZone(window.time_zone, window), known_by: "the sequence's zone" }
}

/**
 * When a step is due. Pure: the same input gives the same moment, in the engine and in a preview.
 *
 * @param input.previous when the step before left, or the moment of enrolment for the first
 * @param input.spread_by the message's id; spreads mails over the minutes after an opening, the same way each time
 */
export function planStep(input: {
  delay: Delay
  previous: Date
  now: Date
  person: Whereabouts
  window: SendWindow
  spread_by: string
  known?: Openings
}): PlannedMoment {
  const { time_zone, known_by } = zoneOf(input.person, input.window)
  const earliest = later(addDelay(input.previous, input.delay, time_zone), input.now)
  const due_at = planOpening(earliest, time_zone, input.window, input.spread_by, input.known)
  const wait = input.delay.delay_amount === 0 ? 'at once' : `after ${describeDelay(input.delay)}`
  return { due_at, time_zone, rule: `${wait}, ${describeWindow(input.window)} in ${time_zone} (${known_by})` }
}

/** Openings worked out before, by moment and zone, for one window: enrolling thousands asks the same few questions. */
export type Openings = Map<string, Opening>

interface Opening {
  opens_at: Date
  /** how long mails may be spread after it; 0 when it is open already */
  spread_seconds: number
}

/** The next moment at or after `at` at which the window is open, spread over its first minutes when it is shut now. */
export function planOpening(
  at: Date,
  time_zone: string,
  window: SendWindow,
  spread_by: string,
  known: Openings = new Map(),
): Date {
  const key = `${at.getTime()} ${time_zone}`
  const opening = known.get(key) ?? nextOpening(at, usableZone(time_zone, window), window)
  known.set(key, opening)
  const seconds = opening.spread_seconds === 0 ? 0 : Number.parseInt(spread_by.slice(0, 8), 16) % opening.spread_seconds
  return new Date(opening.opens_at.getTime() + seconds * 1000)
}

/** Midnight that begins the next day in a zone. */
export function startOfNextDay(at: Date, time_zone: string): Date {
  return toDate(local(at, time_zone).add({ days: 1 }).startOfDay())
}

export function isWindowOpen(at: Date, time_zone: string, window: SendWindow): boolean {
  return isInside(local(at, usableZone(time_zone, window)), window)
}

/** Days and business days keep the hour of the wall clock over a change of the clocks; minutes and hours are exact. */
export function addDelay(previous: Date, delay: Delay, time_zone: string): Date {
  const { delay_amount: amount, delay_unit: unit } = delay
  switch (unit) {
    case 'minutes':
      return new Date(previous.getTime() + amount * 60_000)
    case 'hours':
      return new Date(previous.getTime() + amount * 3_600_000)
    case 'days':
      return toDate(local(previous, time_zone).add({ days: amount }))
    case 'business_days':
      return toDate(
        local(previous, time_zone).add({ days: calendarDays(local(previous, time_zone).dayOfWeek, amount) }),
      )
  }
}

/** How many calendar days hold so many days from Monday to Friday, counted from the day after `weekday`. */
function calendarDays(weekday: number, businessDays: number): number {
  let days = 0
  for (let left = businessDays; left > 0; ) {
    days += 1
    if ((weekday + days - 1) % 7 < 5) left -= 1
  }
  return days
}

function nextOpening(at: Date, time_zone: string, window: SendWindow): Opening {
  const here = local(at, time_zone)
  if (isInside(here, window)) return { opens_at: at, spread_seconds: 0 }
  // Eight days see every weekday; a week more for a window that lies wholly in a gap of the clocks.
  for (let days = 0; days <= 14; days++) {
    const day = here.toPlainDate().add({ days })
    const opening = atMinute(day, window.window_from_minute, time_zone, 'compatible')
    if (opening.epochMilliseconds < at.getTime() || !isInside(opening, window)) continue
    // 'earlier': a window that ends in a gap of the clocks ends before the gap.
    const closing = atMinute(day, window.window_to_minute, time_zone, 'earlier')
    const room = Math.floor((closing.epochMilliseconds - opening.epochMilliseconds) / 1000)
    return { opens_at: toDate(opening), spread_seconds: Math.max(1, Math.min(SPREAD_SECONDS, room)) }
  }
  throw new RangeError('The window never opens')
}

function isInside(at: Temporal.ZonedDateTime, window: SendWindow): boolean {
  const minute = at.hour * 60 + at.minute
  return (
    window.window_days.includes(at.dayOfWeek) && minute >= window.window_from_minute && minute < window.window_to_minute
  )
}

/** In a gap of the clocks the moment after it ('compatible') or before it; in an overlap the first of the two. */
function atMinute(
  day: Temporal.PlainDate,
  minute: number,
  time_zone: string,
  disambiguation: 'compatible' | 'earlier',
): Temporal.ZonedDateTime {
  const date = minute === 1440 ? day.add({ days: 1 }) : day
  const time = Temporal.PlainTime.from({ hour: Math.floor((minute % 1440) / 60), minute: minute % 60 })
  return date.toPlainDateTime(time).toZonedDateTime(time_zone, { disambiguation })
}

/** A zone that this process does not know must not stop the mails beside it. */
function usableZone(time_zone: string, window: SendWindow): string {
  return [time_zone, window.time_zone].find(isZone) ?? 'UTC'
}

/** Asking Intl costs more than planning; a list names a few hundred zones at most. */
const zones = new Map<string, boolean>()
const MOST_ZONES = 1_000

function isZone(name: string): boolean {
  const known = zones.get(name)
  if (known !== undefined) return known
  if (zones.size >= MOST_ZONES) zones.clear()
  let exists = true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    exists = false
  }
  zones.set(name, exists)
  return exists
}

function describeDelay({ delay_amount: amount, delay_unit }: Delay): string {
  const unit = delay_unit.replace('_', ' ')
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** "Mon–Fri 09:00–17:00" */
export function describeWindow(window: Omit<SendWindow, 'time_zone'>): string {
  const days = [...window.window_days].sort()
  const first = days[0] ?? 1
  const isRun = days.length > 2 && days.every((day, index) => day === first + index)
  const names = isRun
    ? `${weekdays[first - 1]}–${weekdays[first + days.length - 2]}`
    : days.map((day) => weekdays[day - 1]).join(', ')
  return `${names} ${clockTime(window.window_from_minute)}–${clockTime(window.window_to_minute)}`
}

function clockTime(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

const local = (at: Date, time_zone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(time_zone)
const toDate = (at: Temporal.ZonedDateTime) => new Date(at.epochMilliseconds)
const later = (a: Date, b: Date) => (a > b ? a : b)
