import { type Kysely, sql } from 'kysely'

/** Verification with its reasons, what our own mail showed of an address, runs of enrichment over a selection, and what a paid provider was asked. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of addresses) await statement.execute(db)
}

const addresses = [
  sql`alter table email_address
    add column check_reasons text[] not null default '{}',
    add column delivered_at timestamptz,
    add column bounced_at timestamptz`,
  sql`alter table account add column domain_evidence text`,
  sql`create table enrichment_run (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    user_id uuid references "user" on delete set null,
    kind text not null check (kind in ('website', 'email-pattern', 'generate-emails', 'verify')),
    subject_kind text not null check (subject_kind in ('account', 'person')),
    status text not null default 'running' check (status in ('running', 'completed', 'cancelled')),
    selection_key text not null,
    total integer not null check (total > 0),
    done_count integer not null default 0 check (done_count >= 0),
    failed_count integer not null default 0 check (failed_count >= 0),
    cancelled_count integer not null default 0 check (cancelled_count >= 0),
    created_at timestamptz not null,
    finished_at timestamptz,
    check (kind in ('generate-emails', 'verify') or subject_kind = 'account'),
    check ((status = 'running') = (finished_at is null)),
    constraint every_subject_is_accounted_for check (
      case when status = 'running' then done_count + failed_count + cancelled_count <= total
        else done_count + failed_count + cancelled_count = total end)
  )`,
  sql`create index enrichment_run_of_event on enrichment_run (event_id, created_at desc, id desc)`,
  // Pressed twice: the same work over the same selection is under way once.
  sql`create unique index enrichment_run_once on enrichment_run (event_id, selection_key) where status = 'running'`,
  sql`create index enrichment_run_user on enrichment_run (user_id)`,
  sql`create index enrichment_run_open on enrichment_run (id) where status = 'running'`,
  sql`create table enrichment_subject (
    run_id uuid not null references enrichment_run on delete cascade,
    subject_id uuid not null,
    position integer not null,
    status text not null default 'waiting' check (status in ('waiting', 'done', 'failed', 'cancelled')),
    attempts integer not null default 0,
    due_at timestamptz not null,
    outcome text,
    reason text,
    settled_at timestamptz,
    primary key (run_id, subject_id),
    check ((status = 'waiting') = (settled_at is null)),
    check (status <> 'failed' or reason is not null)
  )`,
  sql`create index enrichment_subject_waiting on enrichment_subject (run_id, due_at, position) where status = 'waiting'`,
  sql`create index enrichment_subject_failed on enrichment_subject (run_id, position) where status = 'failed'`,
  // The cap on what a paid provider may cost holds across processes, because the row is counted up before it is asked.
  sql`create table provider_use (
    provider text not null,
    month text not null check (month ~ '^\\d{4}-\\d{2}$'),
    used integer not null check (used >= 0),
    primary key (provider, month)
  )`,
]
