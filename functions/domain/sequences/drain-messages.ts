import { lockProgress } from '../../../db/queries/enrollments.ts'
import { findNextDue, moveMessages, sweepLeases } from '../../../db/queries/message-plans.ts'
import {
  claimDueMessages,
  handOverMessages,
  type JudgedMessage,
  lockClaims,
  releaseMessages,
  type SealedMessage,
  settleMessages,
} from '../../../db/queries/messages.ts'
import type { Ctx } from '../../context.ts'
import type { OutgoingMail } from '../../ports/email.ts'
import { transact } from '../../transact.ts'
import { openTemplates } from '../email/render.ts'
import { type Calendar, openCalendar } from './calendar.ts'
import { closeDueWaits } from './close-waits.ts'
import { daysOffAround } from './days-off.ts'
import { startOfNextDay } from './local-time.ts'
import { planOpening, scheduleOf } from './opening.ts'
import { passUnmet } from './pass-steps.ts'
import { type PlanCache, planNext } from './plan-next.ts'
import { spreadLate } from './replan.ts'
import { type SealProblem, sealMail } from './seal-mail.ts'
import { judgeOutcome, type Sent, sendAll } from './send-all.ts'
import { stopAll } from './stop-enrollment.ts'
import { wake } from './wake.ts'

const CLAIMED_AT_ONCE = 100
/** What a crash can leave unconfirmed. */
const HANDED_AT_ONCE = 50
/** Two hand-overs of 50 mails, 6 at once, each with a time-out of 10 s, take at most 180 s. */
const LEASE_MS = 5 * 60_000
/** A drain ends before the lease of its job does; what is left gets a wake of its own. */
const MOST_BATCHES = 20
const LONGEST_RUN_MS = 60_000

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
  const calendar = await openCalendar(ctx.db)
  await closeDueWaits(ctx)
  await spreadLate(ctx, calendar)
  const run: Run = { ctx, total, templates: openTemplates(), calendar, cache: { steps: new Map(), calendar } }
  const until = ctx.clock.now().getTime() + LONGEST_RUN_MS
  for (let batch = 0; batch < MOST_BATCHES && ctx.clock.now().getTime() < until; batch++) {
    const judged = await claim(run)
    if (judged.messages.length === 0) break
    await putAside(run, judged.messages)
    const isProviderDown = await sendClaimed(run, judged)
    // A claim that was not full has seen everything that was due.
    if (isProviderDown || judged.messages.length < CLAIMED_AT_ONCE) break
  }
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
}

interface Claim {
  claim_token: string
  messages: JudgedMessage[]
}

async function claim({ ctx, calendar }: Run): Promise<Claim> {
  const claim_token = crypto.randomUUID()
  const messages = await ctx.db.transaction().execute(async (tx) => {
    await lockClaims(tx)
    const now = ctx.clock.now()
    const lease_until = new Date(now.getTime() + LEASE_MS)
    const days_off = daysOffAround(now, calendar.days_off)
    return claimDueMessages(tx, { claim_token, now, lease_until, limit: CLAIMED_AT_ONCE, days_off })
  })
  return { claim_token, messages }
}

/** Whoever must not be written to is stopped; what may not leave now is moved to when it may. */
async function putAside({ ctx, total, calendar, cache }: Run, messages: readonly JudgedMessage[]): Promise<void> {
  const stops = messages.filter(({ verdict }) => verdict === 'stop')
  if (stops.length > 0) {
    const unwritable = ['no_address', 'bounced', 'invalid_address', 'low_confidence', 'step_gone']
    await transact(ctx, (tx) =>
      stopAll(
        tx,
        stops.map(({ enrollment_id, stop_reason }) => ({
          enrollment_id,
          reason: stop_reason ?? 'stopped',
          by: 'drain',
          skips: unwritable.includes(stop_reason ?? ''),
        })),
      ),
    )
    total.stopped += stops.length
  }
  const now = ctx.clock.now()
  total.stopped += await passUnmet(
    ctx,
    messages.filter(({ verdict }) => verdict === 'pass'),
    cache,
  )
  const waiting = messages.filter(({ verdict }) => verdict === 'shut' || verdict === 'capped')
  await moveMessages(
    ctx.db,
    waiting.map((message) => ({ id: message.id, from: message.due_at, ...nextChance(message, calendar, now) })),
    now,
  )
  total.moved += waiting.length
}

