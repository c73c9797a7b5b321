/**
 * Wall clocks in whole minutes. An instant is minutes since 1970 in UTC, a local time is the same count as a wall clock
 * shows it, a day is days since 1970-01-01. Temporal says the same (a test compares them) and is a thousand times slower.
 */

/** A stretch of time in which a zone's clocks are not changed; `until` is exclusive. */
export interface Stretch {
  from: number
  until: number
  /** minutes ahead of UTC */
  offset: number
}

export const DAY = 1_440

/** The first whole minute at or after an instant. */
export const minuteOf = (at: Date) => Math.ceil(at.getTime() / 60_000)
export const dateOf = (minute: number) => new Date(minute * 60_000)

/** ISO: 1 is Monday. */
export const weekdayOf = (day: number) => ((((day + 3) % 7) + 7) % 7) + 1
export const dayOf = (local: number) => Math.floor(local / DAY)

/** `2026-03-02` ↔ days since 1970. */
export const dayNumber = (text: string) => Math.floor(Date.parse(`${text}T00:00:00Z`) / 86_400_000)
export function dayText(day: number): string {
  let text = texts.get(day)
  if (text === undefined) {
    text = new Date(day * 86_400_000).toISOString().slice(0, 10)
    if (texts.size >= MOST_TEXTS) texts.clear()
    texts.set(day, text)
  }
  return text
}

/** A schedule asks for the same few hundred days again and again. */
const texts = new Map<number, string>()
const MOST_TEXTS = 5_000

/** The stretch a zone was last asked about: mostly it is asked about the same again. */
const latest = new Map<string, Stretch>()

export function stretchAt(minute: number, time_zone: string): Stretch {
  const last = latest.get(time_zone)
  if (last !== undefined && minute >= last.from && minute < last.until) return last
  const stretch = findStretch(minute, time_zone)
  if (latest.size >= MOST_ZONES) latest.clear()
  latest.set(time_zone, stretch)
  return stretch
}

function findStretch(minute: number, time_zone: string): Stretch {
  const stretches = stretchesOf(new Date(minute * 60_000).getUTCFullYear(), time_zone)
  for (const stretch of stretches) if (minute < stretch.until) return stretch
  throw new RangeError('A year has an end')
}

export const localOf = (minute: number, time_zone: string) => minute + stretchAt(minute, time_zone).offset

/** The instant of a local time: in an overlap of the clocks the first of the two, in a gap as much later as the gap is long. */
export function instantOf(local: number, time_zone: string): number {
  const before = stretchAt(local - DAY, time_zone).offset
  const after = stretchAt(local + DAY, time_zone).offset
  const first = local - before
  if (before === after || stretchAt(first, time_zone).offset === before) return first
  const second = local - after
  return stretchAt(second, time_zone).offset === after ? second : first
}

/** Midnight that begins the day in a zone; where midnight does not exist, the first minute after it. */
export const startOfDay = (at: Date, time_zone: string) => midnight(at, time_zone, 0)
/** The same of the day after it. */
export const startOfNextDay = (at: Date, time_zone: string) => midnight(at, time_zone, 1)

function midnight(at: Date, time_zone: string, days: number): Date {
  const day = dayOf(localOf(Math.floor(at.getTime() / 60_000), time_zone))
  return dateOf(instantOf((day + days) * DAY, time_zone))
}

/** Asking Intl costs more than planning: what it said is kept, by zone and year. */
const known = new Map<string, Map<number, Stretch[]>>()
const MOST_ZONES = 1_000
/** No zone changes its clocks twice within four days. */
const STEP = 4 * DAY

function stretchesOf(year: number, time_zone: string): Stretch[] {
  const found = known.get(time_zone)?.get(year)
  if (found !== undefined) return found
  if (known.size >= MOST_ZONES) known.clear()
  const stretches = readStretches(Date.UTC(year, 0) / 60_000, Date.UTC(year + 1, 0) / 60_000, readerOf(time_zone))
  const years = known.get(time_zone) ?? new Map<number, Stretch[]>()
  known.set(time_zone, years.set(year, stretches))
  return stretches
}

function readStretches(from: number, until: number, offsetAt: (minute: number) => number): Stretch[] {
  const stretches: Stretch[] = []
  let current: Stretch = { from, until, offset: offsetAt(from) }
  for (let last = from; last < until; ) {
    const next = Math.min(last + STEP, until)
    const offset = offsetAt(next - 1)
    if (offset !== current.offset) {
      // One before: the clocks may change at the very minute a step begins.
      const change = firstMinute(last - 1, next - 1, (minute) => offsetAt(minute) === offset)
      stretches.push({ ...current, until: change })
      current = { from: change, until, offset }
    }
    last = next
  }
  return [...stretches, current]
}

/** Between one that is not and one that is. */
function firstMinute(isNot: number, is: number, test: (minute: number) => boolean): number {
  let low = isNot
  let high = is
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (test(middle)) high = middle
    else low = middle
  }
  return high
}

function readerOf(time_zone: string): (minute: number) => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: time_zone, timeZoneName: 'longOffset', year: 'numeric' })
  return (minute) => {
    const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(format.format(minute * 60_000)) ?? []
    const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0)
    return sign === '-' ? -offset : offset
  }
}
