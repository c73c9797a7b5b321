import { foldText } from '../fold-text.ts'
import { weekdayOf } from '../sequences/local-time.ts'
import {
  type DayForm,
  dayForms,
  endOfSpan,
  englishWords,
  inclusiveAfter,
  monthNumbers,
  notBeforeDay,
  numberWords,
  otherWords,
  returnWords,
  startOfSpan,
  throughDay,
  untilDayItself,
  weekdayNumbers,
} from './return-date-words.ts'

/** Nobody is away for longer; a day that is further off was read wrong. */
const MOST_DAYS_AHEAD = 366
/** A day without a year that lies further ahead is a day of this year that has passed: an answer nobody switched off. */
const MOST_DAYS_WITHOUT_YEAR = 200
const MOST_CHARACTERS = 4_000
const CONTEXT = 70

/**
 * The first day on which somebody is back, as an out-of-office says it in seven languages. Facts beat guesses: "back on" counts
 * before "until", and what lies in the past, more than a year ahead or stands there without a word about coming back is no answer.
 *
 * @param today the day on which the mail came, in the writer's zone; days are counted since 1970-01-01
 * @returns undefined when the text does not say
 */
export function readReturnDate(text: string, today: number): number | undefined {
  const folded = plain(text)
  const found = findDays(folded, today)
  const judged = found.flatMap((day, index) => judge(folded, day, found[index - 1], found[index + 1]))
  const returns = judged.filter(({ kind }) => kind === 'return')
  const ends = judged.filter(({ kind }) => kind === 'until').sort((a, b) => b.first_day - a.first_day)
  return [...returns, ...ends].find(({ first_day }) => isAhead(first_day, today))?.first_day
}

/** The first day from Monday to Friday at or after a day. */
export function workingDayFrom(day: number): number {
  const weekday = weekdayOf(day)
  return weekday > 5 ? day + 8 - weekday : day
}

