import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'

/** The next accounts of an event in the order of their ids. */
export async function listAccountsAfter(
  db: Db,
  of: { event_id: string; after: string; limit: number },
): Promise<{ id: string; domain: string | null }[]> {
  return db
    .selectFrom('account')
    .select(['id', 'domain'])
    .where('event_id', '=', of.event_id)
    .where('id', '>', of.after)
    .orderBy('id')
    .limit(of.limit)
    .execute()
}

export interface Candidate {
  id: string
  name: string
  /** an account or a domain: only who shares it is compared */
  block: string
}

/** The people of some accounts, and those of no account whose address is at the domain of one. */
export async function listPeopleOfAccounts(
  db: Db,
  { event_id, account_ids }: { event_id: string; account_ids: readonly string[] },
): Promise<Candidate[]> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(account_ids)}::jsonb)::uuid)`
  const { rows } = await sql<Candidate>`
    select id, name, account_id::text as block from person where account_id in ${ids}
    union all
    select p.id, p.name, account.id::text from account join email_address a on a.domain = account.domain and a.is_primary
      join person p on p.id = a.person_id and p.account_id is null and p.event_id = ${event_id}::uuid
    where account.id in ${ids}
    order by block, id`.execute(db)
  return rows
}

/** People of no account, by the domain of their address, from after a domain. A domain that is cut off at the limit is incomplete. */
export async function listPeopleWithoutAccount(
  db: Db,
  of: { event_id: string; after: string; limit: number },
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    select p.id, p.name, a.domain as block from person p join email_address a on a.person_id = p.id and a.is_primary
    where p.event_id = ${of.event_id}::uuid and p.account_id is null and a.domain collate "C" > ${of.after}
    order by a.domain collate "C", p.id limit ${of.limit}`.execute(db)
  return rows
}

/** People of the event with one address: each with at most twenty others. The addresses are read in their order, from after one. */
export async function listSharedAddresses(
  db: Db,
  of: { event_id: string; after: string; limit: number },
): Promise<{ pairs: { a: string; b: string; a_name: string; b_name: string }[]; last: string | null }> {
  const { rows } = await sql<{
    pairs: { a: string; b: string; a_name: string; b_name: string }[] | null
    last: string | null
    read: number
  }>`
    with next as (
      select address_key, person_id from email_address where address_key > ${of.after} and source <> 'guessed'
      order by address_key limit ${of.limit}
    )
    select (select max(address_key) from next) as last, (select count(*)::integer from next) as read, (
      select json_agg(json_build_object('a', p.id, 'a_name', p.name, 'b', other.id, 'b_name', other.name))
      from next join person p on p.id = next.person_id and p.event_id = ${of.event_id}::uuid
        cross join lateral (
          select o.id, o.name from email_address x join person o on o.id = x.person_id and o.event_id = p.event_id
          where x.address_key = next.address_key and x.source <> 'guessed' and o.id <> p.id limit 20
        ) other
    ) as pairs`.execute(db)
  const [found] = rows
  return { pairs: found?.pairs ?? [], last: found?.read === of.limit ? found.last : null }
}

/** Accounts at whose domain people of another account have their known addresses: at least half of those that are known there. */
export async function listDomainsElsewhere(
  db: Db,
  { event_id, account_ids }: { event_id: string; account_ids: readonly string[] },
): Promise<{ account_id: string; other_id: string }[]> {
  const { rows } = await sql<{ account_id: string; other_id: string }>`
    with known as (
      select p.account_id, a.domain, count(*) as n, sum(count(*)) over (partition by p.account_id) as of_all
      from person p join email_address a on a.person_id = p.id and a.source <> 'guessed'
      where p.account_id in (select jsonb_array_elements_text(${JSON.stringify(account_ids)}::jsonb)::uuid)
      group by p.account_id, a.domain
    )
    select known.account_id, other.id as other_id from known
      join account other on other.event_id = ${event_id}::uuid and other.domain = known.domain and other.id <> known.account_id
    where known.n * 2 >= known.of_all`.execute(db)
  return rows
}

/** How accounts are laid side by side, so that those that may be one company are near each other. */
export type AccountOrder = 'name' | 'end' | 'stem'

const expressions: Record<AccountOrder, RawBuilder<string>> = {
  name: sql`name_key collate "C"`,
  // A name that was mistyped at its beginning.
  end: sql`reverse(name_key) collate "C"`,
  stem: sql`coalesce(split_part(domain, '.', 1), '') collate "C"`,
}

export interface OrderedAccount {
  id: string
  name_key: string
  domain: string | null
  value: string
}

export async function listAccountsInOrder(
  db: Db,
  of: { event_id: string; order: AccountOrder; after: { value: string; id: string } | null; limit: number },
): Promise<OrderedAccount[]> {
  const value = expressions[of.order]
  const place = of.after ? sql`and (${value}, id) > (${of.after.value}, ${of.after.id}::uuid)` : sql``
  const { rows } = await sql<OrderedAccount>`
    select id, name_key, domain, ${value} as value from account
    where event_id = ${of.event_id}::uuid ${of.order === 'stem' ? sql`and domain is not null` : sql``} ${place}
    order by ${value}, id limit ${of.limit}`.execute(db)
  return rows
}
