import { sql } from 'kysely'
import { type Database, json } from './database.ts'
import type { NewMessage } from './message.ts'

const DEDUPLICATION_MINUTES = 10
const BATCH_SIZE = 500

export interface StoredId {
  messageId: string
  deduplicated: boolean
}

/** Stores messages in one statement (500 at a time), leaving out duplicates; answers in the order given. */
export async function insertMessages(db: Database, messages: NewMessage[]): Promise<StoredId[]> {
  const stored: StoredId[] = []
  for (let start = 0; start < messages.length; start += BATCH_SIZE) {
    stored.push(...(await insertBatch(db, messages.slice(start, start + BATCH_SIZE))))
  }
  return stored
}

async function insertBatch(db: Database, messages: NewMessage[]): Promise<StoredId[]> {
  const { rows } = await sql<{ message_id: string }>`
    with ${insertion(messages)} select message_id from accepted`.execute(db)
  const accepted = new Set(rows.map((row) => row.message_id))
  const originals = await findOriginals(
    db,
    messages.filter((message) => !accepted.has(message.message_id)),
  )
  return messages.map((message) => {
    if (accepted.has(message.message_id)) return { messageId: message.message_id, deduplicated: false }
    const original = originals.get(message.deduplication_key ?? '')
    return { messageId: original ?? message.message_id, deduplicated: true }
  })
}

async function findOriginals(db: Database, duplicates: NewMessage[]): Promise<Map<string, string>> {
  if (duplicates.length === 0) return new Map()
  const { rows } = await sql<{ deduplication_key: string; message_id: string }>`
    select deduplication_key, message_id from local.qstash_deduplication
    where deduplication_key in (
      select jsonb_array_elements_text(${json(duplicates.map((message) => message.deduplication_key))}))`.execute(db)
  return new Map(rows.map((row) => [row.deduplication_key, row.message_id]))
}

/**
 * The CTEs that store messages, ending in `accepted`; for use after `with`, so that whatever made the messages
 * (a publish, a settled attempt, a schedule that fired) is recorded in the same statement.
 */
export function insertion(messages: NewMessage[]) {
  const rows = messages.map((message, ordinal) => ({
    ...message,
    ordinal,
    body: Buffer.from(message.body).toString('base64'),
  }))
  return sql`
    input as materialized (
      select * from jsonb_to_recordset(${json(rows)}) as r(
        ordinal int, message_id text, url text, method text, topic_name text, endpoint_name text, queue_name text,
        queue_place bigint, schedule_id text, flow_control_key text, caller_ip text, labels jsonb, settings jsonb,
        body text, due_at timestamptz, created_at timestamptz, deduplication_key text)
    ),
    first_of_kind as (
      insert into local.qstash_deduplication as known (deduplication_key, message_id, expires_at)
      select distinct on (deduplication_key) deduplication_key, message_id,
        created_at + make_interval(mins => ${sql.lit(DEDUPLICATION_MINUTES)})
      from input where deduplication_key is not null
      order by deduplication_key, ordinal
      on conflict (deduplication_key) do update
        set message_id = excluded.message_id, expires_at = excluded.expires_at
        where known.expires_at <= excluded.expires_at - make_interval(mins => ${sql.lit(DEDUPLICATION_MINUTES)})
      returning message_id
    ),
    accepted as materialized (
      select * from input
      where deduplication_key is null or message_id in (select message_id from first_of_kind)
    ),
    inserted as (
      insert into local.qstash_message (message_id, url, method, topic_name, endpoint_name, queue_name, queue_place,
        schedule_id, flow_control_key, caller_ip, labels, settings, body, due_at, created_at)
      select message_id, url, method, topic_name, endpoint_name, queue_name, queue_place,
        schedule_id, flow_control_key, caller_ip, labels, settings, decode(body, 'base64'), due_at, created_at
      from accepted order by ordinal
    ),
    logged as (
      insert into local.qstash_event (message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, state, occurred_at, next_delivery_at)
      select message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, 'CREATED', created_at, due_at
      from accepted order by ordinal
    ),
    queued as (
      insert into local.qstash_queue (queue_name, parallelism, is_paused, created_at, updated_at)
      select distinct on (queue_name) queue_name, 1, false, created_at, created_at
      from accepted where queue_name is not null order by queue_name, ordinal
      on conflict do nothing
    ),
    limited as (
      insert into local.qstash_flow_control as known (flow_control_key, parallelism, rate, period_seconds)
      select distinct on (flow_control_key) flow_control_key,
        (settings->'flowControl'->>'parallelism')::int,
        (settings->'flowControl'->>'rate')::int,
        coalesce((settings->'flowControl'->>'periodSeconds')::int, 1)
      from accepted where flow_control_key is not null
      order by flow_control_key, ordinal desc
      on conflict (flow_control_key) do update set
        parallelism = case when known.is_parallelism_pinned then known.parallelism else excluded.parallelism end,
        rate = case when known.is_rate_pinned then known.rate else excluded.rate end,
        period_seconds = case when known.is_rate_pinned then known.period_seconds else excluded.period_seconds end
    )`
}
