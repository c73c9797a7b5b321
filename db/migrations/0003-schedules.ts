import { type Kysely, sql } from 'kysely'

/** When a step is done: several windows a weekday, days off, moments of the show, conditions and time-outs. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...sequences, ...shows, ...steps, ...waits]) await statement.execute(db)
}

const sequences = [
  sql`alter table sequence add column windows jsonb not null default '[
    {"day": 1, "from_minute": 540, "to_minute": 1020}, {"day": 2, "from_minute": 540, "to_minute": 1020},
    {"day": 3, "from_minute": 540, "to_minute": 1020}, {"day": 4, "from_minute": 540, "to_minute": 1020},
    {"day": 5, "from_minute": 540, "to_minute": 1020}]'`,
  sql`update sequence set windows = (
    select jsonb_agg(jsonb_build_object('day', day, 'from_minute', window_from_minute, 'to_minute', window_to_minute)
      order by day) from (select distinct unnest(window_days) as day) days)`,
  sql`alter table sequence add check (jsonb_typeof(windows) = 'array' and jsonb_array_length(windows) > 0)`,
  sql`alter table sequence drop column window_days, drop column window_from_minute, drop column window_to_minute`,
  sql`alter table sequence add column skip_holidays boolean not null default true`,
  // The workspace's own days, everywhere or in one country.
  sql`create table day_off (
    id uuid primary key,
    "on" date not null,
    country text check (country ~ '^[A-Z]{2}$'),
    name text not null check (length(trim(name)) > 0),
    created_at timestamptz not null,
    unique nulls not distinct ("on", country)
  )`,
]

const shows = [
  sql`alter table event add column doors_open_minute integer not null default 540
    check (doors_open_minute between 0 and 1439)`,
  sql`alter table event add column doors_close_minute integer not null default 1020
    check (doors_close_minute between 1 and 1440)`,
  sql`alter table event add check (doors_close_minute > doors_open_minute)`,
  sql`alter table person add column booth_visited_at timestamptz`,
]

const steps = [
  sql`alter table step add column timing text not null default 'wait' check (timing in ('wait', 'date', 'event'))`,
  sql`alter table step add column date_on date check ((timing = 'date') = (date_on is not null))`,
  sql`alter table step add column at_minute integer check (at_minute between 0 and 1439)`,
  sql`alter table step add column anchor text check (anchor in ('doors_open', 'show_end', 'booth_visit'))`,
  sql`alter table step add check ((timing = 'event') = (anchor is not null))`,
  sql`alter table step add column anchor_side text not null default 'after' check (anchor_side in ('before', 'after'))`,
  sql`alter table step add check (anchor_side = 'after' or anchor in ('doors_open', 'show_end'))`,
  sql`alter table step add column clock text not null default 'recipient' check (clock in ('venue', 'recipient'))`,
  sql`alter table step add column when_late text not null default 'send' check (when_late in ('send', 'skip'))`,
  sql`alter table step add column condition jsonb`,
  sql`alter table step add column time_out_days integer check (time_out_days > 0)`,
]

const waits = [
  sql`alter table task add column times_out_at timestamptz`,
  sql`alter table task add column timed_out_at timestamptz check (timed_out_at is null or skipped_at is not null)`,
  sql`alter table task add column condition jsonb`,
  sql`alter table task add column judged_at timestamptz`,
  sql`create index task_times_out on task (times_out_at)
    where times_out_at is not null and done_at is null and skipped_at is null`,
  sql`create index task_to_judge on task (due_at)
    where condition is not null and judged_at is null and done_at is null and skipped_at is null`,
  // What an enrollment waits for that has no moment: a visit to the booth, at most until a day.
  sql`alter table enrollment add column waiting_for text check (waiting_for = any (array['booth_visit']))`,
  sql`alter table enrollment add column waiting_step_key uuid`,
  sql`alter table enrollment add column waiting_since_at timestamptz`,
  sql`alter table enrollment add column waiting_until_at timestamptz`,
  sql`alter table enrollment add constraint wait_is_whole check (
    (waiting_for is null) = (waiting_step_key is null) and (waiting_for is null) = (waiting_until_at is null)
    and (waiting_for is null) = (waiting_since_at is null))`,
  sql`create index enrollment_waiting on enrollment (waiting_until_at) where waiting_for is not null`,
]
