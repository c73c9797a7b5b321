import { holdProvider } from '../../../db/queries/holds.ts'
import { handOverMessages, releaseMessages, renewLeases, type SealedMessage } from '../../../db/queries/messages.ts'
import type { Ctx } from '../../context.ts'
import { keepRenewing, LEASE_MS } from '../../keep-renewing.ts'
import type { OutgoingMail } from '../../ports/email.ts'
import { transact } from '../../transact.ts'
import type { Templates } from '../email/render.ts'
import type { Calendar } from './calendar.ts'
import { type Claimed, type ClaimedMessage, type Counted, claimDue } from './claim-due.ts'
import { daysOffAround } from './days-off.ts'
import type { Drained } from './drain-messages.ts'
import { allOrOneByOne } from './one-by-one.ts'
import type { PlanCache } from './plan-next.ts'
import { type SealProblem, sealMail } from './seal-mail.ts'
import { providerIsDown, type Sent, sendAll } from './send-all.ts'
import { settleBatch } from './settle-batch.ts'
import { stopAll } from './stop-enrollment.ts'

export const CLAIMED_AT_ONCE = 100
/** One group is being sent and one follows: these two a crash can leave unconfirmed without having been sent. */
const HANDED_AT_ONCE = 25
/** A provider that stays down is asked once an hour. */
const LONGEST_HOLD_SECONDS = 3_600
export const BROKEN_OFF = 'The drain was broken off'

/** What the batches of a drain share. */
export interface Run {
  ctx: Ctx
  total: Drained
  templates: Templates
  calendar: Calendar
  cache: PlanCache
  counted: Counted
  /** the provider was down when this run began */
  held: boolean
  /** nothing more may leave, and why: the provider is down, or something broke */
  over: { reason: string } | undefined
}

/** A claim on its way, and the moments that others wait for. Only `claimed` and `settled` are rejected when it fails. */
export interface Batch {
  claimed: Promise<Claimed>
  /** its first mail leaves now, or none will */
  sending: Promise<void>
  /** its last group is about to be sent: the next batch may hand over its first one */
  ending: Promise<void>
  /** all its mails have been answered: the next batch may send, so that no more than six are under way */
  sent: Promise<void>
  settled: Promise<void>
}

/** Claims at once, and sends when the batch before has been sent. */
export function startBatch(run: Run, before: Batch | undefined): Batch {
  const [claimed, sending, ending, sent] = [moment<Claimed>(), moment(), moment(), moment()]
  const settled = runBatch(run, before, {
    claimed: claimed.come,
    sending: sending.come,
    ending: ending.come,
    sent: sent.come,
  }).catch((error) => {
    run.over ??= { reason: BROKEN_OFF }
    claimed.fail(error)
    throw error
  })
  const free = () => {
    for (const { come } of [sending, ending, sent]) come()
  }
  settled.then(free, free)
  const batch = {
    claimed: claimed.promise,
    sending: sending.promise,
    ending: ending.promise,
    sent: sent.promise,
    settled,
  }
  // Whoever waits hears of it; a drain that has gone on to its end must not bring the process down.
  for (const promise of Object.values(batch)) promise.catch(() => {})
  return batch
}

function moment<Value = void>() {
  let [come, fail] = [(_value: Value) => {}, (_error: unknown) => {}]
  const promise = new Promise<Value>((resolve, reject) => {
    come = resolve
    fail = reject
  })
  return { promise, come, fail }
}

interface Moments {
  claimed(claim: Claimed): void
  sending(): void
  ending(): void
  sent(): void
}

