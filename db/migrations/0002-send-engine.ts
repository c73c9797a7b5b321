import { type Kysely, sql } from 'kysely'

/** What the send engine asks of a mail beside its text: when its wait is over, how much it matters, and whose caps it counts against. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...senders, ...accounts, ...mails]) await statement.execute(db)
}

const senders = [
  sql`create table sender (
    address text primary key check (address = lower(address)),
    time_zone text not null,
    daily_cap integer not null default 500 check (daily_cap > 0),
    weekly_cap integer not null default 2500 check (weekly_cap > 0),
    new_people_cap integer not null default 500 check (new_people_cap > 0),
    gap_minutes integer not null default 0 check (gap_minutes between 0 and 240),
    jitter_minutes integer not null default 0 check (jitter_minutes between 0 and 60),
    ramp_started_on date,
    ramp_first integer not null default 20 check (ramp_first > 0),
    ramp_step integer not null default 20 check (ramp_step >= 0),
    paused_at timestamptz,
    pause_reason text check ((paused_at is null) = (pause_reason is null)),
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  sql`insert into sender (address, time_zone, created_at, updated_at)
    select distinct on (lower(from_address)) lower(from_address), time_zone, created_at, created_at
    from sequence order by lower(from_address), created_at`,
  // What holds more than one mail back, and until when: a provider that is down.
  sql`create table hold (
    key text primary key,
    until_at timestamptz not null,
    reason text not null,
    since_at timestamptz not null
  )`,
]

const accounts = [
  // A subsidiary, said so by hand: its people are colleagues of the parent's.
  sql`alter table account add column parent_id uuid references account on delete set null check (parent_id <> id)`,
  sql`create index account_parent on account (parent_id)`,
  sql`alter table account add column region text`,
]

const mails = [
  sql`alter table enrollment add column account_key text not null default ''`,
  sql`alter table enrollment add column paused_at timestamptz`,
  sql`alter table enrollment add column pause_reason text`,
  sql`alter table enrollment add column resume_at timestamptz`,
  sql`update enrollment set account_key = coalesce(account_id, person_id)::text`,
  sql`update enrollment set paused_at = updated_at, pause_reason = 'paused' where status = 'paused'`,
  sql`alter table enrollment alter column account_key drop default`,
  sql`alter table enrollment add check (account_key <> '')`,
  sql`alter table enrollment add check ((status = 'paused') = (paused_at is not null))`,
  sql`alter table enrollment add check (resume_at is null or status = 'paused')`,
  sql`create index enrollment_of_account_key on enrollment (account_key) where status in ('active', 'paused')`,
  sql`create index enrollment_resume on enrollment (resume_at) where resume_at is not null`,
  sql`alter table message add column ready_at timestamptz`,
  sql`alter table message add column priority integer not null default 0`,
  sql`alter table message add column country text`,
  sql`alter table message add column account_key text not null default ''`,
  sql`alter table message add column is_first boolean not null default false`,
  sql`update message set ready_at = due_at, is_first = position = 1,
    account_key = (select account_key from enrollment where enrollment.id = message.enrollment_id)`,
  sql`alter table message alter column ready_at set not null`,
  sql`alter table message alter column account_key drop default`,
  sql`alter table message alter column is_first drop default`,
  // The order of leaving: by minute, and within a minute the highest score first.
  sql`create index message_queue on message (sequence_id, due_at, priority desc, id) where state = 'planned'`,
]
