import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { DAY, dateOf, dayNumber, dayOf, dayText, instantOf, localOf } from './local-time.ts'
import { usableZone } from './zones.ts'

/** What a sender may do; its days and weeks begin in its own zone. */
export interface SenderCaps {
  time_zone: string
  daily_cap: number
  /** Monday to Sunday */
  weekly_cap: number
  new_people_cap: number
  gap_minutes: number
  jitter_minutes: number
  /** YYYY-MM-DD; null: no ramp */
  ramp_started_on: string | null
  ramp_first: number
  ramp_step: number
}

/** Caps of the workspace count over all senders, sequences and reps; null: none. */
export interface WorkspaceCaps {
  account_daily_cap: number | null
  domain_daily_cap: number | null
}

export interface Limits extends WorkspaceCaps {
  senders: ReadonlyMap<string, SenderCaps>
}

/** A mail that wants to leave, as far as caps are concerned. */
export interface CapRow {
  id: string
  due_at: Date
  priority: number
  /** lower case */
  sender: string
  sequence_id: string
  sequence_daily_cap: number
  is_first: boolean
  /** of the recipient's address */
  domain: string | null
  account_key: string
}

const capReasons = [
  'cap_sender_week',
  'cap_sender_day',
  'cap_new_people',
  'cap_sequence_day',
  'cap_domain_day',
  'cap_account_day',
] as const
export type CapReason = (typeof capReasons)[number]

export const isCapReason = (reason: string | null): reason is CapReason =>
  (capReasons as readonly (string | null)[]).includes(reason)

/** What leaves, or has left, on which day: `counts` by `countKey`, and for senders with a gap the moments, in order. */
export interface Book {
  counts: Map<string, number>
  moments: Map<string, number[]>
}

export const emptyBook = (): Book => ({ counts: new Map(), moments: new Map() })

/** The gap is kept in whole minutes and differs from mail to mail, the same way each time. */
export const gapOf = (sender: SenderCaps, id: string): number =>
  sender.gap_minutes === 0
    ? 0
    : (sender.gap_minutes + (Number.parseInt(id.slice(-6), 16) % (sender.jitter_minutes + 1))) * 60_000

/** So many mails may leave on a day of the sender, which warms up from the first day of its ramp. */
export function capOnDay(sender: SenderCaps, day: string): number {
  if (sender.ramp_started_on === null) return sender.daily_cap
  const days = Math.max(0, Math.round((Date.parse(day) - Date.parse(sender.ramp_started_on)) / 86_400_000))
  return Math.min(sender.daily_cap, sender.ramp_first + days * sender.ramp_step)
}

/** @param when a day of the sender; for `cap_sender_week` the Monday that begins its week */
export const countKey = (reason: CapReason, of: string, when: string): string => `${reason} ${of} ${when}`

interface Bound {
  reason: CapReason
  key: string
  cap: number
}

/** Every cap that a mail would count against on a day of its sender. */
function boundsOf(row: CapRow, day: string, limits: Limits): Bound[] {
  const bounds: Bound[] = []
  const add = (reason: CapReason, of: string, cap: number, when = day) =>
    bounds.push({ reason, key: countKey(reason, of, when), cap })
  const sender = limits.senders.get(row.sender)
  if (sender !== undefined) {
    add('cap_sender_week', row.sender, sender.weekly_cap, mondayOf(day))
    add('cap_sender_day', row.sender, capOnDay(sender, day))
    if (row.is_first) add('cap_new_people', row.sender, sender.new_people_cap)
  }
  add('cap_sequence_day', row.sequence_id, row.sequence_daily_cap)
  // Behind a public mail provider there is no company to be careful with.
  if (limits.domain_daily_cap !== null && row.domain !== null && !isFreemailDomain(row.domain))
    add('cap_domain_day', row.domain, limits.domain_daily_cap)
  if (limits.account_daily_cap !== null && !isFreemailDomain(row.account_key))
    add('cap_account_day', row.account_key, limits.account_daily_cap)
  return bounds
}

