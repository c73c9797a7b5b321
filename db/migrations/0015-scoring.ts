import { type Kysely, sql } from 'kysely'

/**
 * Scores with two decimals, so that a long tail can be told apart; what they are made by is data, one row a
 * version. The generated column and its index have to be made anew for the other type.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}

const statements = [
  sql`drop index account_by_score`,
  sql`alter table account drop column effective_score`,
  sql`alter table account alter column icp_score type double precision`,
  sql`alter table account add column effective_score double precision
    generated always as (coalesce(score_override, icp_score)) stored`,
  sql`create index account_by_score on account (event_id, coalesce(effective_score, -1) desc, id desc)`,
  sql`alter table score_history alter column score type double precision`,
  sql`alter table score_history alter column previous_score type double precision`,
  sql`create table scoring_rule_set (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    version integer not null check (version > 0),
    name text not null check (length(trim(name)) > 0),
    rules jsonb not null,
    reason text not null check (length(trim(reason)) > 0),
    saved_by uuid references "user" on delete set null,
    saved_at timestamptz not null,
    unique (event_id, version)
  )`,
  sql`create index scoring_rule_set_saved_by on scoring_rule_set (saved_by)`,
]
