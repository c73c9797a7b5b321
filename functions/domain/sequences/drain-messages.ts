import { lockProgress } from '../../../db/queries/enrollments.ts'
import { endProviderHold, findProviderHold, holdProvider } from '../../../db/queries/holds.ts'
import { findNextDue, sweepLeases } from '../../../db/queries/message-plans.ts'
import {
  handOverMessages,
  releaseMessages,
  renewLeases,
  type SealedMessage,
  settleMessages,
} from '../../../db/queries/messages.ts'
import type { Ctx } from '../../context.ts'
import { keepRenewing, LEASE_MS } from '../../keep-renewing.ts'
import type { OutgoingMail } from '../../ports/email.ts'
import { transact } from '../../transact.ts'
import { openTemplates } from '../email/render.ts'
import { type Calendar, openCalendar } from './calendar.ts'
import { type Claimed, type ClaimedMessage, type Counted, claimDue, nothingCounted } from './claim-due.ts'
import { closeDueWaits } from './close-waits.ts'
import { daysOffAround } from './days-off.ts'
import { allOrOneByOne } from './one-by-one.ts'
import { passUnmet } from './pass-steps.ts'
import { type PlanCache, planNext } from './plan-next.ts'
import { moveWaiting, shedBacklogs, stopUnwritable } from './put-aside.ts'
import { spreadLate } from './replan.ts'
import { resumeDue } from './resume-due.ts'
import { type SealProblem, sealMail } from './seal-mail.ts'
import { judgeOutcome, providerIsDown, type Sent, sendAll } from './send-all.ts'
import { stopAll } from './stop-enrollment.ts'
import { wake } from './wake.ts'
import { tellAgainWhileAway } from './while-away.ts'

const CLAIMED_AT_ONCE = 100
/** What a crash can leave unconfirmed. */
const HANDED_AT_ONCE = 50
/** What is left after that gets a wake of its own. */
const MOST_BATCHES = 50
const LONGEST_RUN_MS = 60_000
/** A provider that stays down is asked once an hour. */
const LONGEST_HOLD_SECONDS = 3_600

export interface Drained {
  sent: number
  failed: number
  unconfirmed: number
  deferred: number
  moved: number
  stopped: number
}

/** Sends what is due, batch by batch, and asks to be woken for what comes next. May run twice at the same time. */
export async function drainMessages(ctx: Ctx): Promise<Drained> {
  const total: Drained = { sent: 0, failed: 0, unconfirmed: 0, deferred: 0, moved: 0, stopped: 0 }
  // Without a sender nothing may be claimed: a mail that cannot leave is not a mail that cannot be written.
  const { mail } = ctx.config
  if (mail.mode === 'off') return total
  await sweepLeases(ctx.db, ctx.clock.now())
  await resumeDue(ctx)
  const calendar = await openCalendar(ctx.db)
  const cache: PlanCache = { steps: new Map(), calendar }
  await closeDueWaits(ctx, cache)
  const run: Run = {
    ctx,
    total,
    templates: openTemplates(),
    calendar,
    cache,
    counted: nothingCounted(),
    held: false,
  }
  await drainBatches(run)
  await transact(ctx, async (tx) => {
    const next = await findNextDue(tx.db)
    if (next !== undefined) await wake(tx, next)
  })
  return total
}

interface Run {
  ctx: Ctx
  total: Drained
  templates: ReturnType<typeof openTemplates>
  calendar: Calendar
  cache: PlanCache
  counted: Counted
  /** the provider was down when this run began */
  held: boolean
}

