import { expect, test } from 'vitest'
import {
  type CapRow,
  capOnDay,
  dayIn,
  emptyBook,
  gapOf,
  grantCaps,
  type Limits,
  mondayOf,
  type SenderCaps,
} from '../../../functions/domain/sequences/caps.ts'
import { noDaysOff } from '../../../functions/domain/sequences/days-off.ts'
import { planOpening } from '../../../functions/domain/sequences/opening.ts'
import { placeWaiting, type WaitingRow } from '../../../functions/domain/sequences/place-waiting.ts'
import { officeHours } from '../../../functions/domain/sequences/windows.ts'

/** A Monday, 10:00 in New York. */
const NOW = new Date('2026-03-02T15:00:00Z')
const schedule = {
  windows: officeHours,
  time_zone: 'America/New_York',
  skip_holidays: false,
  days_off: noDaysOff,
  workspace_time_zone: null,
}

const rita: SenderCaps = {
  time_zone: 'America/New_York',
  daily_cap: 500,
  weekly_cap: 2_500,
  new_people_cap: 500,
  gap_minutes: 0,
  jitter_minutes: 0,
  ramp_started_on: null,
  ramp_first: 20,
  ramp_step: 20,
}

const limitsOf = (caps: Partial<SenderCaps>, workspace: Partial<Limits> = {}): Limits => ({
  senders: new Map([['rita@yardflow.test', { ...rita, ...caps }]]),
  account_daily_cap: null,
  domain_daily_cap: null,
  ...workspace,
})

