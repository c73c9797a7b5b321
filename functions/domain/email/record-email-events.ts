import { createHash } from 'node:crypto'
import * as v from 'valibot'
import {
  applyEmailEvents,
  type Confirmed,
  countSoftBounces,
  type InsertedEvent,
  insertEmailEvents,
  listClickStops,
  markAddressesBounced,
  type NewEmailEvent,
} from '../../../db/queries/email-events.ts'
import type { Stop } from '../../../db/queries/enrollments.ts'
import { lockProgress } from '../../../db/queries/enrollments.ts'
import { lockRated } from '../../../db/queries/harm.ts'
import { withSavepoint } from '../../../db/queries/savepoint.ts'
import type { NewSuppression } from '../../../db/queries/suppressions.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { isUuid } from '../../uuid.ts'
import { allOrOneByOne } from '../sequences/one-by-one.ts'
import { planNext, wakeForNext } from '../sequences/plan-next.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'
import { pauseWhatHarms } from './pause-what-harms.ts'
import { suppressAll } from './suppress.ts'

const text = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => value.replaceAll('\0', '').slice(0, limit).toWellFormed()),
  )

/** What we read of an event; the rest is kept as it came. */
const eventItem = v.looseObject({
  event: v.pipe(v.string(), v.regex(/^[a-z_]{1,40}$/)),
  email: v.nullish(text(320), ''),
  /** unix seconds; from 2000 to 2100 */
  timestamp: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,12}(?:\.\d{1,9})?$/))]),
    v.transform((seconds) => Math.floor(Number(seconds))),
    v.integer(),
    v.minValue(946_684_800),
    v.maxValue(4_102_444_800),
  ),
  message_id: v.optional(v.unknown()),
  sg_message_id: v.nullish(text(200), ''),
  sg_event_id: v.nullish(text(200)),
  type: v.nullish(text(40)),
  url: v.nullish(text(2_000)),
  reason: v.nullish(text(1_000)),
  /** of a bounce, RFC 3463: 5.1.1 for good, 4.2.2 for now */
  status: v.optional(v.unknown()),
  sg_machine_open: v.optional(v.unknown()),
})

export interface RecordedEvents {
  recorded: number
  repeated: number
  /** not events, or events that cannot be read */
  bad: number
}

/**
 * What the provider tells us about our mails. The batch may repeat events, mix them and bring them in any order: the
 * result is the same. An item that cannot be read does not cost the others.
 */
export async function recordEmailEvents(ctx: Ctx, items: readonly unknown[]): Promise<RecordedEvents> {
  const events: NewEmailEvent[] = []
  let bad = 0
  for (const item of items) {
    const event = readEvent(item)
    if (event === undefined) bad += 1
    else events.push(event)
  }
  const inserted = await transact(ctx, async (tx) => {
    const added = await insertEmailEvents(tx.db, events, tx.clock.now())
    await applyEffects(
      tx,
      added.filter((event) => event.enrollment_id !== null),
    )
    return added
  })
  if (bad > 0) ctx.log.error('events that cannot be read', { bad, of: items.length })
  return { recorded: inserted.length, repeated: events.length - inserted.length, bad }
}

function readEvent(item: unknown): NewEmailEvent | undefined {
  try {
    const parsed = v.safeParse(eventItem, item)
    return parsed.success ? toEvent(parsed.output) : undefined
  } catch {
    // Nested so deeply that neither we nor the database can walk it.
    return undefined
  }
}

/** Hard bounces are `bounce`; what came back for a passing reason, or after days of trying, is `blocked`. */
function typeOf({ event, type, status }: v.InferOutput<typeof eventItem>): string {
  if (event !== 'bounce') return event
  return type === 'blocked' || type === 'expired' || /^4/.test(String(status ?? '')) ? 'blocked' : event
}

function toEvent(item: v.InferOutput<typeof eventItem>): NewEmailEvent {
  const type = typeOf(item)
  const message_id = isUuid(item.message_id) ? item.message_id : null
  const provider_message_id = item.sg_message_id.split('.')[0] ?? ''
  return {
    id: crypto.randomUUID(),
    // By content: ids have been seen to change when an event comes again.
    content_key: createHash('sha256')
      .update(
        JSON.stringify([
          type,
          message_id ?? provider_message_id,
          item.email.toLowerCase(),
          item.timestamp,
          item.url ?? '',
          item.sg_machine_open === true,
        ]),
      )
      .digest('hex'),
    message_id,
    provider_message_id,
    provider_event_id: item.sg_event_id ?? null,
    type,
    is_machine: item.sg_machine_open === true,
    occurred_at: new Date(item.timestamp * 1000),
    url: item.url ?? null,
    reason: item.reason ?? null,
    raw: withoutNul(item),
  }
}

/** PostgreSQL's jsonb refuses NUL, halves of characters, and what is nested thousands of levels deep. */
function withoutNul(item: Record<string, unknown>): Record<string, unknown> {
  const shallow = Object.fromEntries(
    Object.entries(item).filter(([, value]) => !isNested(value) || JSON.stringify(value).length <= MOST_NESTED),
  )
  const text = JSON.stringify(shallow, (key, value) => {
    if (key.includes('\0') || !key.isWellFormed()) return undefined
    return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value
  })
  return JSON.parse(text)
}

const MOST_NESTED = 2_000
const isNested = (value: unknown) => typeof value === 'object' && value !== null

