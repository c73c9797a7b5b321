import { type Kysely, sql } from 'kysely'

/** What stops a sequence, and for whom: colleagues, clicks, account status, meetings; suppressions with a scope, and of the erased. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...sequences, ...facts, ...suppressions]) await statement.execute(db)
}

const sequences = [
  sql`alter table sequence add column colleague_reply text not null default 'hold'
    check (colleague_reply in ('nothing', 'hold', 'stop'))`,
  sql`alter table sequence add column stop_on_click boolean not null default false`,
  sql`alter table sequence add column stop_account_statuses text[] not null default '{customer,disqualified}'`,
  // Every status there is, by the same list as account.status.
  sql`alter table sequence add constraint sequence_stop_account_statuses check (stop_account_statuses <@
    array['new', 'researching', 'contacted', 'engaged', 'meeting', 'customer', 'disqualified'])`,
  // EU and EEA, the United Kingdom and Switzerland.
  sql`alter table sequence add column untracked_countries text[] not null
    default '{AT,BE,BG,CH,CY,CZ,DE,DK,EE,ES,FI,FR,GB,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK}'`,
  // Bounces and complaints before this moment have been judged: a sequence or sender resumed by hand begins anew.
  sql`alter table sequence add column rated_from timestamptz`,
  sql`alter table sender add column rated_from timestamptz`,
]

const facts = [
  sql`alter table person add column meeting_booked_at timestamptz`,
  sql`alter table enrollment add column replied_at timestamptz`,
  sql`update enrollment e set replied_at = (select min(m.replied_at) from message m where m.enrollment_id = e.id)
    where stop_reason is distinct from 'unsubscribed'`,
  // Whose colleague has answered: asked for every mail that is claimed.
  sql`create index enrollment_answered on enrollment (account_key, replied_at desc) where replied_at is not null`,
  sql`alter table reply add column html text`,
  sql`alter table reply add column resume_on date`,
  sql`create index email_event_of_provider on email_event (provider_event_id) where provider_event_id is not null`,
  sql`alter table email_address add column soft_bounces integer not null default 0 check (soft_bounces >= 0)`,
]

const suppressions = [
  sql`create function address_hash(address_key text) returns text language sql immutable strict
    as $$ select encode(sha256(convert_to(address_key, 'UTF8')), 'hex') $$`,
  sql`alter table suppression drop constraint suppression_kind_check`,
  sql`alter table suppression add constraint suppression_kind_check
    check (kind in ('address', 'domain', 'address_hash'))`,
  sql`alter table suppression add column event_id uuid references "event" on delete cascade`,
  sql`alter table suppression drop constraint suppression_kind_value_key`,
  sql`alter table suppression add constraint suppression_is_unique unique nulls not distinct (kind, value, event_id)`,
  sql`create index suppression_event on suppression (event_id)`,
]
