import { holidayCountries, isHoliday } from './holidays.ts'
import { dayNumber, dayOf, dayText, localOf, minuteOf } from './local-time.ts'

/** A day on which nobody is written to, everywhere or in one country. */
export interface DayOff {
  /** ISO 3166 alpha-2; null is everywhere */
  country: string | null
  on: string
}

/** The workspace's own days, to be asked quickly: days since 1970 by country, '' for everywhere. */
export type DaysOff = ReadonlyMap<string, ReadonlySet<number>>

export const noDaysOff: DaysOff = new Map()

export function readDaysOff(rows: readonly DayOff[]): DaysOff {
  const days = new Map<string, Set<number>>()
  for (const { country, on } of rows) {
    const key = country ?? ''
    const known = days.get(key) ?? new Set<number>()
    days.set(key, known.add(dayNumber(on)))
  }
  return days
}

/** Whether a country has a public holiday, or the workspace a day of its own. */
export function isDayOff(day: number, country: string | null, own: DaysOff): boolean {
  if (own.get('')?.has(day) === true) return true
  return country !== null && (own.get(country)?.has(day) === true || isHoliday(country, day))
}

/** Every day off that is today somewhere on earth at this moment: what a claim has to know. */
export function daysOffAround(now: Date, own: DaysOff): DayOff[] {
  const minute = minuteOf(now)
  const first = dayOf(localOf(minute, 'Etc/GMT+12'))
  const last = dayOf(localOf(minute, 'Etc/GMT-14'))
  const found: DayOff[] = []
  for (let day = first; day <= last; day++) {
    const on = dayText(day)
    if (own.get('')?.has(day) === true) found.push({ country: null, on })
    const countries = new Set([...holidayCountries(), ...own.keys()])
    for (const country of countries)
      if (country !== '' && (own.get(country)?.has(day) === true || isHoliday(country, day)))
        found.push({ country, on })
  }
  return found
}
