import { expect, test } from 'vitest'
import {
  daysUntil,
  formatDayRange,
  formatDuration,
  formatMoment,
  formatPercent,
  formatRelative,
  initials,
  plural,
} from '../../web/format.ts'

const now = new Date('2027-03-01T15:30:00Z')

test.each([
  ['2027-03-01T16:02:00Z', 'America/Chicago', 'today 10:02'],
  ['2027-03-02T14:02:00Z', 'America/Chicago', 'tomorrow 08:02'],
  ['2027-02-28T23:40:00Z', 'America/Chicago', 'yesterday 17:40'],
  ['2027-03-05T14:02:00Z', 'America/Chicago', 'Fri 08:02'],
  ['2027-03-08T14:02:00Z', 'America/Chicago', '8 Mar 08:02'],
  ['2026-12-31T14:02:00Z', 'America/Chicago', '31 Dec 2026 08:02'],
  // Four in the morning in Auckland: for somebody there, this afternoon in Chicago is already tomorrow.
  ['2027-03-01T16:02:00Z', 'Pacific/Auckland', 'today 05:02'],
  ['2027-03-01T10:59:00Z', 'Pacific/Auckland', 'yesterday 23:59'],
])('%s in %s is said as “%s”', (instant, time_zone, words) => {
  expect(formatMoment(new Date(instant), now, time_zone)).toBe(words)
})

test('midnight is 00, not 24', () => {
  expect(formatMoment(new Date('2027-03-02T00:00:00Z'), now, 'UTC')).toBe('tomorrow 00:00')
})

test('days are counted on the calendar of the zone, also over the change to summer time', () => {
  expect(daysUntil('2027-03-22', now, 'America/Chicago')).toBe(21)
  expect(daysUntil('2027-03-01', new Date('2027-03-01T23:30:00Z'), 'Pacific/Auckland')).toBe(-1)
})

test.each([
  ['2027-03-22', '2027-03-22', '22 Mar 2027'],
  ['2027-03-22', '2027-03-25', '22–25 Mar 2027'],
  ['2027-04-30', '2027-05-02', '30 Apr – 2 May 2027'],
  ['2026-12-30', '2027-01-02', '30 Dec 2026 – 2 Jan 2027'],
])('%s to %s is “%s”', (starts_on, ends_on, words) => {
  expect(formatDayRange(starts_on, ends_on)).toBe(words)
})

test.each([
  [20_000, 'in a moment'],
  [-20_000, 'just now'],
  [-4 * 60_000, '4 min ago'],
  [3 * 3_600_000, 'in 3 h'],
  [-3 * 86_400_000, '3 days ago'],
])('%i ms from now is “%s”', (milliseconds, words) => {
  expect(formatRelative(new Date(now.getTime() + milliseconds), now)).toBe(words)
})

test.each([
  [340, '340 ms'],
  [1500, '1.5 s'],
  [59_000, '59 s'],
  [90 * 60_000, '1 h 30 min'],
  [72 * 3_600_000, '3 days'],
])('%i ms last “%s”', (milliseconds, words) => {
  expect(formatDuration(milliseconds)).toBe(words)
})

test('shares, counts and initials', () => {
  expect(formatPercent(1, 0)).toBe('–')
  expect(formatPercent(0, 9)).toBe('0 %')
  expect(formatPercent(1, 80)).toBe('1.3 %')
  expect(formatPercent(1874, 5409)).toBe('35 %')
  expect(plural(1, 'person', 'people')).toBe('1 person')
  expect(plural(2653, 'account')).toBe('2,653 accounts')
  expect(initials('Jean-Paul van der Berg')).toBe('JB')
  expect(initials(' ')).toBe('?')
})
