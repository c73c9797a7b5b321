import { listAddressesDue } from '../../../db/queries/address-checks.ts'
import type { Ctx } from '../../context.ts'
import { stageJob } from '../../jobs/stage.ts'
import { transact } from '../../transact.ts'
import { verifyAddresses } from './verify-addresses.ts'

const DAY_MS = 86_400_000
/** Mailboxes go when people change jobs, about 2 % a month: after this long an address is looked over again before it is written to. */
const OLD_AFTER_MS = 30 * DAY_MS
const FAILED_AFTER_MS = 60 * 60_000
/** The sweep comes every 15 minutes, so that each address is looked over well before its mail leaves. */
const AHEAD_MS = DAY_MS
const CHECKED_AT_ONCE = 200
/** A job works this long, well within its lease. */
const BUDGET_MS = 20_000
const FIRST = '00000000-0000-0000-0000-000000000000'

/**
 * Looks over again the addresses that mail goes to within a day and that nobody has looked at for 30 days. Not at the claim,
 * which must not wait for DNS: the claim only reads what is known, stops at an address that came out invalid, and lets pass
 * one that nobody could tell about.
 */
export async function verifyDue(ctx: Ctx, { after = FIRST }: { after?: string }): Promise<{ verified: number }> {
  const until = ctx.clock.now().getTime() + BUDGET_MS
  let verified = 0
  for (let place = after; ; ) {
    const addresses = await listDue(ctx, place, CHECKED_AT_ONCE)
    await verifyAddresses(ctx, addresses)
    verified += addresses.length
    const last = addresses.at(-1)
    if (last === undefined || addresses.length < CHECKED_AT_ONCE) return { verified }
    place = last.id
    if (ctx.clock.now().getTime() < until) continue
    await transact(ctx, (tx) => stageJob(tx, 'verify-due', { after: place }, { key: KEY }))
    return { verified }
  }
}

const KEY = 'verify-due'

function listDue(ctx: Ctx, after: string, limit: number) {
  const now = ctx.clock.now()
  const at = (offset: number) => new Date(now.getTime() + offset)
  return listAddressesDue(ctx.db, {
    now,
    until: at(AHEAD_MS),
    verified_before: at(-OLD_AFTER_MS),
    failed_before: at(-FAILED_AFTER_MS),
    after,
    limit,
  })
}

/** Stages the job when there is anything to look over; among waiting jobs there is one of these at most. */
export async function stageVerifyDue(ctx: Ctx): Promise<void> {
  const [first] = await listDue(ctx, FIRST, 1)
  if (first !== undefined) await transact(ctx, (tx) => stageJob(tx, 'verify-due', {}, { key: KEY }))
}
