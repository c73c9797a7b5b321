import { type Kysely, sql } from 'kysely'

/**
 * Scores with two decimals, so that a long tail can be told apart; what they are made by is data, one row a version; and who
 * researches which account. The generated column and its index have to be made anew for the other type.
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
  sql`create table research (
    account_id uuid primary key references account on delete cascade,
    event_id uuid not null references "event" on delete cascade,
    status text not null default 'to_do' check (status in ('to_do', 'in_progress', 'done', 'not_found')),
    assignee_id uuid references "user" on delete set null,
    confidence integer check (confidence between 0 and 100),
    evidence jsonb not null check (jsonb_typeof(evidence) = 'array' and jsonb_array_length(evidence) <= 10),
    notes text,
    priority double precision not null default 0,
    added_at timestamptz not null,
    updated_at timestamptz not null,
    check (status <> 'in_progress' or assignee_id is not null)
  )`,
  sql`create index research_by_priority on research (event_id, priority desc, account_id desc)`,
  sql`create index research_of_assignee on research (assignee_id, event_id)`,
  // The list's own formula: Score + min(facilities, 500) × 0.45 × confidence / 100. Kept here, so that the queue is one range of an index.
  sql`create function research_priority(list_score double precision, facilities integer, confidence integer)
    returns double precision language sql immutable as $$
      select coalesce(list_score, 0) + least(coalesce(facilities, 0), 500) * 0.45::float8 * coalesce(confidence, 0) / 100
    $$`,
  sql`create function research_priority_of_row() returns trigger language plpgsql as $$
    begin
      select research_priority(list_score, facilities, new.confidence) into new.priority from account where id = new.account_id;
      return new;
    end $$`,
  sql`create trigger research_priority_of_row before insert or update of confidence, priority on research
    for each row execute function research_priority_of_row()`,
  sql`create function research_priority_of_account() returns trigger language plpgsql as $$
    begin
      update research set priority = 0 where account_id = new.id;
      return null;
    end $$`,
  sql`create trigger research_priority_of_account after update of list_score, facilities on account for each row
    when (old.list_score is distinct from new.list_score or old.facilities is distinct from new.facilities)
    execute function research_priority_of_account()`,
]
