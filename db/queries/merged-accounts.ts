import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { Move } from './merge-references.ts'

/** The people of an account, held until the transaction ends: before the account, as whoever edits one of them does. */
export async function lockPeopleOf(db: Db, account_id: string): Promise<void> {
  await sql`select id from person where account_id = ${account_id}::uuid order by id for no key update`.execute(db)
}

/**
 * Moves the people of the lost account to the survivor, behind the namesakes there.
 *
 * @returns people who have a namesake at the survivor now, each with one of them
 */
export async function movePeople(db: Db, { merge_id, survivor_id, lost_id }: Move): Promise<[string, string][]> {
  const { rows } = await sql<{ id: string; namesake_id: string | null }>`
    with there as (
      select name_key, max(namesake) as last, (array_agg(id order by namesake))[1] as id from person
      where account_id = ${survivor_id}::uuid group by name_key
    ), coming as (
      select p.id, p.namesake, there.id as namesake_id,
        case when there.id is null then p.namesake
          else there.last + row_number() over (partition by p.name_key order by p.namesake) end as new_namesake
      from person p left join there on there.name_key = p.name_key where p.account_id = ${lost_id}::uuid
    ), moved as (
      update person p set account_id = ${survivor_id}::uuid, namesake = coming.new_namesake from coming where p.id = coming.id
    ), noted as (
      insert into merge_row (merge_id, kind, row_id, before)
      select ${merge_id}::uuid, 'person', id, jsonb_build_object('namesake', namesake) from coming
    )
    select id, namesake_id from coming where namesake_id is not null`.execute(db)
  return rows.map(({ id, namesake_id }) => [id, namesake_id as string])
}

/** Those who are still at the survivor. */
export async function movePeopleBack(db: Db, { merge_id, survivor_id, lost_id }: Move): Promise<void> {
  await sql`
    update person p set account_id = ${lost_id}::uuid, namesake = (r.before ->> 'namesake')::integer from merge_row r
    where r.merge_id = ${merge_id}::uuid and r.kind = 'person' and p.id = r.row_id
      and p.account_id = ${survivor_id}::uuid`.execute(db)
}

/**
 * What belonged to the lost account belongs to another one: to the survivor, or to what the survivor belongs to, for a parent has no
 * parent. @returns the accounts that belong elsewhere now
 */
export async function moveSubsidiaries(db: Db, of: Move & { parent_id: string | null }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with moved as (
      update account set parent_id = nullif(coalesce(${of.parent_id}::uuid, ${of.survivor_id}::uuid), id)
      where parent_id = ${of.lost_id}::uuid returning id, parent_id
    ), noted as (
      insert into merge_row (merge_id, kind, row_id, after)
      select ${of.merge_id}::uuid, 'subsidiary', id, jsonb_build_object('parent_id', parent_id) from moved
    )
    select id from moved`.execute(db)
  return rows.map(({ id }) => id)
}

/** @returns the accounts that belong to the lost one again */
export async function moveSubsidiariesBack(db: Db, { merge_id, lost_id }: Move): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    update account a set parent_id = ${lost_id}::uuid from merge_row r
    where r.merge_id = ${merge_id}::uuid and r.kind = 'subsidiary' and a.id = r.row_id
      and a.parent_id is not distinct from (r.after ->> 'parent_id')::uuid
    returning a.id`.execute(db)
  return rows.map(({ id }) => id)
}

/** Whether other accounts belong to it. */
export async function isParent(db: Db, account_id: string): Promise<boolean> {
  const { rows } = await sql`select from account where parent_id = ${account_id}::uuid limit 1`.execute(db)
  return rows.length > 0
}
