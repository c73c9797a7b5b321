import type { SendWindow } from '../../../db/tables/sequence.ts'

/** Monday to Friday, nine to five. */
export const officeHours: readonly SendWindow[] = [1, 2, 3, 4, 5].map((day) => ({
  day,
  from_minute: 9 * 60,
  to_minute: 17 * 60,
}))

/** In order, each once, those that touch or overlap made one: a window's beginning is where one cannot write before it. */
export function tidyWindows(windows: readonly SendWindow[]): SendWindow[] {
  const tidy: SendWindow[] = []
  for (const window of [...windows].sort((a, b) => a.day - b.day || a.from_minute - b.from_minute)) {
    const last = tidy.at(-1)
    if (last !== undefined && last.day === window.day && window.from_minute <= last.to_minute)
      tidy[tidy.length - 1] = { ...last, to_minute: Math.max(last.to_minute, window.to_minute) }
    else tidy.push({ ...window })
  }
  return tidy
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** "Mon–Thu 09:00–12:00, 13:00–17:00; Fri 09:00–12:00" */
export function describeWindows(windows: readonly SendWindow[]): string {
  const daysOf = new Map<string, number[]>()
  for (const day of [1, 2, 3, 4, 5, 6, 7]) {
    const hours = windows
      .filter((window) => window.day === day)
      .map(({ from_minute, to_minute }) => `${clockTime(from_minute)}–${clockTime(to_minute)}`)
      .join(', ')
    if (hours !== '') daysOf.set(hours, [...(daysOf.get(hours) ?? []), day])
  }
  return [...daysOf].map(([hours, days]) => `${describeDays(days)} ${hours}`).join('; ')
}

function describeDays(days: readonly number[]): string {
  const first = days[0] ?? 1
  const isRun = days.length > 2 && days.every((day, index) => day === first + index)
  return isRun
    ? `${weekdays[first - 1]}–${weekdays[first + days.length - 2]}`
    : days.map((day) => weekdays[day - 1]).join(', ')
}

export function clockTime(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
