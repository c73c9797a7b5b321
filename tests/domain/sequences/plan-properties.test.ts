import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import type { SendWindow } from '../../../db/tables/sequence.ts'
import { readDaysOff } from '../../../functions/domain/sequences/days-off.ts'
import { instantOf, localOf } from '../../../functions/domain/sequences/local-time.ts'
import { isWindowOpen, planOpening, type Schedule } from '../../../functions/domain/sequences/opening.ts'
import { planStep } from '../../../functions/domain/sequences/plan.ts'
import { addDelay } from '../../../functions/domain/sequences/timing.ts'
import { tidyWindows } from '../../../functions/domain/sequences/windows.ts'
import { nowhere, office, show, wait } from './schedules.ts'

/** Every kind of trouble: half hours, midnight changes, southern summers, Ramadan, none at all, both sides of the date line. */
const zones = [
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/Havana',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Chisinau',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Jerusalem',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
]
const MINUTE = 60_000
const year = (value: number) => Date.UTC(value, 0) / MINUTE

/** Instants of 2024 to 2030, half of them within a day and a half of a change of the clocks. */
const changes = zones.flatMap((zone) => {
  const found: number[] = []
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(Date.UTC(2024, 0)).toZonedDateTimeISO(
    zone,
  )
  while (at !== null && at.epochMilliseconds < Date.UTC(2031, 0)) {
    at = at.getTimeZoneTransition('next')
    if (at !== null) found.push(at.epochMilliseconds / MINUTE)
  }
  return found
})
const instant = fc.oneof(
  fc.integer({ min: year(2024), max: year(2031) - 1 }),
  fc.tuple(fc.constantFrom(...changes), fc.integer({ min: -2160, max: 2160 })).map(([change, by]) => change + by),
)
const window: fc.Arbitrary<SendWindow> = fc
  .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 1430 }), fc.integer({ min: 1, max: 600 }))
  .map(([day, from_minute, length]) => ({ day, from_minute, to_minute: Math.min(1440, from_minute + length) }))
const schedule: fc.Arbitrary<Schedule> = fc
  .tuple(fc.array(window, { minLength: 1, maxLength: 12 }), fc.boolean())
  .map(([windows, skip_holidays]) => ({ ...office, windows: tidyWindows(windows), skip_holidays }))
const recipient = fc.record({
  time_zone: fc.constantFrom(...zones),
  country: fc.constantFrom(null, 'DE', 'US', 'JP', 'EG'),
  priority: fc.integer({ min: 0, max: 100 }),
})
const dateOf = (minute: number) => new Date(minute * MINUTE)

/** The same question asked of Intl, minute by minute: weekday, hour and minute as a clock on the wall shows them. */
function slowly(from: Date, time_zone: string, windows: readonly SendWindow[], isOff: (day: string) => boolean): Date {
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: time_zone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
  for (let at = Math.ceil(from.getTime() / MINUTE) * MINUTE; ; at += MINUTE) {
    const shown = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
    const minute = Number(shown.hour) * 60 + Number(shown.minute)
    const isOpen = windows.some(
      ({ day, from_minute, to_minute }) =>
        weekdays[day - 1] === shown.weekday && minute >= from_minute && minute < to_minute,
    )
    if (isOpen && !isOff(`${shown.year}-${shown.month}-${shown.day}`)) return new Date(at)
  }
}

test('local time is what Temporal says it is, in both directions', () => {
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), (minute, zone) => {
      const there = Temporal.Instant.fromEpochMilliseconds(minute * MINUTE).toZonedDateTimeISO(zone)
      const local = localOf(minute, zone)
      expect(local).toBe(minute + there.offsetNanoseconds / 6e10)
      // As a local time of its own, gaps and overlaps of the clocks included.
      const plain = there.toPlainDateTime().add({ minutes: 45 })
      expect(instantOf(local + 45, zone)).toBe(plain.toZonedDateTime(zone).epochMilliseconds / MINUTE)
    }),
    // The clocks change at the minute a step of reading a year begins.
    { numRuns: 3_000, examples: [[Date.UTC(2024, 2, 29) / MINUTE, 'Asia/Jerusalem']] },
  )
})