async function drainBatches(run: Run): Promise<void> {
  const { ctx, total } = run
  const hold = await findProviderHold(ctx.db)
  if (hold !== undefined && hold.until_at > ctx.clock.now()) return
  run.held = hold !== undefined
  total.moved += await spreadLate(ctx, run.calendar)
  total.moved += await shedBacklogs(ctx, run.calendar, { more_than: CLAIMED_AT_ONCE })
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  for (let batch = 0; batch < MOST_BATCHES && ctx.clock.now().getTime() < until; batch++) {
    const claimed = await claim(run)
    const isDown = await sendClaimed(run, claimed)
    total.stopped += await stopUnwritable(ctx, claimed.stops)
    total.stopped += await passUnmet(ctx, claimed.passes, run.cache)
    total.moved += await moveWaiting(ctx, run.calendar, claimed)
    // A claim that was not full has seen everything that was due.
    if (isDown || !claimed.is_full) return
  }
}

async function claim({ ctx, counted, calendar }: Run): Promise<Claimed> {
  const claim_token = crypto.randomUUID()
  return ctx.db.transaction().execute((tx) => {
    const now = ctx.clock.now()
    const lease_until = new Date(now.getTime() + LEASE_MS)
    const days_off = daysOffAround(now, calendar.days_off)
    return claimDue(tx, counted, { claim_token, now, lease_until, limit: CLAIMED_AT_ONCE, days_off })
  })
}

/** @returns whether the provider took nothing of a whole hand-over: then the rest waits, unsent */
async function sendClaimed(run: Run, { claim_token, mails }: Claimed): Promise<boolean> {
  if (mails.length === 0) return false
  const { ctx } = run
  const renew = () => renewLeases(ctx.db, { claim_token, lease_until: new Date(ctx.clock.now().getTime() + LEASE_MS) })
  return keepRenewing({ renew, log: ctx.log }, async () => {
    const { ready, problems } = seal(run, mails)
    await skipUnwritable(run, problems)
    const claimed = new Map(mails.map((message) => [message.id, message]))
    for (let start = 0; start < ready.length; start += HANDED_AT_ONCE) {
      const some = ready.slice(start, start + HANDED_AT_ONCE)
      const results = await handAndSend(run, claim_token, some)
      const down = providerIsDown(results)
      await settle(run, claim_token, results, { claimed, down: down !== undefined })
      if (down === undefined) continue
      const now = ctx.clock.now()
      const ids = ready.slice(start + HANDED_AT_ONCE).map(({ sealed }) => sealed.id)
      await releaseMessages(ctx.db, { claim_token, ids, reason: down.reason, now })
      await holdProvider(ctx.db, { ...down, longest_seconds: LONGEST_HOLD_SECONDS, now })
      run.held = true
      return true
    }
    return false
  })
}

interface ReadyMail {
  enrollment_id: string
  mail: OutgoingMail
  sealed: SealedMessage
}

/** A mail that cannot be written is a problem of its own, even when writing it throws. */
function seal({ ctx, templates }: Run, messages: readonly ClaimedMessage[]) {
  const ready: ReadyMail[] = []
  const problems: SealProblem[] = []
  for (const message of messages) {
    try {
      const result = sealMail(ctx.config, templates, message)
      if ('problem' in result) problems.push(result)
      else ready.push({ ...result, enrollment_id: message.enrollment_id })
    } catch (error) {
      ctx.log.error('mail.not_sealed', { message_id: message.id, error })
      problems.push({
        enrollment_id: message.enrollment_id,
        reason: 'template_error',
        problem: 'It could not be written',
      })
    }
  }
  return { ready, problems }
}

/** One mail that cannot be written never holds up the others. */
async function skipUnwritable({ ctx, total }: Run, problems: readonly SealProblem[]): Promise<void> {
  if (problems.length === 0) return
  await transact(ctx, (tx) =>
    stopAll(
      tx,
      problems.map(({ enrollment_id, reason, problem }) => ({
        enrollment_id,
        reason,
        by: 'drain',
        detail: problem,
        skips: true,
      })),
    ),
  )
  total.stopped += problems.length
}

