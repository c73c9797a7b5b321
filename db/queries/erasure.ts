import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** One human on the lists of all events: the person, and whoever elsewhere has their name and one of their addresses. */
export async function listSelves(db: Db, person_id: string): Promise<{ id: string; account_id: string | null }[]> {
  const { rows } = await sql<{ id: string; account_id: string | null }>`
    select distinct p.id, p.account_id from person self
      join person p on p.id = self.id or (p.name_key = self.name_key and exists (
        select from email_address mine join email_address theirs on theirs.address_key = mine.address_key
        where mine.person_id = self.id and theirs.person_id = p.id))
    where self.id = ${person_id}::uuid order by p.id`.execute(db)
  return rows
}

/** Before the people: whoever plans a mail holds an enrollment and refers to its person. */
export async function lockEnrollmentsOf(db: Db, person_ids: readonly string[]): Promise<void> {
  await sql`
    select id from enrollment where person_id in (select jsonb_array_elements_text(${JSON.stringify(person_ids)}::jsonb)::uuid)
    order by id for no key update`.execute(db)
}

/**
 * Every address that is known of these people: their own, those we wrote to, and those they wrote from, or asked us not to write
 * to, that are nobody else's: a colleague may have answered for them. Lower case.
 */
export async function listKnownAddresses(db: Db, person_ids: readonly string[]): Promise<string[]> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(person_ids)}::jsonb)::uuid)`
  const { rows } = await sql<{ key: string }>`
    select address_key as key from email_address where person_id in ${ids}
    union select lower(to_address) from message where person_id in ${ids} and to_address is not null
    union select key from (
      select lower(from_address) as key from reply where person_id in ${ids} and class in ('human', 'unsubscribe')
      union select value from suppression where person_id in ${ids} and kind = 'address'
    ) said where not exists (
      select from email_address theirs where theirs.address_key = said.key and theirs.person_id not in ${ids})
    order by 1`.execute(db)
  return rows.map((row) => row.key)
}

/**
 * Puts hashes in the place of addresses: whoever comes back under one of them is not written to. Suppressions of these addresses
 * that name them go.
 */
export async function keepHashesAlone(
  db: Db,
  address_keys: readonly string[],
  by: { user_id: string | null; now: Date },
): Promise<void> {
  const keys = sql`(select jsonb_array_elements_text(${JSON.stringify(address_keys)}::jsonb))`
  await sql`
    with named as (delete from suppression where kind = 'address' and value in ${keys})
    insert into suppression (id, kind, value, event_id, reason, source, person_id, created_at, created_by)
    select gen_random_uuid(), 'address_hash', address_hash(key), null, 'erased', 'erased person', null,
      ${by.now}::timestamptz, ${by.user_id}::uuid
    from jsonb_array_elements_text(${JSON.stringify(address_keys)}::jsonb) as given(key)
    -- Whatever a list had said of a hash before.
    on conflict (kind, value, event_id) do update set reason = excluded.reason, source = excluded.source`.execute(db)
}

/**
 * Deletes people with all that hangs on them (addresses, enrollments with their receipts, mails with their events, replies, tasks,
 * timeline), and blanks what keeps words of theirs elsewhere: the rows they were imported from, drafts about them, replies from
 * their addresses that were matched to nobody, what the provider told us of these addresses without naming a mail of ours, what the
 * audit says of them, and their name in an account's history.
 */
export async function deletePeople(
  db: Db,
  of: { person_ids: readonly string[]; address_keys: readonly string[] },
): Promise<void> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(of.person_ids)}::jsonb)::uuid)`
  const keys = sql`(select jsonb_array_elements_text(${JSON.stringify(of.address_keys)}::jsonb))`
  await sql`delete from reply where lower(from_address) in ${keys} and (person_id is null or person_id in ${ids})`.execute(
    db,
  )
  await sql`update email_event set raw = '{}', reason = null, url = null
    where message_id is null and lower(raw->>'email') in ${keys}`.execute(db)
  await sql`update audit set detail = detail - 'value'
    where action = 'suppression.removed' and detail->>'value' in ${keys}`.execute(db)
  await sql`update import_row set raw = '{}', reason = case when reason is null then null else 'erased' end
    where record_id in ${ids}`.execute(db)
  await sql`update ai_call set output = null where person_id in ${ids}`.execute(db)
  await sql`
    update score_history h set reason = 'Somebody who was erased since' from person p
    where p.id in ${ids} and h.account_id = p.account_id and position(p.name in h.reason) > 0`.execute(db)
  await sql`
    update activity a set summary = 'Something about somebody who was erased since', detail = '{}' from person p
    where p.id in ${ids} and a.account_id = p.account_id and a.person_id is null and position(p.name in a.summary) > 0`.execute(
    db,
  )
  await sql`
    update account a set recommended_targets = replace(a.recommended_targets, p.name, 'somebody erased') from person p
    where p.id in ${ids} and a.id = p.account_id and position(p.name in a.recommended_targets) > 0`.execute(db)
  // The company's own row names them too: as JSON spells the name.
  await sql`
    update import_row r set raw = replace(r.raw::text, p.spelt, 'somebody erased')::jsonb
    from (select account_id, substr(to_json(name)::text, 2, length(to_json(name)::text) - 2) as spelt from person
      where id in ${ids} and account_id is not null) p
    where r.record_id = p.account_id and position(p.spelt in r.raw::text) > 0`.execute(db)
  await sql`
    update enrollment e set pause_reason = 'colleague_replied' from enrollment own join person p on p.id = own.person_id
    where p.id in ${ids} and e.account_key = own.account_key and e.pause_reason = 'colleague_replied: ' || p.name`.execute(
    db,
  )
  await sql`delete from person where id in ${ids}`.execute(db)
}