test('the first open minute is the one that going through the minutes finds', () => {
  // A few days of minutes each: windows on three weekdays at least.
  const dense = fc
    .tuple(fc.array(window, { minLength: 3, maxLength: 9 }), fc.integer({ min: 0, max: 6 }))
    .map(([windows, shift]) =>
      tidyWindows(windows.map((one, index) => ({ ...one, day: ((index * 3 + shift) % 7) + 1 }))),
    )
  const off = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 2 })
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), dense, off, (minute, time_zone, windows, daysOff) => {
      const from = dateOf(minute)
      const days = daysOff.map((by) =>
        dateOf(minute + by * 1440)
          .toISOString()
          .slice(0, 10),
      )
      const own = readDaysOff(days.map((on) => ({ country: null, on })))
      const given: Schedule = { ...office, windows, days_off: own }
      const planned = planOpening(from, { time_zone, country: null, priority: 100 }, given)
      expect(planned).toEqual(slowly(from, time_zone, windows, (day) => days.includes(day)))
    }),
    { numRuns: 150 },
  )
}, 60_000)

test('always inside a window, never before the moment, the same twice, and a whole minute', () => {
  fc.assert(
    fc.property(instant, recipient, schedule, (minute, to, given) => {
      const planned = planOpening(dateOf(minute), to, given)
      expect(planned.getTime()).toBeGreaterThanOrEqual(minute * MINUTE)
      expect(planned.getTime() % MINUTE).toBe(0)
      expect(isWindowOpen(planned, to, given)).toBe(true)
      expect(planOpening(dateOf(minute), to, given)).toEqual(planned)
    }),
    { numRuns: 2_000 },
  )
})

test('monotone: who is ready later never leaves earlier, and a higher score never leaves later', () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: 4_000 }), recipient, schedule, (minute, more, to, given) => {
      const one = planOpening(dateOf(minute), to, given)
      expect(planOpening(dateOf(minute + more), to, given).getTime()).toBeGreaterThanOrEqual(one.getTime())
      const better = { ...to, priority: Math.min(100, to.priority + 30) }
      expect(planOpening(dateOf(minute), better, given).getTime()).toBeLessThanOrEqual(one.getTime())
    }),
    { numRuns: 2_000 },
  )
})

const unit = fc.constantFrom('minutes', 'hours', 'days', 'business_days' as const)

test('a step is never before its wait is over, nor before the step before it, nor before now; a longer wait is never earlier', () => {
  const amount = fc.integer({ min: 0, max: 40 })
  fc.assert(
    fc.property(instant, amount, amount, unit, recipient, schedule, (minute, least, more, of, to, given) => {
      const previous = dateOf(minute)
      const person = { ...nowhere, time_zone: to.time_zone }
      const plan = (delay: number) =>
        planStep({
          timing: wait(delay, of),
          previous,
          now: previous,
          person,
          show,
          schedule: given,
          priority: to.priority,
        })
      const [short, long] = [plan(least), plan(least + more)]
      if (short.plan !== 'at' || long.plan !== 'at') throw new Error('A wait has a moment')
      const home = { time_zone: to.time_zone, country: null, days_off: given.days_off }
      const over = addDelay(previous, { delay_amount: least, delay_unit: of }, home)
      expect(short.due_at.getTime()).toBeGreaterThanOrEqual(Math.max(over.getTime(), previous.getTime()))
      expect(short.ready_at).toEqual(over)
      expect(long.due_at.getTime()).toBeGreaterThanOrEqual(short.due_at.getTime())
    }),
    {
      numRuns: 2_000,
      examples: [
        // In the second of two hours that London's clocks show alike.
        [
          Date.UTC(2028, 9, 29, 1) / MINUTE,
          0,
          0,
          'business_days',
          { time_zone: 'Europe/London', country: null, priority: 0 },
          { ...office, windows: [{ day: 1, from_minute: 0, to_minute: 1 }], skip_holidays: false },
        ],
      ],
    },
  )
})

test('50,000 plans in 30 zones take well under a second', () => {
  const many = Intl.supportedValuesOf('timeZone').filter((_, index) => index % 14 === 0)
  const previous = new Date('2026-03-02T15:00:00Z')
  const known = new Map()
  // Of this process alone: the machine may be busy with other tests.
  const begin = process.cpuUsage()
  for (let n = 0; n < 50_000; n++) {
    const person = { ...nowhere, time_zone: many[n % 30] ?? null, country: 'Germany' }
    planStep({
      timing: wait(2, 'business_days'),
      previous,
      now: previous,
      person,
      show,
      schedule: office,
      priority: n % 101,
      known,
    })
  }
  const { user, system } = process.cpuUsage(begin)
  const took = (user + system) / 1000
  process.stdout.write(`50,000 plans in ${Math.round(took)} ms\n`)
  expect(took).toBeLessThan(2_000)
})
