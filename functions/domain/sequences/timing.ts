import type { Row } from '../../../db/schema.ts'
import type { DelayUnit, StepAnchor } from '../../../db/tables/step.ts'
import { type DaysOff, isDayOff } from './days-off.ts'
import { DAY, dateOf, dayNumber, dayOf, instantOf, localOf, weekdayOf } from './local-time.ts'
import { clockTime } from './windows.ts'

export interface Delay {
  delay_amount: number
  delay_unit: DelayUnit
}

/** When a step is to be done: after a wait, on a day, or before or after something at the show. */
export type StepTiming = Pick<
  Row<'step'>,
  'timing' | 'delay_amount' | 'delay_unit' | 'date_on' | 'at_minute' | 'anchor' | 'anchor_side' | 'clock' | 'when_late'
>

/** At once after the step before it; what the other kinds of timing do not use. */
export const noWait: StepTiming = {
  timing: 'wait',
  delay_amount: 0,
  delay_unit: 'minutes',
  date_on: null,
  at_minute: null,
  anchor: null,
  anchor_side: 'after',
  clock: 'recipient',
  when_late: 'send',
}

/** The trade show as its venue's clock tells it. */
export interface Show {
  starts_on: string
  ends_on: string
  doors_open_minute: number
  doors_close_minute: number
  time_zone: string
  /** ISO 3166 alpha-2 */
  country: string | null
}

/** Where the recipient is, and what is a day of work there. */
export interface Home {
  time_zone: string
  country: string | null
  /** null: holidays and days off are days of work like any other */
  days_off: DaysOff | null
}

/** Days and business days keep the hour of the wall clock over a change of the clocks; minutes and hours are exact. */
export function addDelay(previous: Date, delay: Delay, home: Home): Date {
  const { delay_amount: amount, delay_unit: unit } = delay
  switch (unit) {
    case 'minutes':
      return new Date(previous.getTime() + amount * 60_000)
    case 'hours':
      return new Date(previous.getTime() + amount * 3_600_000)
    case 'days':
    case 'business_days': {
      const minute = Math.floor(previous.getTime() / 60_000)
      const local = localOf(minute, home.time_zone)
      const day = dayOf(local)
      const days = countDays(day, amount, unit, home) - day
      // An hour that the clocks show twice would become its first.
      if (days === 0) return previous
      const moved = instantOf(local + days * DAY, home.time_zone)
      return new Date(previous.getTime() + (moved - minute) * 60_000)
    }
  }
}

/** The moment of the show a step hangs on; null when the person has not been at the booth. */
export function anchorAt(anchor: StepAnchor, show: Show, booth_visited_at: Date | null): Date | null {
  switch (anchor) {
    case 'doors_open':
      return dateOf(instantOf(dayNumber(show.starts_on) * DAY + show.doors_open_minute, show.time_zone))
    case 'show_end':
      return dateOf(instantOf(dayNumber(show.ends_on) * DAY + show.doors_close_minute, show.time_zone))
    case 'booth_visit':
      return booth_visited_at
  }
}

/** The moment a day and a minute name on the recipient's clock. */
export function momentOnDate(date_on: string, at_minute: number | null, home: Home): Date {
  return dateOf(instantOf(dayNumber(date_on) * DAY + (at_minute ?? 0), home.time_zone))
}

/**
 * So long before or after an anchor. Days are counted on the venue's calendar, from the day of the show that people have
 * in mind, whatever day it is at home by then; the minute is read from the clock that was chosen. Without a minute the
 * venue's clock keeps the anchor's hour, and the recipient's takes the whole day. Never on the wrong side of the anchor.
 */
export function momentFromAnchor(at: Date, timing: StepTiming, show: Show, home: Home): Date {
  const { delay_amount: amount, delay_unit: unit, anchor_side: side } = timing
  const sign = side === 'before' ? -1 : 1
  if (unit === 'minutes' || unit === 'hours')
    return new Date(at.getTime() + sign * amount * (unit === 'hours' ? 3_600_000 : 60_000))
  const venue = localOf(Math.floor(at.getTime() / 60_000), show.time_zone)
  const isVenue = timing.clock === 'venue'
  const place = isVenue ? { ...show, days_off: home.days_off } : home
  const day = countDays(dayOf(venue), sign * amount, unit, place)
  const minute = timing.at_minute ?? (isVenue ? venue - dayOf(venue) * DAY : 0)
  const moment = dateOf(instantOf(day * DAY + minute, place.time_zone))
  const isWrongSide = side === 'before' ? moment > at : moment < at
  // Whoever names the hour of the first show day means that hour, before the doors open or after.
  return isWrongSide && timing.at_minute === null ? at : moment
}

/** So many days on from a day, or back. Business days are Monday to Friday, without days off where those are kept. */
function countDays(
  from: number,
  amount: number,
  unit: 'days' | 'business_days',
  place: Omit<Home, 'time_zone'>,
): number {
  if (unit === 'days') return from + amount
  const step = Math.sign(amount)
  let day = from
  for (let left = Math.abs(amount); left > 0; ) {
    day += step
    const isOff = place.days_off !== null && isDayOff(day, place.country, place.days_off)
    if (weekdayOf(day) < 6 && !isOff) left -= 1
  }
  return day
}

const anchorWords: Record<StepAnchor, string> = {
  doors_open: 'doors open',
  show_end: 'the show ends',
  booth_visit: 'the booth visit',
}

/** "at once", "after 2 business days", "14 days before doors open, 09:00 at the venue" */
export function describeTiming(timing: StepTiming): string {
  const { delay_amount: amount, anchor, anchor_side: side } = timing
  switch (timing.timing) {
    case 'wait':
      return amount === 0 ? 'at once' : `after ${describeDelay(timing)}`
    case 'date':
      return `on ${timing.date_on}${timing.at_minute === null ? '' : `, ${clockTime(timing.at_minute)}`}`
    case 'event': {
      const isInDays = timing.delay_unit === 'days' || timing.delay_unit === 'business_days'
      const what = anchorWords[anchor ?? 'doors_open']
      const isSameDay = amount === 0 && isInDays
      const sameDay = {
        doors_open: 'on the first show day',
        show_end: 'on the last show day',
        booth_visit: 'on the day of the booth visit',
      }
      const when = isSameDay
        ? sameDay[anchor ?? 'doors_open']
        : amount === 0
          ? `when ${what}`.replace('when the booth visit', 'at the booth visit')
          : `${describeDelay(timing)} ${side} ${what}`
      if (!isInDays) return when
      const where = timing.clock === 'venue' ? 'at the venue' : 'at home'
      return timing.at_minute === null ? `${when}, ${where}` : `${when}, ${clockTime(timing.at_minute)} ${where}`
    }
  }
}

function describeDelay({ delay_amount: amount, delay_unit }: Delay): string {
  const unit = delay_unit.replace('_', ' ')
  return `${amount} ${amount === 1 ? unit.slice(0, -1) : unit}`
}
