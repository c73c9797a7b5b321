import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'

export type AddressRow = Row<'email_address'>

/** Of some people, held until the transaction ends. */
export async function lockAddresses(db: Db, person_ids: readonly string[]): Promise<AddressRow[]> {
  const { rows } = await sql<AddressRow>`
    select * from email_address
    where person_id in (select jsonb_array_elements_text(${JSON.stringify(person_ids)}::jsonb)::uuid)
    order by id for update`.execute(db)
  return rows
}

/**
 * Removes rows, writes rows as they are given, puts back rows that are no more, and says which of a person's is the primary one.
 * In this order: a mailbox is once at a person, and one of them is primary.
 */
export async function writeAddresses(
  db: Db,
  to: {
    person_ids: readonly string[]
    removed: readonly string[]
    written: readonly AddressRow[]
    primary: readonly string[]
  },
): Promise<void> {
  const list = (ids: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)::uuid)`
  await sql`update email_address set is_primary = false where is_primary and person_id in ${list(to.person_ids)}`.execute(
    db,
  )
  if (to.removed.length > 0) await sql`delete from email_address where id in ${list(to.removed)}`.execute(db)
  if (to.written.length > 0) {
    const rows = JSON.stringify(to.written.map((row) => ({ ...row, is_primary: false })))
    await sql`
      insert into email_address select * from json_populate_recordset(null::email_address, ${rows}::json)
      on conflict (id) do update set person_id = excluded.person_id, source = excluded.source,
        confidence = excluded.confidence, provenance = excluded.provenance, status = excluded.status,
        soft_bounces = excluded.soft_bounces, verified_at = excluded.verified_at, updated_at = excluded.updated_at`.execute(
      db,
    )
  }
  await sql`update email_address set is_primary = true where id in ${list(to.primary)}`.execute(db)
}

/**
 * What a person said at one of their addresses holds for all of them: their unsubscribes and complaints name the survivor, and
 * where one of their addresses was suppressed by hand, so is the one that mail goes to now.
 */
export async function widenSuppressions(
  db: Db,
  of: {
    merge_id: string
    event_id: string
    person_id: string
    former_primaries: readonly string[]
    by: string | null
    now: Date
  },
): Promise<void> {
  await sql`
    with named as (
      update suppression x set person_id = ${of.person_id}::uuid
      where x.kind = 'address' and x.person_id is null and x.reason in ('unsubscribed', 'complained')
        and (x.event_id is null or x.event_id = ${of.event_id}::uuid)
        and x.value in (select address_key from email_address where person_id = ${of.person_id}::uuid)
      returning x.id
    )
    insert into merge_row (merge_id, kind, row_id) select ${of.merge_id}::uuid, 'suppression_named', id from named`.execute(
    db,
  )
  await sql`
    with added as (
      insert into suppression (id, kind, value, event_id, reason, source, person_id, created_at, created_by)
      select gen_random_uuid(), 'address', a.address_key, x.event_id, 'by_hand', 'merged with ' || x.value,
        ${of.person_id}::uuid, ${of.now}::timestamptz, ${of.by}::uuid
      from suppression x join email_address a on a.person_id = ${of.person_id}::uuid and a.is_primary
      where x.kind = 'address' and x.reason = 'by_hand' and x.value <> a.address_key
        and (x.event_id is null or x.event_id = ${of.event_id}::uuid)
        and x.value in (select jsonb_array_elements_text(${JSON.stringify(of.former_primaries)}::jsonb))
      on conflict do nothing returning id
    )
    insert into merge_row (merge_id, kind, row_id) select ${of.merge_id}::uuid, 'suppression_added', id from added`.execute(
    db,
  )
}

/** The reverse, for those that are as the merge left them. */
export async function narrowSuppressions(db: Db, merge_id: string, survivor_id: string): Promise<void> {
  await sql`
    update suppression x set person_id = null from merge_row r
    where r.merge_id = ${merge_id}::uuid and r.kind = 'suppression_named' and x.id = r.row_id
      and x.person_id = ${survivor_id}::uuid`.execute(db)
  await sql`
    delete from suppression x using merge_row r
    where r.merge_id = ${merge_id}::uuid and r.kind = 'suppression_added' and x.id = r.row_id`.execute(db)
}
