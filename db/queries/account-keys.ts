import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** What `accountKeyOf` asks about an enrollment. */
export interface KeyedEnrollment {
  id: string
  account_key: string
  person_id: string
  account_id: string | null
  account_domain: string | null
  parent_id: string | null
  parent_domain: string | null
  address_domain: string | null
}

/** Of everybody at these accounts and at those that belong to them. Holds their rows, in the order of ids. */
export async function lockKeyedEnrollments(db: Db, account_ids: readonly string[]): Promise<KeyedEnrollment[]> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(account_ids)}::jsonb)::uuid)`
  const { rows } = await sql<KeyedEnrollment>`
    select e.id, e.account_key, e.person_id, account.id as account_id, account.domain as account_domain,
      account.parent_id, parent.domain as parent_domain, a.domain as address_domain
    from account join enrollment e on e.account_id = account.id
      left join account parent on parent.id = account.parent_id
      left join email_address a on a.person_id = e.person_id and a.is_primary
    where account.id in ${ids} or account.parent_id in ${ids}
    order by e.id for no key update of e`.execute(db)
  return rows
}

/**
 * Puts the running enrollments of a person at the account the person is at now. What has ended stays
 * with the account it was about. The caller holds their rows.
 */
export async function placeEnrollments(db: Db, person_id: string): Promise<KeyedEnrollment[]> {
  const { rows } = await sql<KeyedEnrollment>`
    with placed as (
      update enrollment e set account_id = p.account_id from person p
      where p.id = ${person_id}::uuid and e.person_id = p.id and e.status in ('active', 'paused')
      returning e.id, e.account_key, e.person_id, e.account_id
    )
    select placed.*, account.domain as account_domain, account.parent_id, parent.domain as parent_domain,
      a.domain as address_domain
    from placed left join account on account.id = placed.account_id
      left join account parent on parent.id = account.parent_id
      left join email_address a on a.person_id = placed.person_id and a.is_primary`.execute(db)
  return rows
}

/** Whose colleagues they are from now on; what has left keeps the key its caps were counted by. */
export async function setAccountKeys(db: Db, keys: readonly { id: string; account_key: string }[]): Promise<void> {
  if (keys.length === 0) return
  await sql`
    with given as (
      select * from json_to_recordset(${JSON.stringify(keys)}::json) as t(id uuid, account_key text)
    ), enrollments as (
      update enrollment e set account_key = given.account_key from given where e.id = given.id
    )
    update message m set account_key = given.account_key from given
    where m.enrollment_id = given.id and m.handed_at is null and m.state in ('planned', 'claimed')`.execute(db)
}

/** An account of the event by its name or its domain; the one with a domain first. */
export async function findAccountCalled(
  db: Db,
  of: { event_id: string; name_key: string; domain: string | null; except_id: string },
): Promise<{ id: string; name: string; parent_id: string | null } | undefined> {
  return db
    .selectFrom('account')
    .select(['id', 'name', 'parent_id'])
    .where('event_id', '=', of.event_id)
    .where('id', '<>', of.except_id)
    .where((where) => where.or([where('name_key', '=', of.name_key), where('domain', '=', of.domain)]))
    .orderBy(sql`domain is not distinct from ${of.domain}`, 'desc')
    .orderBy(sql`domain is not null`, 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** The accounts that belong to one, by name. */
export async function listSubsidiaries(db: Db, parent_id: string): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('account')
    .select(['id', 'name'])
    .where('parent_id', '=', parent_id)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .limit(100)
    .execute()
}
