import { createHash } from 'node:crypto'
import * as v from 'valibot'
import {
  applyEmailEvents,
  type InsertedEvent,
  insertEmailEvents,
  markAddressesBounced,
  type NewEmailEvent,
} from '../../../db/queries/email-events.ts'
import type { Stop } from '../../../db/queries/enrollments.ts'
import { lockProgress } from '../../../db/queries/enrollments.ts'
import type { NewSuppression } from '../../../db/queries/suppressions.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { isUuid } from '../../uuid.ts'
import { planNext, wakeForNext } from '../sequences/plan-next.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'
import { suppressAll } from './suppress.ts'

const text = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => value.replaceAll('\0', '').slice(0, limit).toWellFormed()),
  )

/** What we read of an event; the rest is kept as it came. */
const eventItem = v.looseObject({
  event: v.pipe(v.string(), v.regex(/^[a-z_]{1,40}$/)),
  email: v.optional(text(320), ''),
  /** unix seconds; from 2000 to 2100 */
  timestamp: v.pipe(v.number(), v.integer(), v.minValue(946_684_800), v.maxValue(4_102_444_800)),
  message_id: v.optional(v.unknown()),
  sg_message_id: v.optional(text(200), ''),
  sg_event_id: v.optional(text(200)),
  type: v.optional(text(40)),
  url: v.optional(text(2_000)),
  reason: v.optional(text(1_000)),
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
    const parsed = v.safeParse(eventItem, item)
    if (parsed.success) events.push(toEvent(parsed.output))
    else bad += 1
  }
  const inserted = await transact(ctx, async (tx) => {
    const added = await insertEmailEvents(tx.db, events, tx.clock.now())
    await applyEffects(
      tx,
      added.filter((event) => event.enrollment_id !== null),
    )
    return added
  })
  return { recorded: inserted.length, repeated: events.length - inserted.length, bad }
}

function toEvent(item: v.InferOutput<typeof eventItem>): NewEmailEvent {
  const type = item.event === 'bounce' && item.type === 'blocked' ? 'blocked' : item.event
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

/** PostgreSQL's jsonb refuses NUL, and halves of characters. */
function withoutNul(item: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(item, (key, value) => {
    if (key.includes('\0') || !key.isWellFormed()) return undefined
    return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value
  })
  return JSON.parse(text)
}

async function applyEffects(tx: TxCtx, events: readonly InsertedEvent[]): Promise<void> {
  if (events.length === 0) return
  const enrollmentIds = [...new Set(events.flatMap(({ enrollment_id }) => enrollment_id ?? []))]
  const messageIds = [...new Set(events.flatMap(({ message_id }) => message_id ?? []))]
  await lockProgress(tx.db, enrollmentIds)
  const confirmed = await applyEmailEvents(tx.db, messageIds, tx.clock.now())
  await stopReached(tx, events)
  if (confirmed.length === 0) return
  const rows = await lockProgress(
    tx.db,
    confirmed.map(({ enrollment_id }) => enrollment_id),
  )
  const progress = new Map(rows.map((row) => [row.id, row]))
  await planNext(
    tx,
    confirmed.flatMap(({ enrollment_id, step_key, sent_at }) => {
      const row = progress.get(enrollment_id)
      return row === undefined ? [] : [{ progress: row, step_key, done_at: sent_at }]
    }),
  )
  await wakeForNext(tx)
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
