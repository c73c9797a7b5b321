import { noDaysOff } from '../../../functions/domain/sequences/days-off.ts'
import type { Schedule } from '../../../functions/domain/sequences/opening.ts'
import { noWait, type Show, type StepTiming } from '../../../functions/domain/sequences/timing.ts'
import { officeHours } from '../../../functions/domain/sequences/windows.ts'

/** Monday to Friday, nine to five, New York. */
export const office: Schedule = {
  windows: officeHours,
  time_zone: 'America/New_York',
  skip_holidays: true,
  days_off: noDaysOff,
  workspace_time_zone: null,
}

/** Las Vegas, Wednesday to Friday. */
export const show: Show = {
  starts_on: '2026-04-01',
  ends_on: '2026-04-03',
  doors_open_minute: 540,
  doors_close_minute: 1020,
  time_zone: 'America/Los_Angeles',
  country: 'US',
}

export const nowhere = {
  time_zone: null,
  country: null,
  account_country: null,
  account_region: null,
  booth_visited_at: null,
}

export const wait = (delay_amount: number, delay_unit: StepTiming['delay_unit']): StepTiming => ({
  ...noWait,
  delay_amount,
  delay_unit,
})

export const at = (text: string) => new Date(text)
