import { expect, test } from 'vitest'
import {
  addDelay,
  describeWindow,
  isWindowOpen,
  planOpening,
  planStep,
  type SendWindow,
  startOfNextDay,
  zoneOf,
} from '../../../functions/domain/sequences/plan.ts'

const window: SendWindow = {
  window_days: [1, 2, 3, 4, 5],
  window_from_minute: 540,
  window_to_minute: 1020,
  time_zone: 'America/New_York',
}
const nowhere = { time_zone: null, country: null }
const EARLY = '00000000-0000-5000-8000-000000000000'
const LATE = 'ffffffff-0000-5000-8000-000000000000'
const at = (text: string) => new Date(text)
const plan = (previous: string, delay: [number, 'minutes' | 'hours' | 'days' | 'business_days'], more = {}) =>
  planStep({
    delay: { delay_amount: delay[0], delay_unit: delay[1] },
    previous: at(previous),
    now: at(previous),
    person: nowhere,
    window,
    spread_by: EARLY,
    ...more,
  }).due_at.toISOString()

test('the first step leaves at once inside the window, else at the next opening', () => {
  expect(plan('2026-03-02T15:00:00Z', [0, 'minutes'])).toBe('2026-03-02T15:00:00.000Z')
  expect(plan('2026-03-02T13:59:59Z', [0, 'minutes'])).toBe('2026-03-02T14:00:00.000Z')
  expect(plan('2026-03-02T22:00:00Z', [0, 'minutes'])).toBe('2026-03-03T14:00:00.000Z')
  expect(plan('2026-03-06T22:00:00Z', [0, 'minutes'])).toBe('2026-03-09T13:00:00.000Z')
})

test('business days leave out the weekend; days do not, but the window does', () => {
  expect(plan('2026-03-05T15:00:00Z', [2, 'business_days'])).toBe('2026-03-09T14:00:00.000Z')
  expect(plan('2026-03-07T15:00:00Z', [1, 'business_days'])).toBe('2026-03-09T14:00:00.000Z')
  expect(plan('2026-03-05T15:00:00Z', [2, 'days'])).toBe('2026-03-09T13:00:00.000Z')
  expect(plan('2026-03-05T15:00:00Z', [90, 'minutes'])).toBe('2026-03-05T16:30:00.000Z')
})

test('never before now, however long ago the step before was', () => {
  expect(plan('2026-03-02T15:00:00Z', [1, 'days'], { now: at('2026-03-20T15:00:00Z') })).toBe(
    '2026-03-20T15:00:00.000Z',
  )
})

test('days keep the hour of the wall clock over both changes of the clocks; hours are exact', () => {
  const day = { delay_amount: 1, delay_unit: 'days' } as const
  // New York: 8 March 2026, 02:00 → 03:00; 1 November 2026, 02:00 → 01:00
  expect(addDelay(at('2026-03-07T15:00:00Z'), day, 'America/New_York')).toEqual(at('2026-03-08T14:00:00Z'))
  expect(addDelay(at('2026-10-31T14:00:00Z'), day, 'America/New_York')).toEqual(at('2026-11-01T15:00:00Z'))
  expect(addDelay(at('2026-03-07T07:30:00Z'), day, 'America/New_York')).toEqual(at('2026-03-08T07:30:00Z'))
  const hours = { delay_amount: 24, delay_unit: 'hours' } as const
  expect(addDelay(at('2026-03-07T15:00:00Z'), hours, 'America/New_York')).toEqual(at('2026-03-08T15:00:00Z'))
  // Sydney: southern summer ends on 5 April 2026; Lord Howe moves by half an hour
  expect(addDelay(at('2026-04-03T22:00:00Z'), day, 'Australia/Sydney')).toEqual(at('2026-04-04T23:00:00Z'))
  expect(addDelay(at('2026-04-03T22:00:00Z'), day, 'Australia/Lord_Howe')).toEqual(at('2026-04-04T22:30:00Z'))
})

test('a window that begins in a gap of the clocks opens after it; one that lies in the gap waits a day', () => {
  const night = { ...window, window_days: [7, 1], window_from_minute: 150, window_to_minute: 300 }
  expect(planOpening(at('2026-03-08T05:00:00Z'), 'America/New_York', night, EARLY)).toEqual(at('2026-03-08T07:30:00Z'))
  const inGap = { ...window, window_days: [7, 1], window_from_minute: 120, window_to_minute: 180 }
  expect(planOpening(at('2026-03-08T05:00:00Z'), 'America/New_York', inGap, EARLY)).toEqual(at('2026-03-09T06:00:00Z'))
})

test('a window in the repeated hour opens the first time', () => {
  const repeated = { ...window, window_days: [7], window_from_minute: 60, window_to_minute: 120 }
  expect(planOpening(at('2026-11-01T04:00:00Z'), 'America/New_York', repeated, EARLY)).toEqual(
    at('2026-11-01T05:00:00Z'),
  )
})

test('mails that wait for an opening are spread, the same way each time, and stay inside', () => {
  const spread = (id: string, w = window) => planOpening(at('2026-03-02T10:00:00Z'), 'America/New_York', w, id)
  expect(spread(EARLY)).toEqual(at('2026-03-02T14:00:00Z'))
  expect(spread(LATE)).toEqual(spread(LATE))
  expect(spread(LATE).getTime()).toBeLessThan(at('2026-03-02T14:10:00Z').getTime())
  const narrow = { ...window, window_to_minute: 541 }
  for (let n = 0; n < 500; n++) {
    const id = `${(n * 8_589_934).toString(16).padStart(8, '0')}-0000-5000-8000-000000000000`
    expect(isWindowOpen(spread(id, narrow), 'America/New_York', narrow)).toBe(true)
  }
})

test('the zone is the person’s own, else the country’s where it has but one, else the sequence’s', () => {
  expect(zoneOf({ time_zone: 'Asia/Tokyo', country: 'Germany' }, window).time_zone).toBe('Asia/Tokyo')
  expect(zoneOf({ time_zone: 'Moon/Base', country: 'Germany' }, window).time_zone).toBe('Europe/Berlin')
  expect(zoneOf({ time_zone: null, country: 'Korea, Republic of' }, window).time_zone).toBe('Asia/Seoul')
  expect(zoneOf({ time_zone: null, country: 'United States' }, window)).toEqual({
    time_zone: 'America/New_York',
    known_by: "the sequence's zone",
  })
})

test('the rule says how the moment came about', () => {
  const moment = planStep({
    delay: { delay_amount: 2, delay_unit: 'business_days' },
    previous: at('2026-03-02T10:00:00Z'),
    now: at('2026-03-02T10:00:00Z'),
    person: { time_zone: null, country: 'Germany' },
    window,
    spread_by: EARLY,
  })
  expect(moment.rule).toBe('after 2 business days, Mon–Fri 09:00–17:00 in Europe/Berlin (by country, Germany)')
  expect(describeWindow({ ...window, window_days: [2, 4] })).toBe('Tue, Thu 09:00–17:00')
})

test('the next day begins at midnight there, also where midnight does not exist', () => {
  expect(startOfNextDay(at('2026-03-08T03:00:00Z'), 'America/New_York')).toEqual(at('2026-03-08T05:00:00Z'))
  // Cairo springs forward at midnight: 24 April 2026 begins at 01:00
  expect(startOfNextDay(at('2026-04-23T12:00:00Z'), 'Africa/Cairo')).toEqual(at('2026-04-23T22:00:00Z'))
})