/** A mail of ours that came back to us instead of to the provider: the same as its hard bounce. */
export async function recordReturnedMail(
  tx: TxCtx,
  returned: { message_id: string; key: string; email: string },
): Promise<void> {
  const now = tx.clock.now()
  const event: NewEmailEvent = {
    id: crypto.randomUUID(),
    content_key: `returned ${returned.key}`,
    message_id: returned.message_id,
    provider_message_id: null,
    provider_event_id: null,
    type: 'bounce',
    is_machine: false,
    occurred_at: now,
    url: null,
    reason: 'The mail was returned to us',
    raw: { email: returned.email, by: 'returned mail' },
  }
  await applyEffects(tx, await insertEmailEvents(tx.db, [event], now))
}

async function applyEffects(tx: TxCtx, events: readonly InsertedEvent[]): Promise<void> {
  if (events.length === 0) return
  const enrollmentIds = [...new Set(events.flatMap(({ enrollment_id }) => enrollment_id ?? []))]
  const messageIds = [...new Set(events.flatMap(({ message_id }) => message_id ?? []))]
  const rated = events.filter(({ type }) => type === 'bounce' || type === 'spamreport')
  const sequenceIds = [...new Set(rated.flatMap(({ sequence_id }) => sequence_id ?? []))]
  // Sequences before enrollments before mails, like everybody.
  await lockRated(tx.db, sequenceIds)
  await lockProgress(tx.db, enrollmentIds)
  const confirmed = await applyEmailEvents(tx.db, messageIds, tx.clock.now())
  await stopReached(tx, events)
  await stopSoftBounced(tx, events)
  await stopClicked(tx, messageIds)
  await pauseWhatHarms(tx, sequenceIds)
  if (confirmed.length === 0) return
  await planConfirmed(tx, confirmed)
  await wakeForNext(tx)
}

/** Whose next step cannot be planned is left to the sweep: what else the events say holds all the same. */
async function planConfirmed(tx: TxCtx, confirmed: readonly Confirmed[]): Promise<void> {
  const rows = await lockProgress(
    tx.db,
    confirmed.map(({ enrollment_id }) => enrollment_id),
  )
  const progress = new Map(rows.map((row) => [row.id, row]))
  const done = confirmed.flatMap(({ enrollment_id, step_key, sent_at }) => {
    const row = progress.get(enrollment_id)
    return row === undefined ? [] : [{ progress: row, step_key, done_at: sent_at }]
  })
  await allOrOneByOne(
    done,
    (some) => withSavepoint(tx.db, () => planNext(tx, some)),
    async ({ progress: { id } }, error) => tx.log.error('enrollment.not_plannable', { enrollment_id: id, error }),
  )
}

/** Bounced, complained, unsubscribed: the address is suppressed, and the enrollment that mailed it ends in any case. */
async function stopReached(tx: TxCtx, events: readonly InsertedEvent[]): Promise<void> {
  const stops: Stop[] = []
  const suppressions: NewSuppression[] = []
  for (const event of events) {
    const reason = stopReason(event)
    if (reason === undefined || event.enrollment_id === null) continue
    stops.push({
      enrollment_id: event.enrollment_id,
      reason,
      by: 'event',
      ...(event.reason ? { detail: event.reason } : {}),
    })
    if (reason !== 'dropped' && event.to_address !== null)
      suppressions.push({
        kind: 'address',
        value: event.to_address.toLowerCase(),
        reason,
        source: `sendgrid ${event.type}`,
        person_id: event.person_id,
      })
  }
  if (stops.length === 0) return
  await stopAll(tx, stops)
  await suppressAll(tx, suppressions)
  const bounced = suppressions.filter(({ reason }) => reason === 'bounced').map(({ value }) => value)
  await markAddressesBounced(tx.db, bounced, tx.clock.now())
}

/** A full mailbox may be emptied; three mails in a row that came back say it is not. */
const MOST_SOFT_BOUNCES = 3

async function stopSoftBounced(tx: TxCtx, events: readonly InsertedEvent[]): Promise<void> {
  const keys = events.flatMap(({ type, to_address }) =>
    type === 'blocked' && to_address ? to_address.toLowerCase() : [],
  )
  const given_up = await countSoftBounces(tx.db, keys, { most: MOST_SOFT_BOUNCES, now: tx.clock.now() })
  await stopAll(
    tx,
    given_up.flatMap(({ address_key, enrollment_ids }) =>
      enrollment_ids.map((enrollment_id) => ({
        enrollment_id,
        reason: 'soft_bounced',
        by: 'event',
        detail: address_key,
      })),
    ),
  )
}

async function stopClicked(tx: TxCtx, message_ids: readonly string[]): Promise<void> {
  const clicked = await listClickStops(tx.db, message_ids)
  await stopAll(
    tx,
    clicked.map((enrollment_id) => ({ enrollment_id, reason: 'clicked', by: 'event' })),
  )
}

function stopReason({
  type,
  reason,
}: InsertedEvent): 'bounced' | 'complained' | 'unsubscribed' | 'dropped' | undefined {
  switch (type) {
    case 'bounce':
      return 'bounced'
    case 'spamreport':
      return 'complained'
    case 'unsubscribe':
    case 'group_unsubscribe':
      return 'unsubscribed'
    case 'dropped':
      if (/unsubscribed/i.test(reason ?? '')) return 'unsubscribed'
      if (/spam report/i.test(reason ?? '')) return 'complained'
      return /bounced|invalid/i.test(reason ?? '') ? 'bounced' : 'dropped'
    default:
      return undefined
  }
}
