import { type BacklogRow, countLongQueues, listBacklog, lockMoves } from '../../../db/queries/cap-counts.ts'
import type { JudgedMessage } from '../../../db/queries/claims.ts'
import { moveMessages } from '../../../db/queries/message-plans.ts'
import type { Db } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import type { Calendar } from './calendar.ts'
import { capOnDay, dayIn, grantCaps, mondayOf } from './caps.ts'
import type { Claimed } from './claim-due.ts'
import { stopJudged } from './colleague-replied.ts'
import { type Openings, planOpening, scheduleOf } from './opening.ts'
import { placeWaiting } from './place-waiting.ts'
import { countAhead, countUsed, nothingUsed, readLimits } from './read-book.ts'

const MINUTE_MS = 60_000
/** Moved by one statement. */
const MOVED_AT_ONCE = 2_500
/** What a drain looks at of a backlog that a cap has stopped. */
const LONGEST_BACKLOG = 20_000
/** A company of which so many were held back at once has more behind them. */
const MANY_OF_ONE_COMPANY = 10

/** Whoever must not be written to is stopped, or held. @returns how many */
export async function stopUnwritable(ctx: Ctx, stops: readonly JudgedMessage[]): Promise<number> {
  if (stops.length === 0) return 0
  await transact(ctx, (tx) => stopJudged(tx, stops))
  return stops.length
}

/** Moves what may not leave now to where there is room, and with it the backlog behind a cap that binds. @returns how many */
export async function moveWaiting(
  ctx: Ctx,
  calendar: Calendar,
  { shut, held }: Pick<Claimed, 'shut' | 'held'>,
): Promise<number> {
  if (shut.length + held.length === 0) return 0
  return place(ctx, calendar, boundOf(held), { rows: [...shut, ...held], shut: new Set(shut.map(({ id }) => id)) })
}

/** Whose backlog stands behind the mails that a cap has held back. */
function boundOf(held: Claimed['held']) {
  const many = (keys: readonly string[]) =>
    [...new Set(keys)].filter((key) => keys.filter((other) => other === key).length >= MANY_OF_ONE_COMPANY)
  const by = (...reasons: string[]) => held.filter(({ held_by }) => reasons.includes(held_by))
  return {
    senders: [...new Set(by('cap_sender_day', 'cap_sender_week', 'cap_new_people', 'gap').map(({ sender }) => sender))],
    sequences: [...new Set(by('cap_sequence_day').map(({ sequence_id }) => sequence_id))],
    domains: many(by('cap_domain_day').flatMap(({ domain }) => domain ?? [])),
    account_keys: many(by('cap_account_day').map(({ account_key }) => account_key)),
  }
}

/**
 * Where more is due than may leave today, the highest score leaves: the rest of the backlog is moved before anything is
 * claimed. Costs one statement where no backlog is longer than its caps.
 */
export async function shedBacklogs(
  ctx: Ctx,
  calendar: Calendar,
  { more_than }: { more_than: number },
): Promise<number> {
  const now = ctx.clock.now()
  const queues = await countLongQueues(ctx.db, { now, more_than, limit: LONGEST_BACKLOG })
  if (queues.length === 0) return 0
  const used = nothingUsed(await readLimits(ctx.db, []), now)
  const rows = queues.map((queue) => ({ ...queue, ...anyMail(queue.sequence_id, now) }))
  await countUsed(ctx.db, used, rows)
  const dueOf = new Map<string, { due: number; first: number }>()
  for (const { sender, due, first } of queues) {
    const sum = dueOf.get(sender) ?? { due: 0, first: 0 }
    dueOf.set(sender, { due: sum.due + due, first: sum.first + first })
  }
  const over = rows.filter(({ sender, sequence_id, sequence_daily_cap, due }) => {
    const caps = used.limits.senders.get(sender)
    const day = dayIn(now, caps?.time_zone ?? 'UTC')
    const { counts } = used.book
    if (due > sequence_daily_cap - counts.get('cap_sequence_day', sequence_id, day)) return true
    if (caps === undefined) return false
    const all = dueOf.get(sender) ?? { due, first: 0 }
    return (
      caps.gap_minutes > 0 ||
      all.due > capOnDay(caps, day) - counts.get('cap_sender_day', sender, day) ||
      all.due > caps.weekly_cap - counts.get('cap_sender_week', sender, mondayOf(day)) ||
      all.first > caps.new_people_cap - counts.get('cap_new_people', sender, day)
    )
  })
  if (over.length === 0) return 0
  const senders = [...new Set(over.map(({ sender }) => sender))]
  return place(ctx, calendar, { senders, sequences: [], domains: [], account_keys: [] }, { rows: [], shut: new Set() })
}

