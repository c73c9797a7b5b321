import { sql } from 'kysely'
import { type Database, json } from './database.ts'
import type { NewMessage } from './message.ts'
import { insertion } from './message-store.ts'

/** What became of one attempt. */
export interface Outcome {
  message_id: string
  /** postponed: not tried yet, waits until due_at without using up a retry. */
  result: 'delivered' | 'retry' | 'failed' | 'postponed'
  settled_at: Date
  due_at?: Date
  dlq_id?: string
  error?: string
  response_status?: number
  response_headers: Record<string, string[]>
  response_body: Uint8Array
  callbacks: NewMessage[]
}

/** Records any number of attempts, their callbacks and their log lines in one statement. */
export async function settleOutcomes(db: Database, outcomes: Outcome[]): Promise<void> {
  const rows = outcomes.map(({ callbacks: _, ...outcome }) => ({
    ...outcome,
    response_body: Buffer.from(outcome.response_body).toString('base64'),
  }))
  await sql`
    with outcome as materialized (
      select * from jsonb_to_recordset(${json(rows)}) as r(
        message_id text, result text, settled_at timestamptz, due_at timestamptz, dlq_id text, error text,
        response_status int, response_headers jsonb, response_body text)
    ),
    waiting as (
      update local.qstash_message m set is_in_flight = false, due_at = o.due_at,
        retried = m.retried + case when o.result = 'retry' then 1 else 0 end
      from outcome o
      where o.message_id = m.message_id and o.result in ('retry', 'postponed') and m.cancel_requested_at is null
      returning m.*, o.result, o.settled_at, o.error, o.response_status
    ),
    finished as (
      delete from local.qstash_message m using outcome o
      where o.message_id = m.message_id
        and (o.result in ('delivered', 'failed') or m.cancel_requested_at is not null)
      returning m.*, o.settled_at, o.error, o.response_status, o.response_headers, o.response_body, o.dlq_id,
        case when o.result in ('delivered', 'failed') then o.result else 'cancelled' end as result
    ),
    dead as (
      insert into local.qstash_dlq (dlq_id, message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, settings, body, retried, due_at, created_at, failed_at,
        response_status, response_headers, response_body)
      select dlq_id, message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, settings, body, retried, due_at, created_at, settled_at,
        response_status, response_headers, decode(response_body, 'base64')
      from finished where result = 'failed' order by position
    ),
    settled_event as (
      insert into local.qstash_event (message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, state, occurred_at, next_delivery_at, error, response_status)
      select message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
        flow_control_key, caller_ip, labels, line.state, settled_at,
        case when line.state = 'RETRY' then due_at end, error, response_status
      from (
        select position, message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
          flow_control_key, caller_ip, labels, due_at, result, settled_at, error, response_status from waiting
        union all
        select position, message_id, url, method, topic_name, endpoint_name, queue_name, schedule_id,
          flow_control_key, caller_ip, labels, due_at, result, settled_at, error, response_status from finished
      ) as touched
      join (values ('delivered', 1, 'DELIVERED'), ('retry', 1, 'ERROR'), ('retry', 2, 'RETRY'), ('failed', 1, 'ERROR'),
        ('failed', 2, 'FAILED'), ('cancelled', 1, 'CANCELLED')) as line(result, step, state)
        on line.result = touched.result
      order by position, line.step
    ),
    ${insertion(outcomes.flatMap((outcome) => outcome.callbacks))}
    select 1`.execute(db)
}

/** Keeps the last `keep` log lines and forgets deduplication ids that have lapsed. */
export async function pruneHistory(db: Database, now: Date, keep: number): Promise<void> {
  await sql`
    delete from local.qstash_event where event_id <= (
      select event_id from local.qstash_event order by event_id desc offset ${sql.lit(keep)} limit 1)`.execute(db)
  await sql`delete from local.qstash_deduplication where expires_at <= ${now}::timestamptz`.execute(db)
}
