import { expect, test } from 'vitest'
import { countryCodeOf } from '../../../functions/domain/sequences/country-codes.ts'
import { daysOffAround, isDayOff, noDaysOff, readDaysOff } from '../../../functions/domain/sequences/days-off.ts'
import { holidayCountries } from '../../../functions/domain/sequences/holidays.ts'
import { dayNumber } from '../../../functions/domain/sequences/local-time.ts'
import { planStep, type StepToPlan } from '../../../functions/domain/sequences/plan.ts'
import { describeTiming, noWait, type StepTiming } from '../../../functions/domain/sequences/timing.ts'
import { at, nowhere, office, show } from './schedules.ts'

const around = (more: Partial<StepTiming>): StepTiming => ({ ...noWait, timing: 'event', when_late: 'skip', ...more })
const doors = (more: Partial<StepTiming>) => around({ anchor: 'doors_open', ...more })
const always = { ...office, windows: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from_minute: 0, to_minute: 1440 })) }

function plan(timing: StepTiming, more: Partial<StepToPlan> = {}) {
  const now = more.now ?? at('2026-03-02T15:00:00Z')
  return planStep({ timing, previous: now, now, person: nowhere, show, schedule: always, priority: 100, ...more })
}
const dueAt = (...given: Parameters<typeof plan>) => {
  const found = plan(...given)
  return found.plan === 'at' ? found.due_at.toISOString() : found.plan
}
const berlin = { ...nowhere, country: 'Germany' }
const tokyo = { ...nowhere, time_zone: 'Asia/Tokyo' }

test('14 days before doors open, 09:00 venue time', () => {
  const timing = doors({ anchor_side: 'before', delay_amount: 14, delay_unit: 'days', at_minute: 540, clock: 'venue' })
  expect(describeTiming(timing)).toBe('14 days before doors open, 09:00 at the venue')
  // 18 March, 09:00 in Las Vegas, whoever it goes to.
  expect(dueAt(timing)).toBe('2026-03-18T16:00:00.000Z')
  expect(dueAt(timing, { person: tokyo })).toBe('2026-03-18T16:00:00.000Z')
  // In Berlin that is 17:00: after hours, so the next morning.
  expect(dueAt(timing, { person: berlin, schedule: office })).toBe('2026-03-19T08:00:00.000Z')
})

test('on the first show day, when the doors open or at an hour', () => {
  const timing = doors({ delay_amount: 0, delay_unit: 'days', clock: 'venue' })
  expect(describeTiming(timing)).toBe('on the first show day, at the venue')
  expect(dueAt(timing)).toBe('2026-04-01T16:00:00.000Z')
  expect(dueAt({ ...timing, at_minute: 480 })).toBe('2026-04-01T15:00:00.000Z')
  expect(describeTiming({ ...timing, at_minute: 480 })).toBe('on the first show day, 08:00 at the venue')
  // At home the day begins with the doors where it began before them.
  expect(dueAt({ ...timing, clock: 'recipient' }, { person: tokyo })).toBe('2026-04-01T16:00:00.000Z')
})

test('1 hour after the booth visit: nobody knows when until there is one, then exactly then', () => {
  const timing = around({ anchor: 'booth_visit', delay_amount: 1, delay_unit: 'hours' })
  expect(describeTiming(timing)).toBe('1 hour after the booth visit')
  expect(plan(timing)).toEqual({ plan: 'booth_visit', until_at: at('2026-04-11T00:00:00Z') })
  const visited = { ...nowhere, booth_visited_at: at('2026-04-02T18:20:00Z') }
  expect(dueAt(timing, { person: visited, now: at('2026-04-02T18:21:00Z') })).toBe('2026-04-02T19:20:00.000Z')
  // A week after the show nobody waits any more.
  expect(plan(timing, { now: at('2026-04-11T00:00:00Z') })).toMatchObject({ plan: 'skip', reason: 'no_booth_visit' })
})

test('2 business days after the show at home: counted from the venue’s last day, in the recipient’s office hours', () => {
  const timing = around({ anchor: 'show_end', delay_amount: 2, delay_unit: 'business_days' })
  expect(describeTiming(timing)).toBe('2 business days after the show ends, at home')
  // The show ends on Friday the 3rd; in Germany Good Friday and Easter Monday are off, so Wednesday the 8th.
  expect(dueAt(timing, { person: berlin, schedule: office })).toBe('2026-04-08T07:00:00.000Z')
  // In Tokyo it is Saturday when the doors close; two business days after Friday are Tuesday.
  expect(dueAt(timing, { person: tokyo, schedule: office })).toBe('2026-04-07T00:00:00.000Z')
})

