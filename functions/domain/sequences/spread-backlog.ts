import { DAY, dateOf, dayOf, localOf, minuteOf } from './local-time.ts'
import { type OpenStretch, openStretches, type Recipient, type Schedule } from './opening.ts'
import { usableZone } from './zones.ts'

/** A backlog is never worked off in less open time than this. */
const LEAST_MINUTES = 120

/**
 * Moments for mails that should have left long ago, in the order of leaving: evenly over what is left of the open time of
 * today where the recipient is, or of the next day that has any, and over at least two open hours. The order is kept among
 * those who have the same hours.
 */
export function spreadBacklog(mails: readonly Omit<Recipient, 'priority'>[], schedule: Schedule, now: Date): Date[] {
  const places = new Map<string, number[]>()
  mails.forEach((mail, index) => {
    const key = `${mail.time_zone} ${mail.country}`
    const place = places.get(key)
    if (place === undefined) places.set(key, [index])
    else place.push(index)
  })
  const moments: Date[] = new Array(mails.length)
  for (const indices of places.values()) {
    const { time_zone, country } = mails[indices[0] ?? 0] as Omit<Recipient, 'priority'>
    const stretches = openTime(
      minuteOf(now),
      { time_zone: usableZone(time_zone, schedule.time_zone), country },
      schedule,
    )
    const minutes = stretches.reduce((sum, { from, until }) => sum + until - from, 0)
    indices.forEach((index, rank) => {
      moments[index] = dateOf(nthMinute(stretches, Math.floor((rank * minutes) / indices.length)))
    })
  }
  return moments
}

function openTime(now: number, to: Omit<Recipient, 'priority'>, schedule: Schedule): OpenStretch[] {
  const found: OpenStretch[] = []
  let minutes = 0
  let firstDay: number | undefined
  for (const stretch of openStretches(now, to, schedule)) {
    const day = dayOf(localOf(stretch.from, to.time_zone))
    firstDay ??= day
    if (day !== firstDay && minutes >= LEAST_MINUTES) break
    // Of a later day only what is missing.
    const until = day === firstDay ? stretch.until : Math.min(stretch.until, stretch.from + LEAST_MINUTES - minutes)
    found.push({ from: stretch.from, until })
    minutes += until - stretch.from
    if (minutes > DAY) break
  }
  if (found.length === 0) throw new RangeError('The window never opens')
  return found
}

function nthMinute(stretches: readonly OpenStretch[], n: number): number {
  let left = n
  for (const { from, until } of stretches) {
    if (left < until - from) return from + left
    left -= until - from
  }
  throw new RangeError('Beyond the open time')
}
