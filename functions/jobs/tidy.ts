import { deleteIdempotencyKeys } from '../../db/queries/idempotency-keys.ts'
import { deleteFinishedJobs } from '../../db/queries/job-lists.ts'
import { deleteRateCounts } from '../../db/queries/rate-counts.ts'
import { deleteExpiredSessions } from '../../db/queries/sessions.ts'
import type { Ctx } from '../context.ts'

const DAY_MS = 24 * 3_600_000
/** How long each is kept. */
const JOBS_MS = 30 * DAY_MS
const IDEMPOTENCY_KEYS_MS = 3 * DAY_MS
const RATE_COUNTS_MS = 2 * DAY_MS
const DELETED_AT_ONCE = 1_000

/** Forgets what nobody will ask for again. Receipts, events, replies and the audit log are never touched. */
export async function tidy(ctx: Ctx): Promise<void> {
  const now = ctx.clock.now()
  const before = (age: number) => new Date(now.getTime() - age)
  await deleteExpiredSessions(ctx.db, now)
  await deleteRateCounts(ctx.db, { before: before(RATE_COUNTS_MS) })
  await deleteIdempotencyKeys(ctx.db, before(IDEMPOTENCY_KEYS_MS))
  await deleteFinishedJobs(ctx.db, { before: before(JOBS_MS), limit: DELETED_AT_ONCE })
}
