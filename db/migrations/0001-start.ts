import { type Kysely, sql } from 'kysely'

/** Everything the main job needs: who signs in, what is on the list, what is written to whom, and the work behind it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...people, ...lists, ...outreach, ...work]) await statement.execute(db)
}

const people = [
  sql`create extension if not exists pg_trgm`,
  sql`create table "event" (
    id uuid primary key,
    name text not null check (length(trim(name)) > 0),
    venue text, city text, country text,
    time_zone text not null,
    booth text,
    starts_on date not null,
    ends_on date not null check (ends_on >= starts_on),
    archived_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  sql`create unique index event_name_is_unique on "event" (lower(name))`,
  sql`create index event_in_order on "event" (starts_on desc, id)`,
  sql`create table "user" (
    id uuid primary key,
    email text not null,
    name text not null,
    role text not null check (role in ('ADMIN', 'MEMBER')),
    password_hash text,
    time_zone text not null,
    active_event_id uuid references "event" on delete set null,
    created_at timestamptz not null,
    signed_in_at timestamptz,
    deactivated_at timestamptz
  )`,
  sql`create unique index user_email_is_unique on "user" (lower(email))`,
  sql`create index user_active_event on "user" (active_event_id)`,
  sql`create table session (
    id text primary key,
    user_id uuid not null references "user" on delete cascade,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    absolute_expires_at timestamptz not null,
    user_agent text
  )`,
  sql`create index session_of_user on session (user_id)`,
  sql`create index session_expiry on session (expires_at)`,
  sql`create table rate_count (
    rule text not null, key_hash text not null, window_start timestamptz not null,
    count integer not null,
    primary key (rule, key_hash, window_start)
  )`,
  sql`create table setting (key text primary key, value jsonb not null, updated_at timestamptz not null)`,
  sql`create table audit (
    id uuid primary key, at timestamptz not null,
    actor_id uuid references "user" on delete set null,
    action text not null, subject_kind text, subject_id text,
    detail jsonb not null
  )`,
  sql`create index audit_in_order on audit (at desc, id)`,
  sql`create index audit_of_actor on audit (actor_id)`,
]

const lists = [
  sql`create table account (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    name text not null check (length(trim(name)) > 0),
    name_key text not null check (name_key <> ''),
    domain text check (domain = lower(domain)),
    domain_source text check (domain_source in ('given', 'imported', 'found', 'guessed')),
    domain_confidence double precision check (domain_confidence between 0 and 1),
    website text, industry text, country text,
    revenue_text text, revenue_usd double precision check (revenue_usd >= 0),
    employees integer check (employees >= 0),
    facilities integer check (facilities >= 0),
    status text not null default 'new'
      check (status in ('new', 'researching', 'contacted', 'engaged', 'meeting', 'customer', 'disqualified')),
    owner_id uuid references "user" on delete set null,
    notes text,
    list_score double precision,
    list_tier integer check (list_tier between 1 and 9),
    list_figures jsonb,
    recommended_targets text, top_titles text,
    icp_score integer check (icp_score between 0 and 100),
    icp_breakdown jsonb,
    icp_scored_at timestamptz,
    score_override integer check (score_override between 0 and 100),
    score_override_reason text,
    score_override_by uuid references "user" on delete set null,
    score_override_at timestamptz,
    effective_score integer generated always as (coalesce(score_override, icp_score)) stored,
    people_count integer not null default 0,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  // An account is one by its domain; only without a domain is it one by its name.
  sql`create unique index account_domain_is_unique on account (event_id, domain) where domain is not null`,
  sql`create unique index account_name_is_unique on account (event_id, name_key) where domain is null`,
  sql`create index account_by_name_key on account (event_id, name_key)`,
  // Every order a list offers ends in id, in the same direction, so that a keyset page is one range of one index. Missing
  // scores sort as -1, in the index and in the query.
  sql`create index account_by_score on account (event_id, coalesce(effective_score, -1) desc, id desc)`,
  sql`create index account_by_list_score on account (event_id, coalesce(list_score, -1000) desc, id desc)`,
  sql`create index account_by_name on account (event_id, lower(name), id)`,
  sql`create index account_by_people on account (event_id, people_count desc, id desc)`,
  sql`create index account_by_updated on account (event_id, updated_at desc, id desc)`,
  sql`create index account_industry on account (event_id, industry)`,
  sql`create index account_tier on account (event_id, list_tier)`,
  sql`create index account_status on account (event_id, status)`,
  sql`create index account_owner on account (owner_id, event_id)`,
  sql`create index account_override_by on account (score_override_by)`,
  sql`create index account_search on account using gin (name gin_trgm_ops, domain gin_trgm_ops)`,
  sql`create table person (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    account_id uuid references account on delete set null,
    name text not null check (length(trim(name)) > 0),
    name_key text not null check (name_key <> ''),
    namesake integer not null default 0 check (namesake >= 0),
    given_name text, middle_name text, family_name text, name_suffix text, nickname text,
    title text,
    category text check (category in ('attendee', 'sponsor', 'speaker')),
    country text, time_zone text,
    qualified text, revenue_text text,
    list_score double precision,
    is_ops boolean, is_exec boolean, is_exec_ops boolean, is_proc boolean, is_sales boolean,
    personas text[] not null default '{}',
    seniority text,
    phone text, linkedin_url text,
    owner_id uuid references "user" on delete set null,
    notes text,
    replied_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  sql`create unique index person_is_unique on person (event_id, account_id, name_key, namesake) nulls not distinct`,
  // With email_address_one_primary it counts who has an address without reading a row of either table.
  sql`create index person_of_event on person (event_id, id)`,
  sql`create index person_of_account on person (account_id)`,
  sql`create index person_by_name on person (event_id, lower(name), id)`,
  sql`create index person_by_list_score on person (event_id, coalesce(list_score, -1000) desc, id desc)`,
  sql`create index person_by_updated on person (event_id, updated_at desc, id desc)`,
  sql`create index person_category on person (event_id, category)`,
  sql`create index person_seniority on person (event_id, seniority)`,
  sql`create index person_personas on person using gin (personas)`,
  sql`create index person_owner on person (owner_id, event_id)`,
  sql`create index person_search on person using gin (name gin_trgm_ops)`,
  sql`create index person_title_search on person using gin (title gin_trgm_ops)`,
  sql`create table email_address (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    address text not null,
    address_key text not null check (address_key = lower(address_key)),
    domain text not null check (domain = lower(domain)),
    source text not null check (source in ('given', 'imported', 'found', 'guessed')),
    confidence double precision not null check (confidence between 0 and 1),
    provenance jsonb not null,
    status text not null default 'unknown' check (status in ('unknown', 'valid', 'risky', 'invalid', 'bounced')),
    is_primary boolean not null default false,
    verified_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    unique (person_id, address_key)
  )`,
  sql`create unique index email_address_one_primary on email_address (person_id) include (status) where is_primary`,
  sql`create index email_address_key on email_address (address_key)`,
  sql`create index email_address_domain on email_address (domain, source)`,
  // A fact is never turned into a guess, and a guess never takes the place of a fact as the primary address.
  sql`create function email_address_fact_stays() returns trigger language plpgsql as $$
    begin
      if new.source = 'guessed' then
        if tg_op = 'UPDATE' and old.source <> 'guessed' then
          raise exception 'a guess must not overwrite the fact %', old.id using errcode = 'check_violation';
        end if;
        if new.is_primary and new.status <> 'valid' and exists (
          select 1 from email_address other where other.person_id = new.person_id and other.id <> new.id
            and other.is_primary and other.source <> 'guessed' and other.status not in ('invalid', 'bounced'))
        then
          raise exception 'a guess must not replace the primary address of %', new.person_id using errcode = 'check_violation';
        end if;
      end if;
      return new;
    end $$`,
  sql`create trigger email_address_fact_stays before insert or update on email_address
    for each row execute function email_address_fact_stays()`,
  // Statement triggers with transition tables: an import of 5,000 people updates each account once a statement.
  sql`create function person_count_insert() returns trigger language plpgsql as $$
    begin
      update account set people_count = people_count + delta.n
      from (select account_id, count(*)::integer n from arrived where account_id is not null group by account_id) delta
      where account.id = delta.account_id;
      return null;
    end $$`,
  sql`create function person_count_delete() returns trigger language plpgsql as $$
    begin
      update account set people_count = people_count - delta.n
      from (select account_id, count(*)::integer n from gone where account_id is not null group by account_id) delta
      where account.id = delta.account_id;
      return null;
    end $$`,
  sql`create function person_count_update() returns trigger language plpgsql as $$
    begin
      update account set people_count = people_count + delta.n
      from (
        select account_id, sum(n)::integer n from (
          select account_id, 1 n from arrived union all select account_id, -1 from gone
        ) moves where account_id is not null group by account_id having sum(n) <> 0
      ) delta
      where account.id = delta.account_id;
      return null;
    end $$`,
  sql`create trigger person_count_insert after insert on person referencing new table as arrived
    for each statement execute function person_count_insert()`,
  sql`create trigger person_count_delete after delete on person referencing old table as gone
    for each statement execute function person_count_delete()`,
  sql`create trigger person_count_update after update on person referencing old table as gone new table as arrived
    for each statement execute function person_count_update()`,
  sql`create table pattern (
    id uuid primary key,
    domain text not null check (domain = lower(domain)),
    pattern text not null,
    weight double precision not null check (weight between 0 and 1),
    support integer not null check (support >= 0),
    evidence integer not null check (evidence >= support),
    updated_at timestamptz not null,
    unique (domain, pattern)
  )`,
  sql`create table score_history (
    id uuid primary key,
    account_id uuid not null references account on delete cascade,
    score integer, previous_score integer,
    is_override boolean not null default false,
    reason text not null,
    breakdown jsonb,
    actor_id uuid references "user" on delete set null,
    at timestamptz not null
  )`,
  sql`create index score_history_of_account on score_history (account_id, at desc, id)`,
  sql`create index score_history_actor on score_history (actor_id)`,
  sql`create table "import" (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    user_id uuid references "user" on delete set null,
    kind text not null check (kind in ('companies', 'people')),
    file_name text not null,
    status text not null default 'staged' check (status in ('staged', 'running', 'completed', 'failed')),
    columns jsonb not null,
    mapping jsonb not null,
    total_rows integer not null default 0,
    new_count integer not null default 0,
    updated_count integer not null default 0,
    duplicate_count integer not null default 0,
    rejected_count integer not null default 0,
    error text,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    constraint every_row_is_accounted_for check (
      status <> 'completed' or total_rows = new_count + updated_count + duplicate_count + rejected_count)
  )`,
  sql`create index import_of_event on "import" (event_id, created_at desc, id)`,
  sql`create index import_user on "import" (user_id)`,
  sql`create table import_row (
    import_id uuid not null references "import" on delete cascade,
    row_number integer not null,
    raw jsonb not null,
    status text not null default 'staged' check (status in ('staged', 'new', 'updated', 'duplicate', 'rejected')),
    reason text check (status <> 'rejected' or reason is not null),
    record_id uuid,
    primary key (import_id, row_number)
  )`,
  sql`create index import_row_by_status on import_row (import_id, status, row_number)`,
  sql`create index import_row_by_record on import_row (import_id, record_id) where record_id is not null`,
  sql`create table activity (
    id uuid primary key,
    event_id uuid references "event" on delete cascade,
    account_id uuid references account on delete cascade,
    person_id uuid references person on delete cascade,
    actor_id uuid references "user" on delete set null,
    kind text not null, summary text not null, detail jsonb not null,
    at timestamptz not null
  )`,
  sql`create index activity_of_event on activity (event_id, at desc, id)`,
  sql`create index activity_of_account on activity (account_id, at desc, id)`,
  sql`create index activity_of_person on activity (person_id, at desc, id)`,
  sql`create index activity_actor on activity (actor_id)`,
]

const outreach = [
  // A zone that this server does not know must not stop a claim of a hundred mails: it reads as null.
  sql`create function local_at(at timestamptz, zone text) returns timestamp language plpgsql stable as $$
    begin
      return at at time zone zone;
    exception when invalid_parameter_value then
      return null;
    end $$`,
  // eu.acme.com → {eu.acme.com, acme.com, com}: who suppresses a domain means what is under it, too.
  sql`create function parent_domains(domain text) returns text[] language sql immutable as $$
    select array_agg(array_to_string(labels[i:], '.')) from string_to_array(domain, '.') labels,
      generate_subscripts(labels, 1) i
  $$`,
  sql`create table campaign (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    name text not null check (length(trim(name)) > 0),
    status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'ended')),
    personas text[] not null default '{}',
    min_score integer check (min_score between 0 and 100),
    goal_replies integer check (goal_replies >= 0),
    goal_meetings integer check (goal_meetings >= 0),
    starts_on date, ends_on date check (ends_on >= starts_on),
    owner_id uuid references "user" on delete set null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  sql`create unique index campaign_name_is_unique on campaign (event_id, lower(name))`,
  sql`create index campaign_owner on campaign (owner_id)`,
  sql`create table sequence (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    campaign_id uuid references campaign on delete set null,
    name text not null check (length(trim(name)) > 0),
    status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'archived')),
    owner_id uuid not null references "user" on delete restrict,
    version integer not null default 1 check (version > 0),
    from_name text not null, from_address text not null, reply_to text,
    window_days integer[] not null default '{1,2,3,4,5}'
      check (cardinality(window_days) > 0 and window_days <@ array[1, 2, 3, 4, 5, 6, 7]),
    window_from_minute integer not null default 540 check (window_from_minute between 0 and 1439),
    window_to_minute integer not null default 1020 check (window_to_minute between 1 and 1440),
    time_zone text not null,
    min_confidence double precision not null default 0.5 check (min_confidence between 0 and 1),
    daily_cap integer not null default 500 check (daily_cap > 0),
    track_opens boolean not null default true,
    track_clicks boolean not null default false,
    contact_reason text not null,
    activated_at timestamptz, paused_at timestamptz, pause_reason text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check (window_to_minute > window_from_minute)
  )`,
  sql`create unique index sequence_name_is_unique on sequence (event_id, lower(name)) where status <> 'archived'`,
  sql`create index sequence_in_order on sequence (event_id, created_at desc, id)`,
  sql`create index sequence_campaign on sequence (campaign_id)`,
  sql`create index sequence_owner on sequence (owner_id)`,
  sql`create table step (
    id uuid primary key,
    sequence_id uuid not null references sequence on delete cascade,
    version integer not null check (version > 0),
    step_key uuid not null,
    position integer not null check (position > 0),
    kind text not null check (kind in ('email', 'manual_email', 'call', 'linkedin', 'task')),
    delay_amount integer not null check (delay_amount >= 0),
    delay_unit text not null check (delay_unit in ('minutes', 'hours', 'days', 'business_days')),
    thread text not null default 'new' check (thread in ('new', 'reply')),
    subject text not null, body text not null,
    created_at timestamptz not null,
    unique (sequence_id, version, position),
    unique (sequence_id, version, step_key)
  )`,
  sql`create table enrollment (
    id uuid primary key,
    sequence_id uuid not null references sequence on delete restrict,
    person_id uuid not null references person on delete cascade,
    account_id uuid references account on delete set null,
    version integer not null,
    status text not null default 'active' check (status in ('active', 'paused', 'finished', 'stopped')),
    stop_reason text check ((status = 'stopped') = (stop_reason is not null)),
    stopped_at timestamptz, finished_at timestamptz,
    enrolled_by uuid references "user" on delete set null,
    enrolled_at timestamptz not null,
    updated_at timestamptz not null,
    unique (sequence_id, person_id)
  )`,
  sql`create unique index enrollment_one_active_a_person on enrollment (person_id) where status in ('active', 'paused')`,
  sql`create index enrollment_of_sequence on enrollment (sequence_id, status, id)`,
  sql`create index enrollment_in_order on enrollment (sequence_id, enrolled_at, id)`,
  sql`create index enrollment_of_person on enrollment (person_id)`,
  sql`create index enrollment_of_account on enrollment (account_id)`,
  sql`create index enrollment_by on enrollment (enrolled_by)`,
  sql`create table message (
    id uuid primary key,
    enrollment_id uuid not null references enrollment on delete cascade,
    step_key uuid not null,
    rotation integer not null default 0 check (rotation >= 0),
    sequence_id uuid not null references sequence on delete cascade,
    person_id uuid not null references person on delete cascade,
    account_id uuid references account on delete set null,
    event_id uuid not null references "event" on delete cascade,
    position integer not null, version integer not null,
    state text not null default 'planned'
      check (state in ('planned', 'claimed', 'sent', 'skipped', 'failed', 'unconfirmed', 'cancelled')),
    reason text check (state not in ('skipped', 'failed', 'cancelled', 'unconfirmed') or reason is not null),
    due_at timestamptz not null,
    time_zone text not null,
    claim_token uuid,
    claimed_at timestamptz,
    lease_until timestamptz,
    handed_at timestamptz,
    settled_at timestamptz,
    sent_at timestamptz check ((state = 'sent') = (sent_at is not null)),
    attempts integer not null default 0,
    message_id_header text not null unique,
    in_reply_to text,
    to_address text, to_domain text, from_address text, subject text, body_text text, body_html text,
    provider_message_id text,
    delivered_at timestamptz, opened_at timestamptz, machine_opened_at timestamptz, clicked_at timestamptz,
    bounced_at timestamptz, bounce_reason text, complained_at timestamptz, unsubscribed_at timestamptz,
    replied_at timestamptz,
    created_at timestamptz not null,
    unique (enrollment_id, step_key, rotation),
    constraint claim_is_whole check (
      (state = 'claimed') = (claim_token is not null) and (state = 'claimed') = (lease_until is not null)),
    constraint what_left_is_frozen check (
      state not in ('sent', 'unconfirmed') or (to_address is not null and handed_at is not null))
  )`,
  // What is due is found here whatever exists beside it.
  sql`create index message_due on message (due_at, id) where state = 'planned'`,
  sql`create index message_leases on message (lease_until) where state = 'claimed'`,
  sql`create index message_unconfirmed on message (handed_at, id) where state = 'unconfirmed'`,
  // Which running enrollments have nothing before them: asked every quarter of an hour, of all of them.
  sql`create index message_ahead on message (enrollment_id, state)
    where state in ('planned', 'claimed', 'unconfirmed', 'failed')`,
  // No second mail of a step while one is on its way or has left.
  sql`create unique index message_one_alive on message (enrollment_id, step_key)
    where state in ('planned', 'claimed', 'sent')`,
  sql`create index message_of_person on message (person_id, created_at desc, id)`,
  sql`create index message_of_sequence on message (sequence_id, state, due_at, id)`,
  sql`create index message_of_account on message (account_id)`,
  sql`create index message_of_event on message (event_id, state, due_at)`,
  sql`create index message_sent_day on message (sequence_id, handed_at) where handed_at is not null`,
  sql`create index message_provider_id on message (provider_message_id)`,
  sql`create table receipt (
    id bigint generated always as identity primary key,
    enrollment_id uuid not null references enrollment on delete cascade,
    message_id uuid references message on delete cascade,
    at timestamptz not null,
    what text not null,
    detail jsonb not null
  )`,
  sql`create index receipt_of_enrollment on receipt (enrollment_id, id)`,
  sql`create index receipt_of_message on receipt (message_id, id)`,
  sql`create table email_event (
    id uuid primary key,
    message_id uuid references message on delete cascade,
    content_key text not null unique,
    provider_event_id text,
    type text not null,
    is_machine boolean not null default false,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    url text, reason text,
    raw jsonb not null
  )`,
  sql`create index email_event_of_message on email_event (message_id, occurred_at, id)`,
  sql`create table reply (
    id uuid primary key,
    content_key text not null unique,
    message_id uuid references message on delete set null,
    enrollment_id uuid references enrollment on delete set null,
    person_id uuid references person on delete cascade,
    event_id uuid references "event" on delete cascade,
    from_address text not null, to_address text,
    subject text not null, text text not null,
    class text not null check (class in ('human', 'out_of_office', 'auto_reply', 'unsubscribe', 'bounce')),
    received_at timestamptz not null,
    read_at timestamptz
  )`,
  sql`create index reply_of_event on reply (event_id, received_at desc, id)`,
  sql`create index reply_of_person on reply (person_id, received_at desc, id)`,
  sql`create index reply_of_message on reply (message_id)`,
  sql`create index reply_of_enrollment on reply (enrollment_id)`,
  sql`create table suppression (
    id uuid primary key,
    kind text not null check (kind in ('address', 'domain')),
    value text not null check (value = lower(value)),
    reason text not null check (reason in ('unsubscribed', 'complained', 'bounced', 'by_hand', 'erased')),
    source text not null,
    person_id uuid references person on delete set null,
    created_at timestamptz not null,
    created_by uuid references "user" on delete set null,
    unique (kind, value)
  )`,
  sql`create index suppression_in_order on suppression (created_at desc, id)`,
  sql`create index suppression_person on suppression (person_id)`,
  sql`create index suppression_by on suppression (created_by)`,
  sql`create table task (
    id uuid primary key,
    event_id uuid not null references "event" on delete cascade,
    person_id uuid references person on delete cascade,
    account_id uuid references account on delete cascade,
    enrollment_id uuid references enrollment on delete cascade,
    step_key uuid,
    owner_id uuid references "user" on delete set null,
    kind text not null check (kind in ('manual_email', 'call', 'linkedin', 'task')),
    title text not null, notes text,
    due_at timestamptz not null,
    done_at timestamptz,
    skipped_at timestamptz check (done_at is null or skipped_at is null),
    created_at timestamptz not null,
    unique (enrollment_id, step_key)
  )`,
  sql`create index task_open on task (owner_id, due_at, id) where done_at is null and skipped_at is null`,
  sql`create index task_of_event on task (event_id, due_at, id)`,
  sql`create index task_of_person on task (person_id)`,
  sql`create index task_of_account on task (account_id)`,
]

const work = [
  sql`create table job (
    id uuid primary key,
    name text not null,
    key text,
    payload jsonb not null,
    status text not null default 'waiting' check (status in ('waiting', 'active', 'retrying', 'completed', 'failed')),
    run_at timestamptz not null,
    attempts integer not null default 0,
    max_attempts integer not null check (max_attempts > 0),
    claim_token uuid,
    lease_until timestamptz,
    dispatches integer not null default 0,
    dispatched_at timestamptz,
    queue_message_id text,
    result jsonb,
    error text check (status <> 'failed' or error is not null),
    created_by uuid references "user" on delete set null,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    constraint job_claim_is_whole check (
      (status = 'active') = (claim_token is not null) and (status = 'active') = (lease_until is not null))
  )`,
  sql`create unique index job_key_is_unique on job (key) where status = 'waiting'`,
  sql`create index job_in_order on job (created_at desc, id)`,
  sql`create index job_open on job (run_at, id) where status in ('waiting', 'retrying', 'active')`,
  sql`create index job_by_status on job (status, created_at desc, id)`,
  sql`create index job_by on job (created_by)`,
  sql`create table job_log (
    id bigint generated always as identity primary key,
    job_id uuid not null references job on delete cascade,
    at timestamptz not null,
    line text not null,
    detail text
  )`,
  sql`create index job_log_of_job on job_log (job_id, id)`,
  sql`create table idempotency_key (
    user_id uuid not null references "user" on delete cascade,
    route text not null, key text not null, request_hash text not null,
    response_status integer, response_body jsonb,
    created_at timestamptz not null,
    primary key (user_id, route, key)
  )`,
  sql`create table ai_call (
    id uuid primary key,
    purpose text not null, model text not null,
    person_id uuid references person on delete set null,
    user_id uuid references "user" on delete set null,
    input_tokens integer not null default 0,
    output_tokens integer not null default 0,
    cost_usd double precision check (cost_usd >= 0),
    output jsonb, error text,
    created_at timestamptz not null
  )`,
  sql`create index ai_call_in_order on ai_call (created_at desc, id)`,
  sql`create index ai_call_person on ai_call (person_id)`,
  sql`create index ai_call_user on ai_call (user_id)`,
]
