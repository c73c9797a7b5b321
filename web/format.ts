const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

export function formatNumber(value: number): string {
  return integer.format(value)
}

/** A share of a whole as "12.5 %"; "–" when there is no whole to divide by. */
export function formatPercent(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (part / whole) * 100
  return `${percent.toFixed(percent === 0 || percent >= 10 ? 0 : 1)} %`
}

/** "1 person", "2,653 people". `many` defaults to `one` + "s". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  return plural(Math.round(hours / 24), 'day')
}

/** "12 Mar 2027" for a calendar day (`YYYY-MM-DD`), which has no zone. */
export function formatDay(day_on: string): string {
  const { year, month, day } = splitDay(day_on)
  return `${day} ${monthName(month)} ${year}`
}

/** The days (`YYYY-MM-DD`) in a sentence as people write them. */
export const withDays = (sentence: string): string =>
  sentence.replace(/\b\d{4}-\d{2}-\d{2}\b/g, (day_on) => formatDay(day_on))

/** "12–14 Mar 2027", "30 Mar – 2 Apr 2027", or one day. Both ends are calendar days (`YYYY-MM-DD`). */
export function formatDayRange(starts_on: string, ends_on: string): string {
  if (starts_on === ends_on) return formatDay(starts_on)
  const from = splitDay(starts_on)
  const to = splitDay(ends_on)
  if (from.year !== to.year) return `${formatDay(starts_on)} – ${formatDay(ends_on)}`
  if (from.month !== to.month) {
    return `${from.day} ${monthName(from.month)} – ${to.day} ${monthName(to.month)} ${to.year}`
  }
  return `${from.day}–${to.day} ${monthName(from.month)} ${from.year}`
}

/** Whole calendar days from the day `now` is in `time_zone` to `day_on`; negative when it is past. */
export function daysUntil(day_on: string, now: Date, time_zone: string): number {
  return dayNumber(day_on) - dayNumber(dayIn(now, time_zone))
}

/** "today 14:05", "tomorrow 08:02", "Mon 08:02" within six days, "12 Mar 08:02", with the year when it is another one. */
export function formatMoment(instant: Date, now: Date, time_zone: string): string {
  const time = clockIn(instant, time_zone)
  const day_on = dayIn(instant, time_zone)
  const days = daysUntil(day_on, now, time_zone)
  if (days === 0) return `today ${time}`
  if (days === 1) return `tomorrow ${time}`
  if (days === -1) return `yesterday ${time}`
  if (days > 1 && days < 7) return `${weekdayIn(instant, time_zone)} ${time}`
  const { year, month, day } = splitDay(day_on)
  const sameYear = year === splitDay(dayIn(now, time_zone)).year
  return `${day} ${monthName(month)}${sameYear ? '' : ` ${year}`} ${time}`
}

/** "09:10 there", "Thu 09:10 there" when their day is another one; null where the clocks agree. */
export function formatThere(instant: Date, here: string, there: string): string | null {
  const isSameDay = dayIn(instant, here) === dayIn(instant, there)
  const time = clockIn(instant, there)
  if (isSameDay && time === clockIn(instant, here)) return null
  return isSameDay ? `${time} there` : `${weekdayIn(instant, there)} ${time} there`
}

/** "just now", "4 min ago", "in 3 h", "2 days ago": for ages, where the exact minute does not matter. */
export function formatRelative(instant: Date, now: Date): string {
  const milliseconds = instant.getTime() - now.getTime()
  const size = Math.abs(milliseconds)
  if (size < 45_000) return milliseconds > 0 ? 'in a moment' : 'just now'
  const minutes = Math.round(size / 60_000)
  const hours = Math.round(size / 3_600_000)
  const words = minutes < 60 ? `${minutes} min` : hours < 36 ? `${hours} h` : plural(Math.round(hours / 24), 'day')
  return milliseconds > 0 ? `in ${words}` : `${words} ago`
}

/** The whole instant with weekday, seconds and zone: what a `title` shows on hover. */
export function formatExact(instant: Date, time_zone: string): string {
  return formatter(time_zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(instant)
}

/** The calendar day (`YYYY-MM-DD`) an instant falls on in a zone. */
function dayIn(instant: Date, time_zone: string): string {
  const parts = formatter(time_zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(instant)
  const part = (type: string) => parts.find((candidate) => candidate.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** "08:02", 24 hours. */
export function clockIn(instant: Date, time_zone: string): string {
  return formatter(time_zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(instant)
}

/** "08:02:17": for logs, where lines follow one another within a minute. */
export function clockWithSeconds(instant: Date, time_zone: string): string {
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  return formatter(time_zone, options).format(instant)
}

/** "GMT-5", "EST": the short name of a zone at an instant, so that a clock time never stands alone. */
export function zoneName(instant: Date, time_zone: string): string {
  const parts = formatter(time_zone, { timeZoneName: 'short' }).formatToParts(instant)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? time_zone
}

/** Two letters for an avatar: "Dana Whitfield" → "DW". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = words[0]?.[0] ?? '?'
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''
  return (first + last).toUpperCase()
}

function weekdayIn(instant: Date, time_zone: string): string {
  return formatter(time_zone, { weekday: 'short' }).format(instant)
}

// Building an Intl.DateTimeFormat costs about 50 µs and a page shows hundreds of times; zones and shapes are few.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(time_zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${time_zone}|${Object.entries(options).join()}`
  const known = formatters.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: time_zone })
  formatters.set(key, made)
  return made
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function monthName(month: number): string {
  return months[month - 1] ?? '?'
}

function splitDay(day_on: string): { year: number; month: number; day: number } {
  const [year = 0, month = 0, day = 0] = day_on.split('-').map(Number)
  return { year, month, day }
}

function dayNumber(day_on: string): number {
  const { year, month, day } = splitDay(day_on)
  return Date.UTC(year, month - 1, day) / 86_400_000
}