test('a day and an hour on the recipient’s clock', () => {
  const timing: StepTiming = { ...noWait, timing: 'date', date_on: '2026-03-20', at_minute: 600, when_late: 'skip' }
  expect(describeTiming(timing)).toBe('on 2026-03-20, 10:00')
  expect(dueAt(timing, { person: tokyo })).toBe('2026-03-20T01:00:00.000Z')
})

test('whatever the moment, never before now and the step before; late by more than a day is passed over, if it may be', () => {
  const timing = doors({ anchor_side: 'before', delay_amount: 14, delay_unit: 'days', at_minute: 540, clock: 'venue' })
  const late = { now: at('2026-03-19T15:59:00Z') }
  expect(dueAt(timing, late)).toBe('2026-03-19T15:59:00.000Z')
  const tooLate = { now: at('2026-03-19T16:01:00Z') }
  expect(plan(timing, tooLate)).toMatchObject({
    plan: 'skip',
    reason: 'too_late',
    ready_at: at('2026-03-18T16:00:00Z'),
  })
  expect(dueAt({ ...timing, when_late: 'send' }, tooLate)).toBe('2026-03-19T16:01:00.000Z')
  expect(dueAt(timing, { now: at('2026-03-10T00:00:00Z'), previous: at('2026-03-18T20:00:00Z') })).toBe(
    '2026-03-18T20:00:00.000Z',
  )
})

test('holidays: of the recipient’s country, moved ones too, and the workspace’s own days', () => {
  const off = (country: string | null, on: string, own = noDaysOff) => isDayOff(dayNumber(on), country, own)
  expect(off('DE', '2026-05-14')).toBe(true) // Ascension
  expect(off('US', '2026-05-14')).toBe(false)
  expect(off('US', '2026-11-26')).toBe(true) // Thanksgiving
  expect(off('US', '2026-07-03')).toBe(true) // the 4th is a Saturday
  expect(off('GB', '2026-12-28')).toBe(true) // Boxing Day, moved
  expect(off('FR', '2028-05-01')).toBe(true) // after a 29th of February
  expect(off('FR', '2028-05-02')).toBe(false)
  expect(off('CN', '2027-02-06')).toBe(true) // the new year there
  expect(off('AE', '2026-03-21')).toBe(true) // the second day of a feast of three
  expect(off(null, '2026-12-25')).toBe(false)
  const own = readDaysOff([
    { country: null, on: '2026-12-29' },
    { country: 'US', on: '2026-11-27' },
  ])
  expect([off('JP', '2026-12-29', own), off(null, '2026-12-29', own)]).toEqual([true, true])
  expect([off('US', '2026-11-27', own), off('DE', '2026-11-27', own)]).toEqual([true, false])
  expect(holidayCountries().length).toBeGreaterThan(190)
})

test('a claim hears of every day off that is today somewhere', () => {
  const own = readDaysOff([{ country: null, on: '2026-12-26' }])
  const days = daysOffAround(at('2026-12-25T12:00:00Z'), own)
  expect(days).toContainEqual({ country: 'DE', on: '2026-12-25' })
  // On Kiritimati the 26th has begun.
  expect(days).toContainEqual({ country: null, on: '2026-12-26' })
  expect(daysOffAround(at('2026-03-04T12:00:00Z'), noDaysOff).every(({ on }) => on >= '2026-03-04')).toBe(true)
})

test.each([
  ['Germany', 'DE'],
  ['USA', 'US'],
  ['United States of America', 'US'],
  ['The United States', 'US'],
  ['u.s.', 'US'],
  ['UK', 'GB'],
  ['Great Britain', 'GB'],
  ['Korea, Republic of', 'KR'],
  ['South Korea', 'KR'],
  ["Côte d'Ivoire", 'CI'],
  ['Türkiye', 'TR'],
  ['Deutschland', 'DE'],
  ['Österreich', 'AT'],
  ['Estados Unidos', 'US'],
  ['Pays-Bas', 'NL'],
  ['Viet Nam', 'VN'],
  ['Russian Federation', 'RU'],
  ['Taiwan, Province of China', 'TW'],
  ['Bosnia & Herzegovina', 'BA'],
  ['Bosnia and Herzegovina', 'BA'],
  ['Trinidad and Tobago', 'TT'],
  ['Congo, Democratic Republic of the', 'CD'],
  ['de', 'DE'],
  ['MEX', 'MX'],
  ['Atlantis', null],
  ['', null],
  ['European Union', null],
])('%s is %s', (text, code) => expect(countryCodeOf(text)).toBe(code))
