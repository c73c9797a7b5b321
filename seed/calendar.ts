const DAY_MS = 86_400_000

/** The seed's own calendar: what has happened lies on weekdays before the seed day, what is to come on days after it. */
export interface Calendar {
  /** midnight UTC that begins the seed day; the history ends here */
  now: Date
  /** so many weekdays before the last weekday that is over, at a time in UTC */
  weekday(back: number, hour: number, minute?: number): Date
  /** `YYYY-MM-DD` of the given weekday (1 is Monday) in the week so many weeks ahead */
  dayAhead(weeks: number, weekday: number): string
}

export function calendarOf(today: Date): Calendar {
  const now = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()))
  return {
    now,
    weekday(back, hour, minute = 0) {
      let day = now.getTime()
      for (let left = back + 1; left > 0; ) {
        day -= DAY_MS
        if (isWeekday(day)) left -= 1
      }
      return new Date(day + hour * 3_600_000 + minute * 60_000)
    },
    dayAhead(weeks, weekday) {
      const monday = now.getTime() - ((now.getUTCDay() + 6) % 7) * DAY_MS
      return new Date(monday + (weeks * 7 + weekday - 1) * DAY_MS).toISOString().slice(0, 10)
    },
  }
}

const isWeekday = (day: number) => ![0, 6].includes(new Date(day).getUTCDay())