const anyMail = (id: string, due_at: Date) => ({
  id,
  due_at,
  priority: 0,
  is_first: false,
  domain: null,
  account_key: '',
})

/**
 * Decides once more over the backlog of `bound` and `also`, with what has been used and what is booked, and moves whoever
 * finds no room today. One at a time: two would find the same room.
 *
 * @param also.shut ids that the database found outside their window, whatever this process knows of their zone
 */
async function place(
  ctx: Ctx,
  calendar: Calendar,
  bound: ReturnType<typeof boundOf>,
  also: { rows: readonly BacklogRow[]; shut: ReadonlySet<string> },
): Promise<number> {
  const now = ctx.clock.now()
  const openings = new Map<string, Openings>()
  const opening = (row: BacklogRow, at: Date) => openingOf(row, at, calendar, openings)
  const isShut = (row: BacklogRow) => also.shut.has(row.id) || opening(row, now).getTime() >= now.getTime() + MINUTE_MS
  return ctx.db.transaction().execute(async (tx) => {
    await lockMoves(tx)
    const rows = await backlogOf(tx, bound, also.rows, now)
    const used = nothingUsed(await readLimits(tx, []), now)
    await countUsed(tx, used, rows)
    const open = rows.filter((row) => !isShut(row))
    const { held } = grantCaps(open, used.book, used.limits, now)
    await countAhead(tx, used, rows)
    const waiting = [...held, ...rows.filter(isShut).map((row) => ({ ...row, held_by: 'window_shut' as const }))]
    const moves = placeWaiting(
      waiting.map((row) => ({ ...row, window_key: windowKey(row) })),
      used.book,
      used.limits,
      now,
      opening,
    )
    for (let start = 0; start < moves.length; start += MOVED_AT_ONCE)
      await moveMessages(tx, moves.slice(start, start + MOVED_AT_ONCE), now, { skip_busy: true })
    return moves.length
  })
}

async function backlogOf(
  tx: Db,
  bound: ReturnType<typeof boundOf>,
  also: readonly BacklogRow[],
  now: Date,
): Promise<BacklogRow[]> {
  const rows = new Map(also.map((row) => [row.id, row]))
  if (Object.values(bound).some((keys) => keys.length > 0))
    for (const row of await listBacklog(tx, { ...bound, now, limit: LONGEST_BACKLOG })) rows.set(row.id, row)
  return [...rows.values()]
}

function openingOf(row: BacklogRow, at: Date, calendar: Calendar, openings: Map<string, Openings>): Date {
  const known = openings.get(row.sequence_id) ?? new Map()
  openings.set(row.sequence_id, known)
  return nextOpening(row, at, calendar, known)
}

/** A window that never opens costs only its own mails, which are looked at again in a day. */
function nextOpening(row: BacklogRow, at: Date, calendar: Calendar, known: Openings): Date {
  try {
    const schedule = scheduleOf({ ...row, time_zone: row.sequence_time_zone }, calendar)
    return planOpening(at, { ...row, country: row.country_code }, schedule, known)
  } catch (error) {
    if (error instanceof RangeError) return new Date(at.getTime() + 1_440 * MINUTE_MS)
    throw error
  }
}

const windowKey = (row: BacklogRow) => `${row.sequence_id} ${row.time_zone} ${row.country_code} ${row.priority}`
