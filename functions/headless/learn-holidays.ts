/**
 * `npm run --silent learn:holidays > functions/domain/sequences/holiday-data.ts`: writes the days off that the engine obeys, from
 * the npm package date-holidays. Run it once a year, with a new version of the package.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import Holidays from 'date-holidays'
import { isStarted } from './open.ts'

const FIRST_YEAR = 2026
const LAST_YEAR = 2031
const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, index) => FIRST_YEAR + index)

if (isStarted(import.meta)) writeHolidays()

function writeHolidays(): void {
  const lines = Object.keys(new Holidays().getCountries())
    .filter((country) => /^[A-Z]{2}$/.test(country))
    .sort()
    .flatMap((country) => {
      const packed = pack(years.map((year) => daysOff(country, year)))
      return packed.replaceAll('|', '') === '' ? [] : [`  ${country}: '${packed}',`]
    })
  process.stdout.write(`/**
 * Public and bank holidays of whole countries, ${FIRST_YEAR} to ${LAST_YEAR}, written by functions/headless/learn-holidays.ts. Source: date-holidays
 * ${packageVersion()} (https://github.com/commenthol/date-holidays), ISC, its data Creative Commons Attribution 3.0 (CC BY 3.0,
 * https://creativecommons.org/licenses/by/3.0/), by commenthol and contributors; reduced to days. Two characters a day,
 * the day of the year in base 36: those of every year, then after each bar those of one year.
 */
export const FIRST_YEAR = ${FIRST_YEAR}

export const holidayData: Readonly<Record<string, string>> = {
${lines.join('\n')}
}
`)
}

/** Days of the year, 0 is the first of January. */
function daysOff(country: string, year: number): number[] {
  const found = new Set<number>()
  // The year before, for what begins in December and lasts.
  for (const of of [year - 1, year])
    for (const holiday of new Holidays(country).getHolidays(of)) {
      if (holiday.type !== 'public' && holiday.type !== 'bank') continue
      const length = holiday.end.getTime() - holiday.start.getTime()
      // Half a public holiday is a day of work; half a day on which banks are shut is Christmas Eve.
      if (length < 20 * 3_600_000 && holiday.type === 'public') continue
      const first = Math.floor(Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`) / 86_400_000)
      for (let day = 0; day < Math.max(1, Math.round(length / 86_400_000)); day++) {
        const at = first + day - Date.UTC(year, 0) / 86_400_000
        if (at >= 0 && at < Date.UTC(year + 1, 0) / 86_400_000 - Date.UTC(year, 0) / 86_400_000) found.add(at)
      }
    }
  return [...found].sort((a, b) => a - b)
}

function pack(byYear: readonly number[][]): string {
  const plain = byYear.map((days, index) => {
    const isLeap = new Date(Date.UTC(FIRST_YEAR + index, 1, 29)).getUTCMonth() === 1
    // As in a year without a 29th of February; that day itself is of its own year.
    return days.map((at) => ({ at, plain: isLeap && at === 59 ? -1 : isLeap && at > 59 ? at - 1 : at }))
  })
  const everyYear = (plain[0] ?? [])
    .map(({ plain: day }) => day)
    .filter((day) => plain.every((days) => days.some((other) => other.plain === day)))
  const own = plain.map((days) => days.filter(({ plain: day }) => !everyYear.includes(day)).map(({ at }) => at))
  return [everyYear, ...own].map((days) => days.map(word).join('')).join('|')
}

function word(day: number): string {
  return day.toString(36).padStart(2, '0')
}

function packageVersion(): string {
  const path = createRequire(import.meta.url).resolve('date-holidays/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
