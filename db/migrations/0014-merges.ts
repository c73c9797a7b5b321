import { type Kysely, sql } from 'kysely'

/** Records that may be the same, what was merged, and what is needed to take a merge back. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...merges, ...enrollments, ...pairs]) await statement.execute(db)
}

const merges = [
  sql`create table merge (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    kind text not null check (kind in ('person', 'account')),
    survivor_id uuid not null,
    lost_id uuid not null check (lost_id <> survivor_id),
    survivor_name text not null,
    lost_name text not null,
    lost jsonb,
    changed jsonb not null default '{}',
    merged_by uuid references "user" on delete set null,
    merged_at timestamptz not null,
    undone_by uuid references "user" on delete set null,
    undone_at timestamptz,
    kept jsonb not null default '[]'
  )`,
  sql`create unique index merge_of_lost on merge (lost_id) where undone_at is null`,
  sql`create index merge_of_survivor on merge (survivor_id)`,
  sql`create index merge_in_order on merge (event_id, merged_at desc, id desc)`,
  sql`create index merge_to_forget on merge (merged_at) where lost is not null`,
  sql`create index merge_by on merge (merged_by)`,
  sql`create index merge_undone_by on merge (undone_by)`,
  sql`create table merge_row (
    merge_id uuid not null references merge on delete cascade,
    kind text not null,
    row_id uuid not null,
    before jsonb,
    after jsonb,
    primary key (merge_id, kind, row_id)
  )`,
]

const enrollments = [
  // Of two records in one sequence the further one goes on. The other keeps its mails and its receipt, and no step is sent
  // to the person a second time.
  sql`alter table enrollment add column merged_into_id uuid references enrollment on delete cascade
    check (merged_into_id <> id)`,
  sql`create index enrollment_merged_into on enrollment (merged_into_id) where merged_into_id is not null`,
  sql`create unique index enrollment_once_a_person on enrollment (sequence_id, person_id) where merged_into_id is null`,
  sql`alter table enrollment drop constraint enrollment_sequence_id_person_id_key`,
  sql`alter table enrollment add constraint what_was_merged_has_ended
    check (merged_into_id is null or status in ('finished', 'stopped'))`,
]

const pairs = [
  sql`create table duplicate_pair (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    kind text not null check (kind in ('person', 'account')),
    first_id uuid not null,
    second_id uuid not null check (first_id < second_id),
    reason text not null,
    score double precision not null check (score between 0 and 1),
    state text not null default 'open' check (state in ('open', 'later', 'not_same', 'merged')),
    found_at timestamptz not null,
    decided_by uuid references "user" on delete set null,
    decided_at timestamptz check ((state = 'open') = (decided_at is null)),
    merge_id uuid references merge on delete cascade check ((state = 'merged') = (merge_id is not null)),
    unique (first_id, second_id)
  )`,
  sql`create index duplicate_pair_in_order on duplicate_pair (event_id, kind, state, score desc, id desc)`,
  sql`create index duplicate_pair_second on duplicate_pair (second_id)`,
  sql`create index duplicate_pair_by on duplicate_pair (decided_by)`,
  sql`create index duplicate_pair_merge on duplicate_pair (merge_id) where merge_id is not null`,
  // A pair refers to people or to accounts; it goes with either of them. What was merged stays with its merge.
  sql`create function forget_duplicate_pairs() returns trigger language plpgsql as $$
    begin
      delete from duplicate_pair p using gone where p.first_id = gone.id and p.state <> 'merged';
      delete from duplicate_pair p using gone where p.second_id = gone.id and p.state <> 'merged';
      return null;
    end $$`,
  sql`create trigger forget_duplicate_pairs after delete on person referencing old table as gone
    for each statement execute function forget_duplicate_pairs()`,
  sql`create trigger forget_duplicate_pairs after delete on account referencing old table as gone
    for each statement execute function forget_duplicate_pairs()`,
]
