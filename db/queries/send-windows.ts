import { type RawBuilder, sql } from 'kysely'

/** A day off at the moment of a claim, everywhere or in one country. */
export interface DayOffNow {
  country: string | null
  on: string
}

/**
 * Whether the schedule of sequence `s` is open for mail `m` at the local time `here.at`. The same as `isWindowOpen`; the
 * days off around this moment come with the question, for the database knows no holidays.
 */
export function windowIsOpen(days_off: readonly DayOffNow[]): RawBuilder<boolean> {
  return sql<boolean>`coalesce(
    exists (select from jsonb_to_recordset(s.windows) as w(day integer, from_minute integer, to_minute integer)
      where w.day = extract(isodow from here.at)
        and extract(hour from here.at) * 60 + extract(minute from here.at) between w.from_minute and w.to_minute - 1)
    and not (s.skip_holidays and exists (
      select from jsonb_to_recordset(${JSON.stringify(days_off)}::jsonb) as off(country text, "on" date)
      where off."on" = here.at::date and (off.country is null or off.country = m.country))), false)`
}
