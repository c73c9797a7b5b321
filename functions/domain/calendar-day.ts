/** The form of a date says nothing about the 31st of February. */
export function isCalendarDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** Days of a trade show or of a mail: any other year is a slip of the finger. Of a day as YYYY-MM-DD. */
export const isUsualYear = (day: string): boolean => day >= '2000-01-01' && day <= '2100-12-31'
