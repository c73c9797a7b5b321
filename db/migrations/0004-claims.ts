import { type Kysely, sql } from 'kysely'

/** What a claim counts is found by index, a late answer stays truthful, and receipts are chained. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...claims, ...receipts]) await statement.execute(db)
}

const claims = [
  sql`create index message_of_sender_day on message (lower(from_address), handed_at) where handed_at is not null`,
  sql`create index message_of_domain_day on message (to_domain, handed_at) where handed_at is not null`,
  sql`create index message_of_account_day on message (account_key, handed_at) where handed_at is not null`,
  // Many short statements with many parts: compiling one takes longer than running it. Whoever may not set it keeps it.
  sql`do $$
    begin
      execute format('alter database %I set jit = off', current_database());
    exception when others then null;
    end $$`,
  // Says whether somebody else has claimed since one looked last.
  sql`create sequence claim_number`,
  // A mail whose lease ran out after the hand-over keeps the token: only its own sender may still say "it took nothing".
  sql`alter table message drop constraint claim_is_whole`,
  sql`alter table message add constraint claim_is_whole check (
    (state = 'claimed') = (lease_until is not null) and (state <> 'claimed' or claim_token is not null)
    and (claim_token is null or state in ('claimed', 'unconfirmed')))`,
]

const receipts = [
  // A line stays when its mail goes; it goes with its enrollment.
  sql`alter table receipt drop constraint receipt_message_id_fkey`,
  sql`alter table receipt add column line integer`,
  sql`alter table receipt add column hash text`,
  // `stable`, not immutable: so that it is inlined.
  sql`create function receipt_hash(before text, enrollment_id uuid, line integer, message_id uuid, at timestamptz,
      what text, detail jsonb) returns text language sql stable as $$
    select encode(sha256(convert_to(coalesce(before, '') || chr(31) || enrollment_id::text || chr(31) || line::text
      || chr(31) || coalesce(message_id::text, '') || chr(31) || extract(epoch from at)::text || chr(31) || what
      || chr(31) || detail::text, 'UTF8')), 'hex')
  $$`,
  sql`do $$
    declare
      r record;
      of_enrollment uuid;
      last_line integer;
      last_hash text;
    begin
      for r in select * from receipt order by enrollment_id, id loop
        if r.enrollment_id is distinct from of_enrollment then
          of_enrollment := r.enrollment_id;
          last_line := 0;
          last_hash := null;
        end if;
        last_line := last_line + 1;
        last_hash := receipt_hash(last_hash, r.enrollment_id, last_line, r.message_id, r.at, r.what, r.detail);
        update receipt set line = last_line, hash = last_hash where id = r.id;
      end loop;
    end $$`,
  sql`alter table receipt alter column line set not null`,
  sql`alter table receipt alter column hash set not null`,
  sql`create unique index receipt_line on receipt (enrollment_id, line)`,
  sql`drop index receipt_of_enrollment`,
  // Reads with a snapshot of its own: whoever waited for the enrollment's row sees the lines written meanwhile.
  sql`create function chain_receipt() returns trigger language plpgsql as $$
    declare
      last_line integer;
      last_hash text;
    begin
      select line, hash into last_line, last_hash from receipt
        where enrollment_id = new.enrollment_id order by line desc limit 1;
      new.line := coalesce(last_line, 0) + 1;
      new.hash := receipt_hash(last_hash, new.enrollment_id, new.line, new.message_id, new.at, new.what, new.detail);
      return new;
    end $$`,
  sql`create trigger chain_receipt before insert on receipt for each row execute function chain_receipt()`,
  sql`create function keep_receipt() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and not exists (select from enrollment where id = old.enrollment_id) then
        return old;
      end if;
      raise exception 'A receipt is append-only';
    end $$`,
  sql`create trigger keep_receipt before update or delete on receipt for each row execute function keep_receipt()`,
]