const idOf = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`

const mail = (number: number, of: Partial<CapRow> = {}): CapRow => ({
  id: idOf(number),
  due_at: NOW,
  priority: 0,
  sender: 'rita@yardflow.test',
  sequence_id: 'sequence',
  sequence_daily_cap: 100_000,
  is_first: false,
  domain: `d${number}.test`,
  account_key: `a${number}`,
  ...of,
})
const mails = (count: number, of: (number: number) => Partial<CapRow> = () => ({})) =>
  Array.from({ length: count }, (_, number) => mail(number, of(number)))

const waiting = (rows: readonly CapRow[], held_by: WaitingRow['held_by'] = 'cap_sender_day'): WaitingRow[] =>
  rows.map((row) => ({ ...row, held_by, window_key: 'ny' }))
const opening = (row: { priority: number }, at: Date) =>
  planOpening(at, { ...row, time_zone: 'America/New_York', country: null }, schedule)

const byDay = (placed: readonly { due_at: Date }[]) => {
  const counts: Record<string, number> = {}
  for (const { due_at } of placed) {
    const day = dayIn(due_at, 'America/New_York')
    counts[day] = (counts[day] ?? 0) + 1
  }
  return counts
}

test('the highest score leaves first where a cap binds', () => {
  const rows = mails(5, (priority) => ({ priority }))
  const { granted, held } = grantCaps(rows, emptyBook(), limitsOf({ daily_cap: 2 }), NOW)
  expect(granted.map(({ priority }) => priority)).toEqual([4, 3])
  expect(held.map(({ priority, held_by }) => [priority, held_by])).toEqual([
    [2, 'cap_sender_day'],
    [1, 'cap_sender_day'],
    [0, 'cap_sender_day'],
  ])
})

test.each<[string, Partial<SenderCaps>, Partial<Limits>, (number: number) => Partial<CapRow>, number]>([
  ['cap_sender_day', { daily_cap: 3 }, {}, () => ({}), 3],
  ['cap_sender_week', { weekly_cap: 4 }, {}, () => ({}), 4],
  ['cap_new_people', { new_people_cap: 2 }, {}, () => ({ is_first: true }), 2],
  ['cap_sequence_day', {}, {}, () => ({ sequence_daily_cap: 5 }), 5],
  ['cap_domain_day', {}, { domain_daily_cap: 6 }, () => ({ domain: 'acme.test' }), 6],
  ['cap_account_day', {}, { account_daily_cap: 1 }, () => ({ account_key: 'acme' }), 1],
  ['gap', { gap_minutes: 5 }, {}, () => ({}), 1],
])('%s binds', (reason, caps, workspace, of, room) => {
  const { granted, held } = grantCaps(mails(10, of), emptyBook(), limitsOf(caps, workspace), NOW)
  expect(granted).toHaveLength(room)
  expect(new Set(held.map(({ held_by }) => held_by))).toEqual(new Set([reason]))
})

test('follow-ups leave although no new people may; what was used today counts', () => {
  const limits = limitsOf({ new_people_cap: 3 })
  const book = emptyBook()
  book.counts.add('cap_new_people', 'rita@yardflow.test', '2026-03-02', 3)
  const rows = mails(4, (number) => ({ is_first: number < 2 }))
  const { granted, held } = grantCaps(rows, book, limits, NOW)
  expect(granted.every(({ is_first }) => !is_first)).toBe(true)
  expect([granted.length, held.length]).toEqual([2, 2])
})

test('a public mail provider is not a company', () => {
  const rows = mails(20, (number) => ({ domain: 'gmail.com', account_key: `person-${number}` }))
  const limits = limitsOf({}, { domain_daily_cap: 2, account_daily_cap: 2 })
  expect(grantCaps(rows, emptyBook(), limits, NOW).granted).toHaveLength(20)
})

test('a new sender warms up day by day', () => {
  const sender = { ...rita, daily_cap: 70, ramp_started_on: '2026-03-02' }
  const days = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05']
  expect(days.map((day) => capOnDay(sender, day))).toEqual([20, 20, 40, 60, 70])
  const placed = placeWaiting(waiting(mails(200)), emptyBook(), limitsOf(sender), NOW, opening)
  expect(byDay(placed)).toEqual({
    '2026-03-02': 20,
    '2026-03-03': 40,
    '2026-03-04': 60,
    '2026-03-05': 70,
    '2026-03-06': 10,
  })
})

test('a backlog of 10,000 is placed once, the highest score first, days ahead by what each has room for', () => {
  const limits = limitsOf({ daily_cap: 500, weekly_cap: 2_000 })
  const book = emptyBook()
  const rows = mails(10_000, (number) => ({ priority: number % 101 }))
  const { granted, held } = grantCaps(rows, book, limits, NOW)
  expect(granted).toHaveLength(500)
  book.counts.add('cap_sender_day', 'rita@yardflow.test', '2026-03-04', 400)
  // Beside the 500 that have just been granted.
  book.counts.add('cap_sender_week', 'rita@yardflow.test', '2026-03-02', 400)
  const started = performance.now()
  const placed = placeWaiting(waiting(held), book, limits, NOW, opening)
  const milliseconds = performance.now() - started
  console.info(`9,500 mails placed in ${Math.round(milliseconds)} ms`)
  expect(milliseconds).toBeLessThan(2_000)
  const days = byDay(placed)
  expect(days['2026-03-02']).toBeUndefined()
  expect(days['2026-03-03']).toBe(500)
  expect(days['2026-03-04']).toBe(100)
  expect(days['2026-03-05']).toBe(500)
  expect(days['2026-03-06']).toBeUndefined()
  expect(days['2026-03-09']).toBe(500)
  expect(days['2026-03-12']).toBe(500)
  expect(days['2026-03-13']).toBeUndefined()
  expect(placed).toHaveLength(9_500)
  const scoreOf = new Map(rows.map(({ id, priority }) => [id, priority]))
  const inOrder = [...placed].sort((a, b) => dayIn(a.due_at, 'UTC').localeCompare(dayIn(b.due_at, 'UTC')))
  const best = (day: string) =>
    inOrder.filter(({ due_at }) => dayIn(due_at, 'UTC') === day).map(({ id }) => scoreOf.get(id) ?? 0)
  expect(Math.min(...best('2026-03-03'))).toBeGreaterThanOrEqual(Math.max(...best('2026-03-09')))
})

test('a gap differs from mail to mail within its jitter, and is kept to what is booked already', () => {
  const sender = { ...rita, gap_minutes: 5, jitter_minutes: 3 }
  const limits = limitsOf(sender)
  const book = emptyBook()
  book.moments.set('rita@yardflow.test', [NOW.getTime(), NOW.getTime() + 60 * 60_000])
  const placed = placeWaiting(waiting(mails(300), 'gap'), book, limits, NOW, opening)
  const moments = book.moments.get('rita@yardflow.test') ?? []
  const distances = moments.slice(1).map((moment, index) => (moment - (moments[index] ?? 0)) / 60_000)
  expect(Math.min(...distances)).toBeGreaterThanOrEqual(5)
  expect(new Set(mails(50).map(({ id }) => gapOf(sender, id) / 60_000))).toEqual(new Set([5, 6, 7, 8]))
  expect(placed).toHaveLength(300)
  expect(placed.every(({ due_at }) => opening({ priority: 100 }, due_at).getTime() === due_at.getTime())).toBe(true)
})

test('one company that is full does not hold up the others of its sequence', () => {
  const limits = limitsOf({}, { account_daily_cap: 1 })
  const rows = [
    ...mails(3, () => ({ account_key: 'acme', priority: 9 })),
    ...mails(2, (number) => ({ id: idOf(100 + number) })),
  ]
  const placed = placeWaiting(waiting(rows, 'cap_account_day'), emptyBook(), limits, NOW, opening)
  expect(placed.map(({ due_at }) => dayIn(due_at, 'America/New_York'))).toEqual([
    '2026-03-02',
    '2026-03-03',
    '2026-03-04',
    '2026-03-02',
    '2026-03-02',
  ])
})

test("a week begins on its sender's Monday, a day at its midnight", () => {
  expect(mondayOf('2026-03-08')).toBe('2026-03-02')
  expect(dayIn(new Date('2026-03-03T04:59:00Z'), 'America/New_York')).toBe('2026-03-02')
  expect(dayIn(new Date('2026-03-03T04:59:00Z'), 'No/Such')).toBe('2026-03-03')
})

test.each(['cap_account_day', 'cap_domain_day'] as const)(
  'thousands held back by %s look for room once, not each from today on',
  (held_by) => {
    const rows = Array.from({ length: 5_000 }, (_, number) =>
      mail(number, held_by === 'cap_account_day' ? { account_key: 'acme' } : { domain: 'acme.test' }),
    )
    const limits = limitsOf({}, { [held_by === 'cap_account_day' ? 'account_daily_cap' : 'domain_daily_cap']: 10 })
    let looks = 0
    const placed = placeWaiting(waiting(rows, held_by), emptyBook(), limits, NOW, (row, at) => {
      looks += 1
      return opening(row, at)
    })
    expect(looks).toBeLessThan(2 * rows.length)
    const days = new Map<string, number>()
    for (const { due_at } of placed) {
      const day = dayIn(due_at, rita.time_zone)
      days.set(day, (days.get(day) ?? 0) + 1)
    }
    expect(days.size).toBe(500)
    expect(new Set(days.values())).toEqual(new Set([10]))
  },
)