async function runBatch(run: Run, before: Batch | undefined, moments: Moments): Promise<void> {
  const { ctx } = run
  const claim_token = crypto.randomUUID()
  const claim = await ctx.db.transaction().execute((tx) => {
    const now = ctx.clock.now()
    const days_off = daysOffAround(now, run.calendar.days_off)
    return claimDue(tx, run.counted, {
      claim_token,
      now,
      lease_until: leaseFrom(now),
      limit: CLAIMED_AT_ONCE,
      days_off,
    })
  })
  moments.claimed(claim)
  if (claim.mails.length === 0) return
  const renew = () => renewLeases(ctx.db, { claim_token, lease_until: leaseFrom(ctx.clock.now()) })
  await keepRenewing({ renew, log: ctx.log }, async () => {
    const { ready, problems } = seal(run, claim.mails)
    await skipUnwritable(run, problems)
    const { results, failure } = await sendInTurn(run, claim_token, ready, before, moments)
    const claimed = new Map(claim.mails.map((message) => [message.id, message]))
    // What has been answered is kept, whatever went wrong beside it.
    await settleBatch(run, claim_token, results, claimed)
    if (failure !== undefined) throw failure
    if (run.over === undefined) return
    const ids = ready.map(({ sealed }) => sealed.id)
    await releaseMessages(ctx.db, { claim_token, ids, reason: run.over.reason, now: ctx.clock.now() })
  })
}

const leaseFrom = (now: Date) => new Date(now.getTime() + LEASE_MS)

/** Hands one group over while the one before is being sent. */
async function sendInTurn(
  run: Run,
  claim_token: string,
  ready: readonly ReadyMail[],
  before: Batch | undefined,
  moments: Moments,
): Promise<{ results: Sent[]; failure?: unknown }> {
  const results: Sent[] = []
  const groups = inGroups(ready)
  await before?.ending
  let next = handOver(run, claim_token, groups.shift())
  await before?.sent
  moments.sending()
  try {
    for (let mails = await next; mails !== undefined && run.over === undefined; mails = await next) {
      next = handOver(run, claim_token, groups.shift())
      if (groups.length === 0) moments.ending()
      const answers = await sendAll(run.ctx.services.email, mails)
      results.push(...answers)
      const down = providerIsDown(answers)
      if (down !== undefined) await holdMails(run, down)
    }
    return { results: [...results, ...(await giveBack(run, next))] }
  } catch (failure) {
    run.over ??= { reason: BROKEN_OFF }
    return { results: [...results, ...(await giveBack(run, next))], failure }
  } finally {
    moments.sent()
  }
}

function inGroups(ready: readonly ReadyMail[]): ReadyMail[][] {
  const groups: ReadyMail[][] = []
  for (let start = 0; start < ready.length; start += HANDED_AT_ONCE)
    groups.push(ready.slice(start, start + HANDED_AT_ONCE))
  return groups
}

/** Handed over and not sent: of these the provider provably has nothing. */
async function giveBack({ over }: Run, next: HandedOver): Promise<Sent[]> {
  const mails = over === undefined ? [] : ((await next.catch(() => undefined)) ?? [])
  return mails.map(({ message_id }) => ({
    message_id,
    outcome: { outcome: 'retry_later', reason: over?.reason ?? BROKEN_OFF, retry_after_seconds: 0 },
  }))
}

async function holdMails(run: Run, down: { seconds: number; reason: string }): Promise<void> {
  run.over = { reason: down.reason }
  const now = run.ctx.clock.now()
  await holdProvider(run.ctx.db, { ...down, longest_seconds: LONGEST_HOLD_SECONDS, now })
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

/** The mails of a group that may leave now; undefined when there is none to follow. */
type HandedOver = Promise<OutgoingMail[] | undefined>

function handOver(run: Run, claim_token: string, group: readonly ReadyMail[] | undefined): HandedOver {
  if (group === undefined || run.over !== undefined) return Promise.resolve(undefined)
  const handed = handOverGroup(run, claim_token, group)
  // It is waited for when the group before has been sent.
  handed.catch(() => {})
  return handed
}

async function handOverGroup(run: Run, claim_token: string, group: readonly ReadyMail[]): Promise<OutgoingMail[]> {
  const { ctx } = run
  const handed = await allOrOneByOne(
    group,
    (some) => handOverMessages(ctx.db, { claim_token, mails: some.map(({ sealed }) => sealed), now: ctx.clock.now() }),
    async ({ sealed, enrollment_id }, error) => {
      ctx.log.error('mail.not_handed_over', { message_id: sealed.id, error })
      await skipUnwritable(run, [{ enrollment_id, reason: 'template_error', problem: 'It could not be stored' }])
    },
  )
  const ids = new Set(handed.flatMap((some) => [...some]))
  return group.map(({ mail }) => mail).filter(({ message_id }) => ids.has(message_id))
}
