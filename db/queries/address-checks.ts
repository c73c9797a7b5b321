import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { AddressStatus } from '../tables/email-address.ts'

export type AddressToCheck = Pick<
  Row<'email_address'>,
  'id' | 'person_id' | 'address' | 'domain' | 'source' | 'status' | 'delivered_at' | 'check_reasons' | 'verified_at'
>

const columns = [
  'email_address.id',
  'email_address.person_id',
  'email_address.address',
  'email_address.domain',
  'email_address.source',
  'email_address.status',
  'email_address.delivered_at',
  'email_address.check_reasons',
  'email_address.verified_at',
] as const

/** Every address of some people, or of all people of some accounts. */
export async function listAddressesToCheck(
  db: Db,
  of: { person_ids: readonly string[] } | { account_ids: readonly string[] },
): Promise<(AddressToCheck & { account_id: string | null })[]> {
  const [column, ids] =
    'person_ids' in of ? ['person.id' as const, of.person_ids] : ['person.account_id' as const, of.account_ids]
  if (ids.length === 0) return []
  return db
    .selectFrom('email_address')
    .innerJoin('person', 'person.id', 'email_address.person_id')
    .select(columns)
    .select('person.account_id')
    .where(column, 'in', [...ids])
    .orderBy('email_address.id')
    .execute()
}

/**
 * Addresses that a mail is planned to within the time and whose verification is too old, in the order of their ids, from
 * after `after` on. A look-up that failed is tried again much sooner than one that found something out.
 */
export async function listAddressesDue(
  db: Db,
  due: { now: Date; until: Date; verified_before: Date; failed_before: Date; after: string; limit: number },
): Promise<AddressToCheck[]> {
  const { rows } = await sql<AddressToCheck>`
    select ${sql.join(columns.map((column) => sql.ref(column)))}
    from (select distinct m.person_id from message m
        where m.state = 'planned' and not m.is_waiting and m.due_at <= ${due.until}::timestamptz) due
      join email_address on email_address.person_id = due.person_id and email_address.is_primary
    where email_address.status <> 'bounced' and email_address.id > ${due.after}::uuid
      and (email_address.verified_at is null or email_address.verified_at < ${due.verified_before}::timestamptz
        or ('lookup_failed' = any(email_address.check_reasons) and email_address.verified_at < ${due.failed_before}::timestamptz))
    order by email_address.id limit ${due.limit}`.execute(db)
  return rows
}

/** Doubt in guesses that were delivered all the same: so much without a single bounce hardly happens where names are checked. */
const MOST_DOUBT = 3

/**
 * Domains whose server seems to take mail for whatever name, by our own mails: two guesses for one person were delivered
 * both, or guesses of which about three should have bounced were, and none did.
 */
export async function listCatchAllDomains(db: Db, domains: readonly string[]): Promise<Set<string>> {
  if (domains.length === 0) return new Set()
  const { rows } = await sql<{ domain: string }>`
    select domain from email_address a
    where domain in (select jsonb_array_elements_text(${JSON.stringify([...new Set(domains)])}::jsonb))
      and source = 'guessed' and (delivered_at is not null or bounced_at is not null)
    group by domain
    having count(*) filter (where bounced_at is not null) = 0
      and (sum(1 - confidence) >= ${sql.lit(MOST_DOUBT)} or count(*) > count(distinct person_id))`.execute(db)
  return new Set(rows.map((row) => row.domain))
}

export interface CheckedAddress {
  id: string
  status: AddressStatus
  reasons: readonly string[]
}

/**
 * Writes what was found out. What bounced in the meantime stays so. Whose primary address cannot receive mail writes to the
 * next best one from now on, if they have one.
 */
export async function saveChecks(db: Db, checked: readonly CheckedAddress[], now: Date): Promise<void> {
  if (checked.length === 0) return
  const { rows } = await sql<{ person_id: string }>`
    with saved as (
      update email_address a set status = t.status, verified_at = ${now}::timestamptz, updated_at = ${now}::timestamptz,
        check_reasons = array(select jsonb_array_elements_text(t.reasons))
      from json_to_recordset(${JSON.stringify(checked)}::json) as t(id uuid, status text, reasons jsonb)
      where a.id = t.id and a.status <> 'bounced'
      returning a.person_id, a.id, a.status, a.is_primary
    )
    select person_id from saved where is_primary and status = 'invalid'
      and exists (select from email_address other where other.person_id = saved.person_id and other.id <> saved.id
        and other.status not in ('invalid', 'bounced'))`.execute(db)
  await passOn(
    db,
    rows.map((row) => row.person_id),
    now,
  )
}

/** Two statements, because at most one may be primary at any moment. */
async function passOn(db: Db, person_ids: readonly string[], now: Date): Promise<void> {
  if (person_ids.length === 0) return
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(person_ids)}::jsonb)::uuid)`
  const best = sql`
    select distinct on (person_id) id from email_address
    where person_id in ${ids} and status not in ('invalid', 'bounced')
    order by person_id, (source <> 'guessed' or status = 'valid') desc, confidence desc, address_key`
  await sql`update email_address set is_primary = false, updated_at = ${now}::timestamptz
    where person_id in ${ids} and is_primary and id in (select id from email_address where status = 'invalid')
      and exists (${best})`.execute(db)
  await sql`update email_address a set is_primary = true, updated_at = ${now}::timestamptz where id in (${best})
    and not exists (select from email_address other where other.person_id = a.person_id and other.is_primary)`.execute(
    db,
  )
}

/**
 * Takes one question from the month's allowance before it is asked, so that the cap holds however many ask at once.
 *
 * @returns false when nothing is left
 */
export async function takeProviderQuestion(
  db: Db,
  of: { provider: string; month: string; cap: number },
): Promise<boolean> {
  if (of.cap < 1) return false
  const { rows } = await sql`
    insert into provider_use (provider, month, used) values (${of.provider}, ${of.month}, 1)
    on conflict (provider, month) do update set used = provider_use.used + 1 where provider_use.used < ${of.cap}::integer
    returning used`.execute(db)
  return rows.length > 0
}

/** Gives a question back that was not charged. */
export async function returnProviderQuestion(db: Db, of: { provider: string; month: string }): Promise<void> {
  await db
    .updateTable('provider_use')
    .set({ used: sql`greatest(used - 1, 0)` })
    .where('provider', '=', of.provider)
    .where('month', '=', of.month)
    .execute()
}

export async function countProviderQuestions(db: Db, of: { provider: string; month: string }): Promise<number> {
  const row = await db
    .selectFrom('provider_use')
    .select('used')
    .where('provider', '=', of.provider)
    .where('month', '=', of.month)
    .executeTakeFirst()
  return row?.used ?? 0
}

/** Takes back what deliveries seemed to prove at a domain that takes whatever comes. */
export async function markCatchAll(db: Db, domain: string, now: Date): Promise<void> {
  await sql`update email_address set status = 'risky', updated_at = ${now}::timestamptz,
      check_reasons = array_prepend('catch_all', check_reasons)
    where domain = ${domain} and source = 'guessed' and status in ('valid', 'risky')
      and not 'catch_all' = any(check_reasons)`.execute(db)
}