/** The first cap that leaves no room for one more mail on that day. */
export function boundOn(row: CapRow, day: string, book: Book, limits: Limits): CapReason | undefined {
  return boundsOf(row, day, limits).find(({ key, cap }) => (book.counts.get(key) ?? 0) >= cap)?.reason
}

/** Counts one more mail against everything it counts against. */
export function bookMail(row: CapRow, at: Date, book: Book, limits: Limits): void {
  const sender = limits.senders.get(row.sender)
  const day = dayIn(at, sender?.time_zone ?? 'UTC')
  for (const { key } of boundsOf(row, day, limits)) book.counts.set(key, (book.counts.get(key) ?? 0) + 1)
  if (sender === undefined || sender.gap_minutes === 0) return
  const moments = book.moments.get(row.sender) ?? []
  moments.splice(indexAfter(moments, minuteOf(at)), 0, minuteOf(at))
  book.moments.set(row.sender, moments)
}

/** Takes back what `bookMail` counted. */
export function unbookMail(row: CapRow, at: Date, book: Book, limits: Limits): void {
  const day = dayIn(at, limits.senders.get(row.sender)?.time_zone ?? 'UTC')
  for (const { key } of boundsOf(row, day, limits)) book.counts.set(key, (book.counts.get(key) ?? 0) - 1)
  const moments = book.moments.get(row.sender)
  const index = moments === undefined ? -1 : indexAfter(moments, minuteOf(at)) - 1
  if (moments?.[index] === minuteOf(at)) moments.splice(index, 1)
}

/** Gaps are counted from minute to minute: a drain that comes a second late must not make the next mail late. */
const minuteOf = (at: Date) => Math.floor(at.getTime() / 60_000) * 60_000

/** Where a moment belongs in an ordered list: behind all that are not later. */
export function indexAfter(moments: readonly number[], at: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moments[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

export type Held<Row extends CapRow> = Row & { held_by: CapReason | 'gap' }

/**
 * Who may leave at this moment: the highest score first where a cap binds. Pure; `book` says what has been used, and
 * holds the granted mails as well when this returns.
 */
export function grantCaps<Row extends CapRow>(
  rows: readonly Row[],
  book: Book,
  limits: Limits,
  now: Date,
): { granted: Row[]; held: Held<Row>[] } {
  const granted: Row[] = []
  const held: Held<Row>[] = []
  for (const row of byScore(rows)) {
    const sender = limits.senders.get(row.sender)
    const held_by = boundOn(row, dayIn(now, sender?.time_zone ?? 'UTC'), book, limits) ?? gapAt(row, book, limits, now)
    if (held_by !== undefined) {
      held.push({ ...row, held_by })
      continue
    }
    granted.push(row)
    bookMail(row, now, book, limits)
  }
  return { granted, held }
}

/** A mail that left a moment ago: the next one of its sender waits. What is booked for later does not hold it up. */
function gapAt(row: CapRow, book: Book, limits: Limits, now: Date): 'gap' | undefined {
  const sender = limits.senders.get(row.sender)
  const moments = book.moments.get(row.sender)
  if (sender === undefined || moments === undefined) return undefined
  const last = moments[indexAfter(moments, now.getTime()) - 1]
  return last !== undefined && last + gapOf(sender, row.id) > minuteOf(now) ? 'gap' : undefined
}

export function byScore<Row extends CapRow>(rows: readonly Row[]): Row[] {
  return [...rows].sort(
    (a, b) => b.priority - a.priority || a.due_at.getTime() - b.due_at.getTime() || (a.id < b.id ? -1 : 1),
  )
}

/** The day of a moment in a zone; in UTC when this process does not know the zone. */
export const dayIn = (at: Date, time_zone: string): string =>
  dayText(dayOf(localOf(Math.floor(at.getTime() / 60_000), usableZone(time_zone))))

export const startOfDay = (day: string, time_zone: string): Date =>
  dateOf(instantOf(dayNumber(day) * DAY, usableZone(time_zone)))

export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10)

/** The Monday of a day's week. */
export const mondayOf = (day: string): string => addDays(day, -((new Date(day).getUTCDay() + 6) % 7))
