import { type CapCount, countBooked, countLeft, listTakenMinutes } from '../../../db/queries/cap-counts.ts'
import { findWorkspaceCaps, listSenderCaps } from '../../../db/queries/senders.ts'
import type { Db } from '../../../db/schema.ts'
import { isFreemailDomain } from '../accounts/freemail-domains.ts'
import {
  addDays,
  type Book,
  type CapRow,
  dayIn,
  emptyBook,
  type Limits,
  mondayOf,
  startOfDay,
  type WorkspaceCaps,
} from './caps.ts'

/** A domain's and an account's caps hold unless the workspace says otherwise. */
const defaultCaps: WorkspaceCaps = { account_daily_cap: 10, domain_daily_cap: 50 }

/** The limits of senders and workspace, and what has been used of them today and this week, as far as it was asked for. */
export interface Used {
  limits: Limits & { senders: Map<string, LimitsOfSender> }
  book: Book
  /** what has been counted: senders, sequences and companies */
  known: Set<string>
  at: Date
}

type LimitsOfSender = Limits['senders'] extends ReadonlyMap<string, infer Sender> ? Sender : never

export async function readLimits(db: Db, senders: readonly string[]): Promise<Used['limits']> {
  const caps = { ...defaultCaps, ...(await findWorkspaceCaps(db)) }
  return { ...caps, senders: new Map((await listSenderCaps(db, senders)).map((row) => [row.address, row])) }
}

export const nothingUsed = (limits: Used['limits'], at: Date): Used => ({
  limits,
  book: emptyBook(),
  known: new Set(),
  at,
})

/** Counts for these mails what has not been counted yet. */
export async function countUsed(db: Db, used: Used, rows: readonly CapRow[]): Promise<void> {
  const { limits, known, at } = used
  const fresh = (key: string) => !known.has(key) && known.add(key)
  const missing = [...new Set(rows.map(({ sender }) => sender))].filter((sender) => !limits.senders.has(sender))
  for (const row of missing.length === 0 ? [] : await listSenderCaps(db, missing)) limits.senders.set(row.address, row)
  const dayOf = (sender: string) => {
    const time_zone = limits.senders.get(sender)?.time_zone ?? 'UTC'
    const day = dayIn(at, time_zone)
    return { day, day_from: startOfDay(day, time_zone), time_zone }
  }
  const senders = distinct(rows, ({ sender }) => sender).filter(
    ({ sender }) => limits.senders.has(sender) && fresh(`sender ${sender}`),
  )
  const sequences = distinct(rows, ({ sequence_id }) => sequence_id).filter(({ sequence_id }) =>
    fresh(`sequence ${sequence_id}`),
  )
  const days = new Map<string, Date>()
  for (const { sender } of distinct(rows, (row) => row.sender)) {
    const { day, day_from } = dayOf(sender)
    // Senders of two zones may be in one day: it begins with the earlier midnight.
    days.set(day, new Date(Math.min(day_from.getTime(), days.get(day)?.getTime() ?? Number.POSITIVE_INFINITY)))
  }
  const companies = companiesOf(rows, limits)
  const domains = companies.domains.filter((domain) => fresh(`domain ${domain}`))
  const account_keys = companies.account_keys.filter((key) => fresh(`account ${key}`))
  if (senders.length + sequences.length + domains.length + account_keys.length === 0) return
  const eachDay = (of: string) => [...days].map(([day, day_from]) => ({ of, day, day_from }))
  const counts = await countLeft(db, {
    senders: senders.map(({ sender: of }) => {
      const { day, day_from, time_zone } = dayOf(of)
      const week = mondayOf(day)
      return { of, day, day_from, week, week_from: startOfDay(week, time_zone) }
    }),
    sequences: sequences.map(({ sequence_id: of, sender }) => ({ of, ...dayOf(sender) })),
    domains: domains.flatMap(eachDay),
    account_keys: account_keys.flatMap(eachDay),
  })
  enter(used.book, counts)
  await enterMinutes(db, used, senders, { now: at, until: at })
}

/** What is planned for the days to come, beside what has been used: for finding room. */
export async function countAhead(db: Db, used: Used, rows: readonly CapRow[]): Promise<void> {
  const { limits, at: now } = used
  const senders = distinct(rows, ({ sender }) => sender)
  const smallest = Math.min(...senders.map(({ sender }) => limits.senders.get(sender)?.daily_cap ?? rows.length))
  const days = Math.min(1_500, 40 + 3 * Math.ceil(rows.length / smallest))
  const until = startOfDay(addDays(dayIn(now, 'UTC'), days), 'UTC')
  const counts = await countBooked(db, {
    senders: senders.flatMap(({ sender: address }) => {
      const time_zone = limits.senders.get(address)?.time_zone
      return time_zone === undefined ? [] : [{ address, time_zone }]
    }),
    ...companiesOf(rows, limits),
    now,
    until,
  })
  enter(used.book, counts)
  await enterMinutes(db, used, senders, { now, until })
}

/** Companies whose caps a mail counts against; behind a public mail provider there is none. */
function companiesOf(rows: readonly CapRow[], limits: Limits): { domains: string[]; account_keys: string[] } {
  const domains = new Set(limits.domain_daily_cap === null ? [] : rows.flatMap(({ domain }) => domain ?? []))
  const account_keys = new Set(limits.account_daily_cap === null ? [] : rows.map(({ account_key }) => account_key))
  const isCompany = (domain: string) => !isFreemailDomain(domain)
  return { domains: [...domains].filter(isCompany), account_keys: [...account_keys].filter(isCompany) }
}

function enter(book: Book, counts: readonly CapCount[]): void {
  for (const { reason, of, day, mails } of counts) book.counts.add(reason, of, day, mails)
}

async function enterMinutes(
  db: Db,
  { book, limits }: Used,
  senders: readonly CapRow[],
  span: { now: Date; until: Date },
): Promise<void> {
  const spaced = senders.map(({ sender }) => sender).filter((sender) => limits.senders.get(sender)?.gap_minutes)
  if (spaced.length === 0) return
  const taken = await listTakenMinutes(db, { senders: spaced, ...span })
  for (const sender of spaced) {
    const moments = new Set(book.moments.get(sender))
    for (const minute of taken) if (minute.sender === sender) moments.add(minute.at.getTime())
    book.moments.set(
      sender,
      [...moments].sort((a, b) => a - b),
    )
  }
}

function distinct<Row extends CapRow>(rows: readonly Row[], of: (row: Row) => string): Row[] {
  return [...new Map(rows.map((row) => [of(row), row])).values()]
}
