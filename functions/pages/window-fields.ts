import * as v from 'valibot'
import type { SendWindow } from '../../db/tables/sequence.ts'

/** The windows of a schedule as a form speaks them: for each weekday some pairs of `HH:MM`, `from_1`, `to_1` for Monday. */

const days = [1, 2, 3, 4, 5, 6, 7] as const
type Name = `${'from' | 'to'}_${(typeof days)[number]}`

const times = v.optional(v.union([v.string(), v.array(v.string())]), [])

export const windowFields = Object.fromEntries(
  days.flatMap((day) => [
    [`from_${day}`, times],
    [`to_${day}`, times],
  ]),
) as Record<Name, typeof times>

type Typed = Readonly<Record<Name, string | string[]>>

/** Reads them. Every problem is told at the field of its weekday. */
export function readWindows(typed: Typed): { windows: SendWindow[]; problems: { name: Name; message: string }[] } {
  const windows: SendWindow[] = []
  const problems: { name: Name; message: string }[] = []
  for (const day of days) {
    const starts = [typed[`from_${day}`]].flat()
    const ends = [typed[`to_${day}`]].flat()
    const pairs = Array.from({ length: Math.max(starts.length, ends.length) }, (_, index) => [
      (starts[index] ?? '').trim(),
      (ends[index] ?? '').trim(),
    ])
    for (const [start = '', end = ''] of pairs) {
      if (start === '' && end === '') continue
      const from_minute = minuteOfClock(start)
      // Midnight at the end of the day is 00:00 in a time field.
      const to_minute = minuteOfClock(end) || 1440
      const name: Name = from_minute === undefined ? `from_${day}` : `to_${day}`
      if (from_minute === undefined || minuteOfClock(end) === undefined)
        problems.push({ name, message: 'Enter both times, like 09:00.' })
      else if (to_minute <= from_minute) problems.push({ name, message: 'A window must end after it begins.' })
      else if (windows.some((one) => one.day === day && from_minute < one.to_minute && one.from_minute < to_minute))
        problems.push({ name: `from_${day}`, message: 'Two windows of this day overlap.' })
      else windows.push({ day, from_minute, to_minute })
    }
  }
  if (windows.length === 0 && problems.length === 0)
    problems.push({ name: 'from_1', message: 'Open at least one window.' })
  return { windows, problems }
}

/** A valid form with its windows read, in the place of the fields that spoke them. */
export function withWindows<Fields extends Typed>(fields: Fields): Omit<Fields, Name> & { windows: SendWindow[] } {
  const others = Object.entries(fields).filter(([name]) => !(name in windowFields))
  return { ...(Object.fromEntries(others) as Omit<Fields, Name>), windows: readWindows(fields).windows }
}

/** As the form shows them. */
export function windowValues(windows: readonly SendWindow[]): Record<string, string[]> {
  const of = (day: number) => windows.filter((window) => window.day === day)
  return Object.fromEntries(
    days.flatMap((day) => [
      [`from_${day}`, of(day).map(({ from_minute }) => clockWords(from_minute))],
      [`to_${day}`, of(day).map(({ to_minute }) => clockWords(to_minute))],
    ]),
  )
}

/** `HH:MM` to minutes after midnight. */
export function minuteOfClock(text: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes)
}

export function clockWords(minute: number): string {
  const parts = [Math.floor(minute / 60) % 24, minute % 60]
  return parts.map((part) => String(part).padStart(2, '0')).join(':')
}
