import {
  addDays,
  type Book,
  bookMail,
  boundOn,
  byScore,
  type CapReason,
  type CapRow,
  dayIn,
  gapOf,
  indexAfter,
  type Limits,
  mondayOf,
  startOfDay,
} from './caps.ts'

/** A mail that may not leave where it was planned, and where it would like to be written: its window. */
export interface WaitingRow extends CapRow {
  held_by: CapReason | 'gap' | 'window_shut'
  /** rows of one class meet the same windows, so that the search for room need not begin anew for each of them */
  window_key: string
}

export interface Placement {
  id: string
  from: Date
  due_at: Date
  reason: WaitingRow['held_by']
}

const MINUTE_MS = 60_000
/** Then whatever stands in the way is a mistake in the caps; the mail is judged again on that day. */
const LONGEST_SEARCH = 2_000

/**
 * Gives every mail that was held back the first moment at which there is room for it, the highest score first: a day and
 * a week with free capacity, at a distance from the sender's other mails, in the recipient's window. Moved once, whatever
 * the backlog. Pure; `book` has what is booked on the days to come, and these mails as well when this returns.
 *
 * @param opening the first whole minute at or after a moment at which the row's window is open
 */
export function placeWaiting<Row extends WaitingRow>(
  rows: readonly Row[],
  book: Book,
  limits: Limits,
  now: Date,
  opening: (row: Row, at: Date) => Date,
): Placement[] {
  // The database and this process may know different rules for a zone: never move a mail to the moment it is in.
  const earliest = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + MINUTE_MS
  const classes: Classes = new Map()
  return byScore(rows).map((row) => {
    const ofClass = classOf(row, classes, earliest)
    const { domains, accounts } = ofClass
    const domain = domains.get(row.domain) ?? earliest
    const full = { ofClass: ofClass.until, domain, account: accounts.get(row.account_key) ?? earliest }
    const due_at = findRoom(row, book, limits, full, opening)
    ofClass.until = full.ofClass
    if (full.domain > earliest) domains.set(row.domain, full.domain)
    if (full.account > earliest) accounts.set(row.account_key, full.account)
    bookMail(row, due_at, book, limits)
    return { id: row.id, from: row.due_at, due_at, reason: row.held_by }
  })
}

/** Up to these moments, in milliseconds since 1970, there is no room for a mail: by caps that bind its class, and its company. */
interface Full {
  ofClass: number
  domain: number
  account: number
}

/** Rows that meet the same windows and the same caps, but for those of their companies. */
interface RowClass extends Pick<WaitingRow, 'sender' | 'sequence_id' | 'is_first'> {
  until: number
  domains: Map<string | null, number>
  accounts: Map<string, number>
}

/** By `window_key`: few share one. */
type Classes = Map<string, RowClass[]>

function classOf({ sender, sequence_id, is_first, window_key }: WaitingRow, classes: Classes, until: number): RowClass {
  const some = classes.get(window_key)
  const known = some?.find(
    (one) => one.is_first === is_first && one.sequence_id === sequence_id && one.sender === sender,
  )
  if (known !== undefined) return known
  const fresh = { sender, sequence_id, is_first, until, domains: new Map(), accounts: new Map() }
  if (some === undefined) classes.set(window_key, [fresh])
  else some.push(fresh)
  return fresh
}

function findRoom<Row extends WaitingRow>(
  row: Row,
  book: Book,
  limits: Limits,
  full: Full,
  opening: (row: Row, at: Date) => Date,
): Date {
  const zone = limits.senders.get(row.sender)?.time_zone ?? 'UTC'
  let at = Math.max(full.ofClass, full.domain, full.account)
  for (let tries = 0; tries < LONGEST_SEARCH; tries++) {
    const open = opening(row, new Date(at))
    const day = dayIn(open, zone)
    const bound = boundOn(row, day, book, limits)
    const next =
      bound === undefined
        ? freeFrom(row, open.getTime(), book, limits)
        : startOfDay(bound === 'cap_sender_week' ? addDays(mondayOf(day), 7) : addDays(day, 1), zone).getTime()
    if (next === open.getTime()) return open
    const isOfDomain = bound === 'cap_domain_day'
    const isOfAccount = bound === 'cap_account_day'
    if (full.ofClass >= at && !isOfDomain && !isOfAccount) full.ofClass = next
    if (full.domain >= at && !isOfAccount) full.domain = next
    if (full.account >= at && !isOfDomain) full.account = next
    at = next
  }
  return opening(row, new Date(at))
}

/** The first moment from `at` on that keeps the gap to every mail of the sender, before it and behind it. */
function freeFrom(row: CapRow, at: number, book: Book, limits: Limits): number {
  const sender = limits.senders.get(row.sender)
  const moments = book.moments.get(row.sender)
  if (sender === undefined || moments === undefined) return at
  const gap = gapOf(sender, row.id)
  let free = at
  for (let index = indexAfter(moments, at - gap); index < moments.length; index++) {
    const other = moments[index] ?? 0
    // The one behind keeps its own gap; the longest possible is enough for it.
    if (other - free >= (sender.gap_minutes + sender.jitter_minutes) * MINUTE_MS) break
    free = Math.max(free, other + gap)
  }
  return free
}