function nextChance(message: JudgedMessage, calendar: Calendar, now: Date): { due_at: Date; reason: string } {
  const schedule = scheduleOf({ ...message, time_zone: message.sequence_time_zone }, calendar)
  const isCapped = message.verdict === 'capped'
  const earliest = isCapped ? startOfNextDay(now, message.sequence_time_zone) : now
  const due_at = planOpening(earliest, { ...message, country: message.country_code }, schedule)
  // The database and this process may know different rules for a zone: never move a mail to the moment it is in.
  const least = now.getTime() + 60_000
  return { due_at: new Date(Math.max(due_at.getTime(), least)), reason: isCapped ? 'cap_reached' : 'window_shut' }
}

/** @returns whether the provider took nothing of a whole hand-over: then the rest waits, unsent */
async function sendClaimed(run: Run, { claim_token, messages }: Claim): Promise<boolean> {
  const mails: OutgoingMail[] = []
  const sealed: SealedMessage[] = []
  const problems: SealProblem[] = []
  const enrollmentOf = new Map<string, JudgedMessage>()
  for (const message of messages.filter(({ verdict }) => verdict === 'claim')) {
    enrollmentOf.set(message.id, message)
    const result = sealMail(run.ctx.config, run.templates, message)
    if ('problem' in result) problems.push(result)
    else {
      mails.push(result.mail)
      sealed.push(result.sealed)
    }
  }
  await skipUnwritable(run, problems)

  for (let start = 0; start < mails.length; start += HANDED_AT_ONCE) {
    const some = sealed.slice(start, start + HANDED_AT_ONCE)
    const handed = await handOverMessages(run.ctx.db, { claim_token, mails: some, now: run.ctx.clock.now() })
    const results = await sendAll(
      run.ctx.services.email,
      mails.slice(start, start + HANDED_AT_ONCE).filter((mail) => handed.has(mail.message_id)),
    )
    await settle(run, claim_token, results, enrollmentOf)
    const last = results.at(-1)?.outcome
    if (last?.outcome === 'retry_later' && results.every(({ outcome }) => outcome.outcome === 'retry_later')) {
      const now = run.ctx.clock.now()
      await releaseMessages(run.ctx.db, {
        claim_token,
        ids: sealed.slice(start + HANDED_AT_ONCE).map(({ id }) => id),
        due_at: new Date(now.getTime() + last.retry_after_seconds * 1000),
        reason: last.reason,
        now,
      })
      return true
    }
  }
  return false
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

async function settle(
  { ctx, total, cache }: Run,
  claim_token: string,
  results: readonly Sent[],
  claimed: ReadonlyMap<string, JudgedMessage>,
): Promise<void> {
  if (results.length === 0) return
  await transact(ctx, async (tx) => {
    const now = tx.clock.now()
    const of = (id: string) => claimed.get(id)
    const ids = results.map(({ message_id }) => of(message_id)?.enrollment_id ?? '')
    const progress = new Map((await lockProgress(tx.db, ids)).map((row) => [row.id, row]))
    const settled = await settleMessages(tx.db, {
      claim_token,
      settlements: results.map((result) => judgeOutcome(result, of(result.message_id)?.attempts ?? 1, now)),
      now,
    })
    const done = settled.flatMap(({ id, enrollment_id, state }) => {
      const row = progress.get(enrollment_id)
      const step_key = of(id)?.step_key
      return state === 'sent' && row !== undefined && step_key !== undefined
        ? [{ progress: row, step_key, done_at: now }]
        : []
    })
    await planNext(tx, done, cache)
    const refused = settled.filter(({ state }) => state === 'failed')
    await stopAll(
      tx,
      refused.map(({ enrollment_id }) => ({ enrollment_id, reason: 'refused', by: 'provider' })),
    )
    for (const { state } of settled) {
      if (state === 'planned') total.deferred += 1
      else if (state === 'sent' || state === 'failed' || state === 'unconfirmed') total[state] += 1
    }
  })
}
