import { FIRST_YEAR, holidayData } from './holiday-data.ts'
import { dayText } from './local-time.ts'

/** A country's holidays: those of every year, and those of single years, as days of the year in base 36. */
const days = new Map<string, Set<number>>()

/** Whether a day is a public or bank holiday in the whole of a country. Of years we have no data for nothing is. */
export function isHoliday(country: string, day: number): boolean {
  let known = days.get(country)
  if (known === undefined) {
    known = readHolidays(holidayData[country] ?? '')
    days.set(country, known)
  }
  return known.has(day)
}

/** The countries whose holidays are known, ISO 3166 alpha-2. */
export const holidayCountries = () => Object.keys(holidayData)

/** `0101 1225|2b…|2f…`: every year's, then each year's own, two characters a day. */
function readHolidays(packed: string): Set<number> {
  const found = new Set<number>()
  const [everyYear = '', ...years] = packed.split('|')
  years.forEach((own, index) => {
    const first = Math.floor(Date.UTC(FIRST_YEAR + index, 0) / 86_400_000)
    const isLeap = dayText(first + 59).endsWith('-02-29')
    // Every year's are written as in a year without a 29th of February.
    for (const at of pairs(everyYear)) found.add(first + at + (isLeap && at >= 59 ? 1 : 0))
    for (const at of pairs(own)) found.add(first + at)
  })
  return found
}

const pairs = (text: string) => (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 36))