async function handAndSend(run: Run, claim_token: string, ready: readonly ReadyMail[]): Promise<Sent[]> {
  const { ctx } = run
  const handed = await allOrOneByOne(
    ready,
    (some) => handOverMessages(ctx.db, { claim_token, mails: some.map(({ sealed }) => sealed), now: ctx.clock.now() }),
    async ({ sealed, enrollment_id }, error) => {
      ctx.log.error('mail.not_handed_over', { message_id: sealed.id, error })
      await skipUnwritable(run, [{ enrollment_id, reason: 'template_error', problem: 'It could not be stored' }])
    },
  )
  const ids = new Set(handed.flatMap((some) => [...some]))
  return sendAll(
    ctx.services.email,
    ready.map(({ mail }) => mail).filter(({ message_id }) => ids.has(message_id)),
  )
}

interface Settling {
  claimed: ReadonlyMap<string, ClaimedMessage>
  /** nothing is moved then: all claims wait for the provider */
  down: boolean
}

async function settle(run: Run, claim_token: string, results: readonly Sent[], of: Settling): Promise<void> {
  if (results.length === 0) return
  // What the provider said is known only here; forgotten, it would be for a person to find out.
  await tellAgainWhileAway(() =>
    allOrOneByOne(
      results,
      (some) => settleAll(run, claim_token, some, of),
      (result, error) => settleBad(run, claim_token, result, of, error),
    ),
  )
}

async function settleAll(
  { ctx, total, cache, held }: Run,
  claim_token: string,
  results: readonly Sent[],
  { claimed, down }: Settling,
): Promise<void> {
  const settled = await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const of = (id: string) => claimed.get(id)
    const ids = results.map(({ message_id }) => of(message_id)?.enrollment_id ?? '')
    const progress = new Map((await lockProgress(tx.db, ids)).map((row) => [row.id, row]))
    const rows = await settleMessages(tx.db, {
      claim_token,
      settlements: results.map((result) => judgeOutcome(result, of(result.message_id)?.attempts ?? 1, now, { down })),
      now,
    })
    const done = rows.flatMap(({ id, enrollment_id, state }) => {
      const row = progress.get(enrollment_id)
      const step_key = of(id)?.step_key
      return state === 'sent' && row !== undefined && step_key !== undefined
        ? [{ progress: row, step_key, done_at: now }]
        : []
    })
    await planNext(tx, done, cache)
    const refused = rows.filter(({ state }) => state === 'failed')
    await stopAll(
      tx,
      refused.map(({ enrollment_id }) => ({ enrollment_id, reason: 'refused', by: 'provider' })),
    )
    if (held && done.length > 0) await endProviderHold(tx.db)
    return rows
  })
  for (const { state } of settled) {
    if (state === 'planned') total.deferred += 1
    else if (state === 'sent' || state === 'failed' || state === 'unconfirmed') total[state] += 1
  }
}

/** What the provider said is kept whatever else fails; an enrollment whose next step cannot be planned ends here. */
async function settleBad(
  { ctx, total }: Run,
  claim_token: string,
  { message_id, outcome }: Sent,
  { claimed }: Settling,
  error: unknown,
): Promise<void> {
  ctx.log.error('mail.not_settled', { message_id, error })
  const enrollment_id = claimed.get(message_id)?.enrollment_id ?? ''
  const bare =
    outcome.outcome === 'accepted'
      ? { ...outcome, provider_message_id: '' }
      : { ...outcome, reason: 'No reason that can be stored' }
  await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    await lockProgress(tx.db, [enrollment_id])
    const settlement = judgeOutcome({ message_id, outcome: bare }, 1, now, { down: false })
    const settled = await settleMessages(tx.db, { claim_token, settlements: [settlement], now })
    if (settled.some(({ state }) => state !== 'planned' && state !== 'unconfirmed'))
      await stopAll(tx, [{ enrollment_id, reason: 'not_plannable', by: 'drain' }])
    for (const { state } of settled) if (state === 'sent') total.sent += 1
  })
}
