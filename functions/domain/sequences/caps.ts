import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import { type Count, Counts } from './counts.ts'
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

/** What leaves, or has left: how many on which day, and for senders with a gap the moments, in order. */
export interface Book {
  counts: Counts
  moments: Map<string, number[]>
}

export const emptyBook = (): Book => ({ counts: new Counts(), moments: new Map() })

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

/** A cap that a mail would count against on a day, and what a book has counted against it. */
interface Bound {
  reason: CapReason
  cap: number
  count: Count
}

/** Thousands of mails of a sequence meet the same caps on the same few days: what they were last in a book, by day. */
const known = new WeakMap<Counts, SharedBy & { first: Map<string, Bound[]>; later: Map<string, Bound[]> }>()
type SharedBy = Pick<CapRow, 'sender' | 'sequence_id' | 'sequence_daily_cap'> & {
  limits: Limits
  /** of the sender, which may be read later than the rest */
  caps: SenderCaps | undefined
}

/** Those of its sender and its sequence. */
function sharedBounds(row: CapRow, day: string, counts: Counts, limits: Limits): readonly Bound[] {
  const { sender, sequence_id, sequence_daily_cap } = row
  const caps = limits.senders.get(sender)
  let by = known.get(counts)
  if (
    by === undefined ||
    by.limits !== limits ||
    by.caps !== caps ||
    by.sender !== sender ||
    by.sequence_id !== sequence_id ||
    by.sequence_daily_cap !== sequence_daily_cap
  ) {
    by = { sender, sequence_id, sequence_daily_cap, limits, caps, first: new Map(), later: new Map() }
    known.set(counts, by)
  }
  const days = row.is_first ? by.first : by.later
  let bounds = days.get(day)
  if (bounds === undefined) {
    bounds = findShared(row, day, counts, caps)
    days.set(day, bounds)
  }
  return bounds
}

function findShared(row: CapRow, day: string, counts: Counts, caps: SenderCaps | undefined): Bound[] {
  const bounds: Bound[] = []
  if (caps !== undefined) {
    bounds.push(boundOf('cap_sender_week', caps.weekly_cap, counts, row.sender, mondayOf(day)))
    bounds.push(boundOf('cap_sender_day', capOnDay(caps, day), counts, row.sender, day))
    if (row.is_first) bounds.push(boundOf('cap_new_people', caps.new_people_cap, counts, row.sender, day))
  }
  bounds.push(boundOf('cap_sequence_day', row.sequence_daily_cap, counts, row.sequence_id, day))
  return bounds
}

/** What was asked for last: whoever finds room for a mail books it there. */
let last: { row: CapRow; day: string; counts: Counts; limits: Limits; bounds: Bound[] } | undefined

/** Those of its company. Behind a public mail provider there is no company to be careful with. */
function ownBounds(row: CapRow, day: string, counts: Counts, limits: Limits): readonly Bound[] {
  if (last?.row === row && last.day === day && last.counts === counts && last.limits === limits) return last.bounds
  const { domain, account_key } = row
  const { domain_daily_cap, account_daily_cap } = limits
  const bounds: Bound[] = []
  const isCompany = domain !== null && !isFreemailDomain(domain)
  const isAccount = account_key === domain ? isCompany : !isFreemailDomain(account_key)
  if (domain_daily_cap !== null && isCompany)
    bounds.push(boundOf('cap_domain_day', domain_daily_cap, counts, domain, day))
  if (account_daily_cap !== null && isAccount)
    bounds.push(boundOf('cap_account_day', account_daily_cap, counts, account_key, day))
  last = { row, day, counts, limits, bounds }
  return bounds
}

function boundOf(reason: CapReason, cap: number, counts: Counts, of: string, when: string): Bound {
  return { reason, cap, count: counts.at(reason, of, when) }
}

const isFull = ({ count, cap }: Bound) => count.mails >= cap

/** The first cap that leaves no room for one more mail on that day. */
export function boundOn(row: CapRow, day: string, { counts }: Book, limits: Limits): CapReason | undefined {
  const full = sharedBounds(row, day, counts, limits).find(isFull) ?? ownBounds(row, day, counts, limits).find(isFull)
  return full?.reason
}

/** Adds to all that a mail counts against on a day. */
function count(row: CapRow, day: string, { counts }: Book, limits: Limits, more: 1 | -1): void {
  for (const bound of sharedBounds(row, day, counts, limits)) bound.count.mails += more
  for (const bound of ownBounds(row, day, counts, limits)) bound.count.mails += more
}

/** Counts one more mail against everything it counts against. */
export function bookMail(row: CapRow, at: Date, book: Book, limits: Limits): void {
  bookOn(row, dayOfSender(at, row, limits), at, book, limits)
}

function bookOn(row: CapRow, day: string, at: Date, book: Book, limits: Limits): void {
  const sender = limits.senders.get(row.sender)
  count(row, day, book, limits, 1)
  if (sender === undefined || sender.gap_minutes === 0) return
  const moments = book.moments.get(row.sender) ?? []
  moments.splice(indexAfter(moments, minuteOf(at)), 0, minuteOf(at))
  book.moments.set(row.sender, moments)
}

/** Takes back what `bookMail` counted. */
export function unbookMail(row: CapRow, at: Date, book: Book, limits: Limits): void {
  count(row, dayOfSender(at, row, limits), book, limits, -1)
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
  const days = new Map<string, string>()
  for (const row of byScore(rows)) {
    const day = days.get(row.sender) ?? dayOfSender(now, row, limits)
    days.set(row.sender, day)
    const held_by = boundOn(row, day, book, limits) ?? gapAt(row, book, limits, now)
    if (held_by !== undefined) {
      held.push({ ...row, held_by })
      continue
    }
    granted.push(row)
    bookOn(row, day, now, book, limits)
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

const dayOfSender = (at: Date, { sender }: CapRow, limits: Limits) =>
  dayIn(at, limits.senders.get(sender)?.time_zone ?? 'UTC')

/** The day of a moment in a zone; in UTC when this process does not know the zone. */
export const dayIn = (at: Date, time_zone: string): string =>
  dayText(dayOf(localOf(Math.floor(at.getTime() / 60_000), usableZone(time_zone))))

export const startOfDay = (day: string, time_zone: string): Date =>
  dateOf(instantOf(dayNumber(day) * DAY, usableZone(time_zone)))

export const addDays = (day: string, count: number): string => dayText(dayNumber(day) + count)

/** The Monday of a day's week. */
export const mondayOf = (day: string): string => addDays(day, -((new Date(day).getUTCDay() + 6) % 7))
