import { expect, test } from 'vitest'
import { startOfNextDay } from '../../../functions/domain/sequences/local-time.ts'
import { isWindowOpen, planOpening, type Schedule } from '../../../functions/domain/sequences/opening.ts'
import { planStep, type StepToPlan } from '../../../functions/domain/sequences/plan.ts'
import { addDelay } from '../../../functions/domain/sequences/timing.ts'
import { describeWindows, tidyWindows } from '../../../functions/domain/sequences/windows.ts'
import { placeOf } from '../../../functions/domain/sequences/zones.ts'
import { at, nowhere, office, show, wait } from './schedules.ts'

const FIRST = 100
const NEW_YORK = { time_zone: 'America/New_York', country: null, priority: FIRST }
const home = (time_zone: string) => ({ time_zone, country: null, days_off: office.days_off })
const on = (days: number[], from_minute: number, to_minute: number): Schedule => ({
  ...office,
  windows: days.map((day) => ({ day, from_minute, to_minute })),
})

function momentOf(previous: string, delay: Parameters<typeof wait>, more: Partial<StepToPlan> = {}) {
  const plan = planStep({
    timing: wait(...delay),
    previous: at(previous),
    now: at(previous),
    person: nowhere,
    show,
    schedule: office,
    priority: FIRST,
    ...more,
  })
  if (plan.plan !== 'at') throw new Error(plan.plan)
  return plan
}
const plan = (...given: Parameters<typeof momentOf>) => momentOf(...given).due_at.toISOString()

