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

interface Bounds {
  /** of its sender and its sequence */
  shared: readonly Bound[]
  /** of its company */
  own: readonly Bound[]
}

/** What a mail was last asked for: granting it, booking it and taking it back speak of the same day. */
let last: { row: CapRow; day: string; limits: Limits; bounds: Bounds } | undefined

/** Every cap that a mail would count against on a day of its sender. */
function boundsOf(row: CapRow, day: string, limits: Limits): Bounds {
  if (last?.row !== row || last.day !== day || last.limits !== limits) {
    const bounds = { shared: sharedBounds(row, day, limits), own: ownBounds(row, day, limits) }
    last = { row, day, limits, bounds }
  }
  return last.bounds
}

/** Thousands of mails of a sequence meet the same caps on the same few days: what they were last, by day. */
let known: (SharedBy & { first: Map<string, Bound[]>; later: Map<string, Bound[]> }) | undefined
type SharedBy = Pick<CapRow, 'sender' | 'sequence_id' | 'sequence_daily_cap'> & {
  limits: Limits
  /** of the sender, which may be read later than the rest */
  caps: SenderCaps | undefined
}

function sharedBounds(row: CapRow, day: string, limits: Limits): Bound[] {
  const { sender, sequence_id, sequence_daily_cap } = row
  const caps = limits.senders.get(sender)
  if (
    known === undefined ||
    known.limits !== limits ||
    known.caps !== caps ||
    known.sender !== sender ||
    known.sequence_id !== sequence_id ||
    known.sequence_daily_cap !== sequence_daily_cap
  )
    known = { sender, sequence_id, sequence_daily_cap, limits, caps, first: new Map(), later: new Map() }
  const days = row.is_first ? known.first : known.later
  let bounds = days.get(day)
  if (bounds === undefined) {
    bounds = findShared(row, day, limits)
    days.set(day, bounds)
  }
  return bounds
}

function findShared(row: CapRow, day: string, limits: Limits): Bound[] {
  const bounds: Bound[] = []
  const sender = limits.senders.get(row.sender)
  if (sender !== undefined) {
    bounds.push(boundOf('cap_sender_week', row.sender, sender.weekly_cap, mondayOf(day)))
    bounds.push(boundOf('cap_sender_day', row.sender, capOnDay(sender, day), day))
    if (row.is_first) bounds.push(boundOf('cap_new_people', row.sender, sender.new_people_cap, day))
  }
  bounds.push(boundOf('cap_sequence_day', row.sequence_id, row.sequence_daily_cap, day))
  return bounds
}

/** Behind a public mail provider there is no company to be careful with. */
function ownBounds({ domain, account_key }: CapRow, day: string, limits: Limits): Bound[] {
  const bounds: Bound[] = []
  if (limits.domain_daily_cap !== null && domain !== null && !isFreemailDomain(domain))
    bounds.push(boundOf('cap_domain_day', domain, limits.domain_daily_cap, day))
  if (limits.account_daily_cap !== null && !isFreemailDomain(account_key))
    bounds.push(boundOf('cap_account_day', account_key, limits.account_daily_cap, day))
  return bounds
}

const boundOf = (reason: CapReason, of: string, cap: number, when: string): Bound => ({
  reason,
  key: countKey(reason, of, when),
  cap,
})

/** The first cap that leaves no room for one more mail on that day. */
export function boundOn(row: CapRow, day: string, book: Book, limits: Limits): CapReason | undefined {
  const { shared, own } = boundsOf(row, day, limits)
  const isFull = ({ key, cap }: Bound) => (book.counts.get(key) ?? 0) >= cap
  return (shared.find(isFull) ?? own.find(isFull))?.reason
}

/** Adds to all that a mail counts against on a day. */
function count(row: CapRow, day: string, { counts }: Book, limits: Limits, more: 1 | -1): void {
  const { shared, own } = boundsOf(row, day, limits)
  for (const { key } of shared) counts.set(key, (counts.get(key) ?? 0) + more)
  for (const { key } of own) counts.set(key, (counts.get(key) ?? 0) + more)
}

/** Counts one more mail against everything it counts against. */
export function bookMail(row: CapRow, at: Date, book: Book, limits: Limits): void {
  const sender = limits.senders.get(row.sender)
  const day = dayIn(at, sender?.time_zone ?? 'UTC')
  count(row, day, book, limits, 1)
  if (sender === undefined || sender.gap_minutes === 0) return
  const moments = book.moments.get(row.sender) ?? []
  moments.splice(indexAfter(moments, minuteOf(at)), 0, minuteOf(at))
  book.moments.set(row.sender, moments)
}

/** Takes back what `bookMail` counted. */
export function unbookMail(row: CapRow, at: Date, book: Book, limits: Limits): void {
  const day = dayIn(at, limits.senders.get(row.sender)?.time_zone ?? 'UTC')
  count(row, day, book, limits, -1)
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

export const addDays = (day: string, count: number): string => dayText(dayNumber(day) + count)

/** The Monday of a day's week. */
export const mondayOf = (day: string): string => addDays(day, -((new Date(day).getUTCDay() + 6) % 7))
