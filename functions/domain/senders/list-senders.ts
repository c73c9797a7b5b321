import { listSenders } from '../../../db/queries/senders.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { capOnDay, dayIn, mondayOf, type WorkspaceCaps } from '../sequences/caps.ts'
import { countUsed, nothingUsed, readLimits } from '../sequences/read-book.ts'
import { findOverbooked, type Overbooked } from './overbooked.ts'

export type SenderWithUse = Row<'sender'> & {
  /** active or paused sequences that write from it */
  sequences: number
  /** mails of its own today and week, and the most it may send today */
  today: number
  week: number
  new_people: number
  cap_today: number
  /** the first day with more planned than it may send; null: all fits */
  overbooked: Overbooked | null
}

/** Every sender with what it has sent today, and the caps of the workspace. */
export async function listSendersWithUse(ctx: Ctx): Promise<{ senders: SenderWithUse[]; caps: WorkspaceCaps }> {
  const now = ctx.clock.now()
  const rows = await listSenders(ctx.db)
  const limits = await readLimits(
    ctx.db,
    rows.map(({ address }) => address),
  )
  const used = nothingUsed({ ...limits, account_daily_cap: null, domain_daily_cap: null }, now)
  await countUsed(
    ctx.db,
    used,
    rows.map(({ address }) => ({
      id: address,
      sender: address,
      due_at: now,
      priority: 0,
      sequence_id: NO_SEQUENCE,
      sequence_daily_cap: 1,
      is_first: false,
      domain: null,
      account_key: '',
    })),
  )
  const { counts } = used.book
  const overbooked = rows.length === 0 ? new Map<string, Overbooked>() : await findOverbooked(ctx, rows)
  const senders = rows.map((row) => {
    const day = dayIn(now, row.time_zone)
    return {
      ...row,
      today: counts.get('cap_sender_day', row.address, day),
      week: counts.get('cap_sender_week', row.address, mondayOf(day)),
      new_people: counts.get('cap_new_people', row.address, day),
      cap_today: capOnDay(row, day),
      overbooked: overbooked.get(row.address) ?? null,
    }
  })
  return { senders, caps: limits }
}

const NO_SEQUENCE = '00000000-0000-0000-0000-000000000000'