test('the first step leaves at once inside the window, else at the next opening', () => {
  expect(plan('2026-03-02T15:00:00Z', [0, 'minutes'])).toBe('2026-03-02T15:00:00.000Z')
  expect(plan('2026-03-02T15:00:01Z', [0, 'minutes'])).toBe('2026-03-02T15:01:00.000Z')
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

test('never before now, however long ago the step before was; the wait itself stays exact', () => {
  const late = momentOf('2026-03-02T15:00:00Z', [1, 'days'], { now: at('2026-03-20T15:00:00Z') })
  expect(late.due_at).toEqual(at('2026-03-20T15:00:00Z'))
  const exact = momentOf('2026-03-02T15:00:20Z', [1, 'hours'])
  expect([exact.ready_at, exact.due_at]).toEqual([at('2026-03-02T16:00:20Z'), at('2026-03-02T16:01:00Z')])
})

test('days keep the hour of the wall clock over both changes of the clocks; hours are exact', () => {
  const day = { delay_amount: 1, delay_unit: 'days' } as const
  const add = (from: string, delay: Parameters<typeof addDelay>[1], zone: string) =>
    addDelay(at(from), delay, home(zone))
  // New York: 8 March 2026, 02:00 → 03:00; 1 November 2026, 02:00 → 01:00
  expect(add('2026-03-07T15:00:00Z', day, 'America/New_York')).toEqual(at('2026-03-08T14:00:00Z'))
  expect(add('2026-10-31T14:00:00Z', day, 'America/New_York')).toEqual(at('2026-11-01T15:00:00Z'))
  expect(add('2026-03-07T07:30:00Z', day, 'America/New_York')).toEqual(at('2026-03-08T07:30:00Z'))
  const hours = { delay_amount: 24, delay_unit: 'hours' } as const
  expect(add('2026-03-07T15:00:00Z', hours, 'America/New_York')).toEqual(at('2026-03-08T15:00:00Z'))
  // Sydney: southern summer ends on 5 April 2026; Lord Howe moves by half an hour
  expect(add('2026-04-03T22:00:00Z', day, 'Australia/Sydney')).toEqual(at('2026-04-04T23:00:00Z'))
  expect(add('2026-04-03T22:00:00Z', day, 'Australia/Lord_Howe')).toEqual(at('2026-04-04T22:30:00Z'))
})

test('a window that begins in a gap of the clocks opens after it; one that lies in the gap waits a day', () => {
  const from = at('2026-03-08T05:00:00Z')
  expect(planOpening(from, NEW_YORK, on([7, 1], 150, 300))).toEqual(at('2026-03-08T07:00:00Z'))
  expect(planOpening(from, NEW_YORK, on([7, 1], 120, 180))).toEqual(at('2026-03-09T06:00:00Z'))
})

test('a window in the repeated hour opens both times', () => {
  const repeated = on([7], 60, 90)
  expect(planOpening(at('2026-11-01T04:00:00Z'), NEW_YORK, repeated)).toEqual(at('2026-11-01T05:00:00Z'))
  expect(planOpening(at('2026-11-01T05:30:00Z'), NEW_YORK, repeated)).toEqual(at('2026-11-01T06:00:00Z'))
})

test('mails that wait for an opening are spread by score, the highest first, and stay inside', () => {
  const spread = (priority: number, schedule = office, from = '2026-03-02T10:00:00Z') =>
    planOpening(at(from), { ...NEW_YORK, priority }, schedule)
  expect(spread(100)).toEqual(at('2026-03-02T14:00:00Z'))
  expect(spread(0)).toEqual(at('2026-03-02T14:09:00Z'))
  expect(spread(50)).toEqual(at('2026-03-02T14:04:00Z'))
  // Whoever comes while the first minutes run waits their turn; later nobody waits.
  expect(spread(0, office, '2026-03-02T14:03:00Z')).toEqual(at('2026-03-02T14:09:00Z'))
  expect(spread(0, office, '2026-03-02T14:10:00Z')).toEqual(at('2026-03-02T14:10:00Z'))
  const narrow = on([1], 540, 541)
  for (let score = 0; score <= 100; score++) expect(isWindowOpen(spread(score, narrow), NEW_YORK, narrow)).toBe(true)
})

test('midnight between two windows is no opening', () => {
  const always = on([1, 2, 3, 4, 5, 6, 7], 0, 1440)
  expect(planOpening(at('2026-03-03T05:00:00Z'), { ...NEW_YORK, priority: 0 }, always)).toEqual(
    at('2026-03-03T05:00:00Z'),
  )
})

test('several windows a weekday: a mail that comes at noon leaves after lunch', () => {
  const halves = { ...office, windows: [...on([1], 540, 720).windows, ...on([1], 780, 1020).windows] }
  expect(planOpening(at('2026-03-02T17:00:00Z'), NEW_YORK, halves)).toEqual(at('2026-03-02T18:00:00Z'))
  expect(planOpening(at('2026-03-02T22:00:00Z'), NEW_YORK, halves)).toEqual(at('2026-03-09T13:00:00Z'))
})

test('the zone is the person’s own, their country’s, their account’s, then the sequence’s and the workspace’s', () => {
  const zone = (person: object, schedule = office) => placeOf({ ...nowhere, ...person }, schedule)
  expect(zone({ time_zone: 'Asia/Tokyo', country: 'Germany' }).time_zone).toBe('Asia/Tokyo')
  expect(zone({ time_zone: 'Moon/Base', country: 'Germany' }).time_zone).toBe('Europe/Berlin')
  expect(zone({ country: 'Korea, Republic of' })).toMatchObject({ time_zone: 'Asia/Seoul', country: 'KR' })
  expect(zone({ country: 'United States' })).toEqual({
    time_zone: 'America/New_York',
    country: 'US',
    known_by: "the sequence's zone",
  })
  expect(zone({ country: 'USA', account_country: 'United States', account_region: 'NV' })).toEqual({
    time_zone: 'America/Los_Angeles',
    country: 'US',
    known_by: "by the account's region, NV, United States",
  })
  expect(zone({ account_country: 'France' }).known_by).toBe("by the account's country, France")
  // A person in Canada is not where the French account is.
  expect(zone({ country: 'Canada', account_country: 'France' })).toMatchObject({
    time_zone: 'America/Toronto',
    country: 'CA',
  })
  expect(zone({}, { ...office, time_zone: '', workspace_time_zone: 'Europe/Rome' })).toMatchObject({
    time_zone: 'Europe/Rome',
    known_by: "the workspace's zone",
  })
})

test('in a country of several zones without a region: the sequence’s when it lies there, else where most people live', () => {
  const zone = (person: object, time_zone: string) => placeOf({ ...nowhere, ...person }, { ...office, time_zone })
  expect(zone({ country: 'Brazil' }, 'America/Chicago')).toEqual({
    time_zone: 'America/Sao_Paulo',
    country: 'BR',
    known_by: 'by country, Brazil: where most people live',
  })
  expect(zone({ account_country: 'Mexico' }, 'Europe/Berlin').known_by).toBe(
    "by the account's country, Mexico: where most people live",
  )
  for (const [country, most] of [
    ['US', 'America/Chicago'],
    ['Canada', 'America/Toronto'],
    ['Australia', 'Australia/Sydney'],
    ['Mexico', 'America/Mexico_City'],
    ['Russia', 'Europe/Moscow'],
    ['Indonesia', 'Asia/Jakarta'],
  ] as const)
    expect(zone({ country }, 'Europe/Berlin').time_zone).toBe(most)
  for (const [country, there] of [
    ['US', 'America/Detroit'],
    ['US', 'America/Los_Angeles'],
    ['Brazil', 'America/Manaus'],
    ['Australia', 'Australia/Perth'],
  ] as const)
    expect(zone({ country }, there)).toMatchObject({ time_zone: there, known_by: "the sequence's zone" })
  // The account tells the region of a country of its own only.
  expect(zone({ country: 'Brazil', account_country: 'United States', account_region: 'NV' }, 'UTC').time_zone).toBe(
    'America/Sao_Paulo',
  )
  expect(zone({ account_country: 'Brazil', account_region: 'Amazonas' }, 'UTC').time_zone).toBe('America/Manaus')
})

test('business days leave out holidays only where the sequence does', () => {
  // Good Friday, 3 April 2026, and Easter Monday.
  const german = { person: { ...nowhere, country: 'Germany' } }
  const due = (skip_holidays: boolean) =>
    plan('2026-04-02T08:00:00Z', [1, 'business_days'], { ...german, schedule: { ...office, skip_holidays } })
  expect(due(true).slice(0, 10)).toBe('2026-04-07')
  expect(due(false).slice(0, 10)).toBe('2026-04-03')
})

test('the rule says how the moment came about', () => {
  const moment = momentOf('2026-03-02T10:00:00Z', [2, 'business_days'], { person: { ...nowhere, country: 'Germany' } })
  expect(moment.rule).toBe(
    'after 2 business days, Mon–Fri 09:00–17:00 in Europe/Berlin (by country, Germany), not on holidays in DE',
  )
  expect(moment.country).toBe('DE')
  expect(describeWindows(on([2, 4], 540, 1020).windows)).toBe('Tue, Thu 09:00–17:00')
  const uneven = [
    ...on([1, 2, 3, 4], 540, 720).windows,
    ...on([1, 2, 3, 4], 780, 1020).windows,
    ...on([5], 540, 720).windows,
  ]
  expect(describeWindows(tidyWindows(uneven))).toBe('Mon–Thu 09:00–12:00, 13:00–17:00; Fri 09:00–12:00')
})

test('the next day begins at midnight there, also where midnight does not exist', () => {
  expect(startOfNextDay(at('2026-03-08T03:00:00Z'), 'America/New_York')).toEqual(at('2026-03-08T05:00:00Z'))
  // Cairo springs forward at midnight: 24 April 2026 begins at 01:00
  expect(startOfNextDay(at('2026-04-23T12:00:00Z'), 'Africa/Cairo')).toEqual(at('2026-04-23T22:00:00Z'))
})
