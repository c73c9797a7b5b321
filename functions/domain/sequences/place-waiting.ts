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
  const earliest = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS + MINUTE_MS)
  const begun = new Map<string, Date>()
  return byScore(rows).map((row) => {
    const of = `${row.sender} ${row.sequence_id} ${row.is_first} ${row.window_key}`
    const full = [
      { key: of, by: ofClass },
      { key: `${of} domain ${row.domain}`, by: ofDomain },
      { key: `${of} account ${row.account_key}`, by: ofAccount },
    ].map((one) => ({ ...one, until: begun.get(one.key) ?? earliest }))
    const due_at = findRoom(row, book, limits, full, opening)
    for (const { key, until } of full) begun.set(key, until)
    bookMail(row, due_at, book, limits)
    return { id: row.id, from: row.due_at, due_at, reason: row.held_by }
  })
}

/** Bound by these, the whole class of a mail is; by the others only mails to the same company. */
const ofClass: ReadonlySet<WaitingRow['held_by']> = new Set<WaitingRow['held_by']>([
  'gap',
  'cap_sender_week',
  'cap_sender_day',
  'cap_new_people',
  'cap_sequence_day',
])
const ofDomain = new Set([...ofClass, 'cap_domain_day'] as const)
const ofAccount = new Set([...ofClass, 'cap_account_day'] as const)

/** Up to a moment there is no room, by some caps: for a class of mails, or for those of it to one company. */
interface Full {
  until: Date
  by: ReadonlySet<WaitingRow['held_by']>
}

function findRoom<Row extends WaitingRow>(
  row: Row,
  book: Book,
  limits: Limits,
  full: Full[],
  opening: (row: Row, at: Date) => Date,
): Date {
  const zone = limits.senders.get(row.sender)?.time_zone ?? 'UTC'
  let at = new Date(Math.max(...full.map(({ until }) => until.getTime())))
  for (let tries = 0; tries < LONGEST_SEARCH; tries++) {
    const open = opening(row, at)
    const day = dayIn(open, zone)
    const bound = boundOn(row, day, book, limits)
    const next =
      bound === undefined
        ? new Date(freeFrom(row, open.getTime(), book, limits))
        : startOfDay(bound === 'cap_sender_week' ? addDays(mondayOf(day), 7) : addDays(day, 1), zone)
    if (next.getTime() === open.getTime()) return open
    for (const one of full) if (one.until >= at && one.by.has(bound ?? 'gap')) one.until = next
    at = next
  }
  return opening(row, at)
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
