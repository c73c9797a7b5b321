import { sql } from 'kysely'

/** All this server needs of a Kysely: every write is one statement, so it never opens a transaction. */
export type Database = Parameters<ReturnType<typeof sql>['execute']>[0]

/** What every stored form of a message (waiting, dead, logged) can be found by. */
const IDENTITY = `
  message_id text not null,
  url text not null,
  method text not null,
  topic_name text,
  endpoint_name text,
  queue_name text,
  schedule_id text,
  flow_control_key text,
  caller_ip text,
  labels jsonb not null`

const STATEMENTS = [
  'create schema if not exists local',

  `create table if not exists local.qstash_credential (
    is_only_row boolean primary key default true check (is_only_row),
    token text not null,
    previous_signing_key text not null,
    current_signing_key text not null,
    next_signing_key text not null
  )`,

  // queue_place: the position of the message whose turn in the queue this one shares (a callback shares its message's).
  `create table if not exists local.qstash_message (
    position bigint generated always as identity,
    ${IDENTITY},
    queue_place bigint,
    settings jsonb not null,
    body bytea not null,
    retried integer not null default 0,
    is_in_flight boolean not null default false,
    cancel_requested_at timestamptz,
    due_at timestamptz not null,
    created_at timestamptz not null,
    primary key (message_id)
  )`,
  'create index if not exists qstash_message_due on local.qstash_message (due_at, position) where not is_in_flight',
  'create index if not exists qstash_message_queue on local.qstash_message (queue_name) where queue_name is not null',
  `create index if not exists qstash_message_flow on local.qstash_message (flow_control_key)
    where flow_control_key is not null`,

  `create table if not exists local.qstash_dlq (
    position bigint generated always as identity,
    dlq_id text primary key,
    ${IDENTITY},
    settings jsonb not null,
    body bytea not null,
    retried integer not null,
    due_at timestamptz not null,
    created_at timestamptz not null,
    failed_at timestamptz not null,
    response_status integer,
    response_headers jsonb not null,
    response_body bytea not null
  )`,

  `create table if not exists local.qstash_event (
    event_id bigint generated always as identity primary key,
    ${IDENTITY},
    state text not null,
    occurred_at timestamptz not null,
    next_delivery_at timestamptz,
    error text,
    response_status integer
  )`,
  'create index if not exists qstash_event_message on local.qstash_event (message_id)',

  `create table if not exists local.qstash_deduplication (
    deduplication_key text primary key,
    message_id text not null,
    expires_at timestamptz not null
  )`,

  `create table if not exists local.qstash_queue (
    queue_name text primary key,
    parallelism integer not null,
    is_paused boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table if not exists local.qstash_flow_control (
    flow_control_key text primary key,
    parallelism integer,
    rate integer,
    period_seconds integer not null,
    is_parallelism_pinned boolean not null default false,
    is_rate_pinned boolean not null default false,
    is_paused boolean not null default false,
    rate_count integer not null default 0,
    period_started_at timestamptz
  )`,

  `create table if not exists local.qstash_schedule (
    schedule_id text primary key,
    cron text not null,
    destination text not null,
    queue_name text,
    headers jsonb not null,
    body bytea not null,
    caller_ip text,
    is_paused boolean not null default false,
    created_at timestamptz not null,
    next_fire_at timestamptz,
    last_fire_at timestamptz,
    last_message_ids jsonb not null default '[]'
  )`,

  `create table if not exists local.qstash_url_group (
    group_name text primary key,
    endpoints jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
]

/** Creates what is missing; safe to run at every start. */
export async function createTables(db: Database): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

/** A JSON value as a parameter that both PGlite and postgres.js bind alike (as text, so neither encodes it again). */
export function json(value: unknown) {
  return sql`${JSON.stringify(value)}::text::jsonb`
}