/** One line a sentence's worth of text: breaks within a sentence mean nothing, an empty line ends one. */
function plain(text: string): string {
  return foldText(text.slice(0, MOST_CHARACTERS))
    .replace(/[’‘`´]/g, "'")
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]*\n+/g, ' ; ')
    .replace(/[\s*_]+/g, ' ')
}

interface FoundDay {
  from: number
  to: number
  day: number
  /** a whole month or week: its first day is meant, also after "until" */
  is_span: boolean
}

function findDays(text: string, today: number): FoundDay[] {
  const found: FoundDay[] = []
  const isEnglish = (text.match(englishWords)?.length ?? 0) >= (text.match(otherWords)?.length ?? 0)
  for (const form of Object.keys(dayForms) as DayForm[])
    for (const match of text.matchAll(dayForms[form])) {
      const from = match.index + leadOf(form, match[0])
      const to = match.index + match[0].length
      if (found.some((other) => from < other.to && other.from < to)) continue
      const day = readDay(form, match.groups ?? {}, { today, isEnglish })
      if (day !== undefined) found.push({ from, to, day, is_span: spans.has(form) })
    }
  return found.sort((a, b) => a.from - b.from)
}

const spans: ReadonlySet<DayForm> = new Set(['month_end', 'month_alone', 'next_week', 'week_end'])

/** "until April" is found with its preposition, which belongs to the text before the day. */
const leadOf = (form: DayForm, text: string) =>
  form === 'month_alone' ? text.lastIndexOf(' ', text.search(/ \w+( \d+)?$/)) + 1 : 0

type Groups = Readonly<Record<string, string | undefined>>
interface Reading {
  today: number
  isEnglish: boolean
}

function readDay(form: DayForm, groups: Groups, reading: Reading): number | undefined {
  const { today } = reading
  const month = monthNumbers.get(groups.month ?? '') ?? Number(groups.month)
  switch (form) {
    case 'iso':
    case 'day_month':
    case 'month_day':
      return dated(Number(groups.day), month, groups.year, today)
    case 'numeric':
      return readNumeric(groups, reading)
    case 'ordinal_day': {
      const day = Number(groups.day ?? groups.day2 ?? groups.day3)
      const here = dateOf(yearOf(today), monthOf(today), day)
      return here !== undefined && here >= today ? here : dateOf(yearOf(today), monthOf(today) + 1, day)
    }
    case 'hence':
      return readHence(groups, today)
    case 'month_end': {
      const first = dated(1, month, groups.year, startOfMonth(today))
      if (first === undefined) return undefined
      if (/^(?:mid|mitte|mi-|medi|meta|half|mead)/.test(groups.part ?? '')) return first + 14
      return /^(?:end|late|fin|eind)/.test(groups.part ?? '') ? addMonths(first, 1) : first
    }
    case 'month_alone':
      return dated(1, month, groups.year, today)
    case 'week_end':
    case 'next_week':
      return today + 8 - weekdayOf(today)
    case 'tomorrow':
      return today + 1
    case 'weekday_alone':
      return nextWeekday(weekdayNumbers.get(groups.weekday ?? ''), today)
  }
}

/** The next such day after today: who writes "back on Monday" on a Monday means another one. */
function nextWeekday(weekday: number | undefined, today: number): number | undefined {
  return weekday === undefined ? undefined : today + ((weekday - weekdayOf(today) + 6) % 7) + 1
}

function readHence({ count, unit }: Groups, today: number): number | undefined {
  const amount = numberWords.get(count ?? '') ?? Number(count)
  if (/^(?:d|t|j|g)/.test(unit ?? '')) return today + amount
  return /^(?:w|se)/.test(unit ?? '') ? today + 7 * amount : addMonths(today, amount)
}

/**
 * 3/4: the weekday beside it decides, then what is possible, then the language: only English puts the month first, and there the
 * nearer of two days ahead is meant.
 */
function readNumeric(groups: Groups, { today, isEnglish }: Reading): number | undefined {
  const [first, second] = [Number(groups.first), Number(groups.second)]
  // Round the clock, every day.
  if (first === 24 && second === 7 && groups.mark === '/') return undefined
  const dayFirst = dated(first, second, groups.year, today)
  const monthFirst = groups.mark === '.' ? undefined : dated(second, first, groups.year, today)
  const weekday = weekdayNumbers.get(groups.weekday ?? '')
  const fitting = [dayFirst, monthFirst].find((day) => day !== undefined && weekdayOf(day) === weekday)
  if (fitting !== undefined) return fitting
  if (groups.mark !== '/' || !isEnglish) return dayFirst ?? monthFirst
  const ahead = [monthFirst, dayFirst].filter((day) => day !== undefined && isAhead(day, today))
  return ahead.sort((a = 0, b = 0) => a - b)[0] ?? monthFirst ?? dayFirst
}

/** Without a year the next such day; one that has just passed stays in the past. */
function dated(day: number, month: number, year: string | undefined, today: number): number | undefined {
  if (year !== undefined && year !== '')
    return dateOf(year.length === 2 ? 2000 + Number(year) : Number(year), month, day)
  const here = dateOf(yearOf(today), month, day)
  if (here !== undefined && here >= today) return here
  const next = dateOf(yearOf(today) + 1, month, day)
  return next !== undefined && next - today <= MOST_DAYS_WITHOUT_YEAR ? next : here
}

const DAY_MS = 86_400_000
const yearOf = (day: number) => new Date(day * DAY_MS).getUTCFullYear()
const monthOf = (day: number) => new Date(day * DAY_MS).getUTCMonth() + 1
const startOfMonth = (day: number) => Date.UTC(yearOf(day), monthOf(day) - 1) / DAY_MS

/** The 31st of a month that has none is the first of the next. */
const addMonths = (day: number, months: number) =>
  Date.UTC(yearOf(day), monthOf(day) - 1 + months, new Date(day * DAY_MS).getUTCDate()) / DAY_MS

/** Undefined for a day that no calendar has; a thirteenth month is the January after it. */
function dateOf(year: number, month: number, day: number): number | undefined {
  if (!(month >= 1 && month <= 13)) return undefined
  const at = new Date(Date.UTC(year, month - 1, day))
  return at.getUTCDate() === day ? at.getTime() / DAY_MS : undefined
}

interface Judged {
  kind: 'return' | 'until'
  first_day: number
}

/** What is said about a day, by the words of its own sentence between the day before it and the day after it. */
function judge(text: string, found: FoundDay, previous: FoundDay | undefined, next: FoundDay | undefined): Judged[] {
  const { day, is_span } = found
  const dayAfter = is_span ? day : day + 1
  const lead = text.slice(Math.max(previous?.to ?? 0, found.from - CONTEXT), found.from)
  const before = lead.split(sentenceEnd).at(-1) ?? ''
  const trail = text.slice(found.to, Math.min(next?.from ?? text.length, found.to + CONTEXT))
  const [after = '', ...rest] = trail.split(sentenceEnd)
  const isInclusive = inclusiveAfter.test(after)
  // With another day in the same sentence, what stands between the two belongs to the other one.
  const ownAfter = next !== undefined && rest.length === 0 && next.from <= found.to + CONTEXT ? '' : after
  const touchesPrevious = previous !== undefined && previous.to >= found.from - CONTEXT && lead === before
  const span = touchesPrevious ? `DAY${before}` : before

  if (notBeforeDay.test(before)) return [{ kind: 'return', first_day: day }]
  if (endOfSpan.test(span) && !returnWords.test(before)) return [{ kind: 'until', first_day: dayAfter }]
  if (untilDayItself.test(before)) return [{ kind: 'until', first_day: isInclusive ? dayAfter : day }]
  if (throughDay.test(before)) return [{ kind: 'until', first_day: dayAfter }]
  if (returnWords.test(before)) return [{ kind: 'return', first_day: day }]
  if (startOfSpan.test(before) && ownAfter === '') return []
  return returnWords.test(ownAfter) ? [{ kind: 'return', first_day: day }] : []
}

/** A full stop after a number or an abbreviation ends nothing. */
const sentenceEnd = /(?<!\d|\b(?:approx|ca|inkl|einschl|incl|mr|dr))\.(?=\s|$)|[!?;]/

function isAhead(day: number, today: number): boolean {
  return day >= today && day - today <= MOST_DAYS_AHEAD
}
