import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { SuppressionKind, SuppressionReason } from '../tables/suppression.ts'

export interface NewSuppression {
  kind: SuppressionKind
  /** lower case */
  value: string
  /** null: everywhere */
  event_id?: string | null
  reason: SuppressionReason
  source: string
  person_id: string | null
}

/** Insert or keep: the first reason stays. @returns the values that are new */
export async function insertSuppressions(
  db: Db,
  suppressions: readonly NewSuppression[],
  by: { user_id: string | null; now: Date },
): Promise<string[]> {
  if (suppressions.length === 0) return []
  const { rows } = await sql<{ value: string }>`
    insert into suppression (id, kind, value, event_id, reason, source, person_id, created_at, created_by)
    select gen_random_uuid(), kind, value, event_id, reason, source, person_id, ${by.now}::timestamptz, ${by.user_id}::uuid
    from json_to_recordset(${JSON.stringify(suppressions)}::json)
      as t(kind text, value text, event_id uuid, reason text, source text, person_id uuid)
    on conflict do nothing
    returning value`.execute(db)
  return rows.map((row) => row.value)
}

export async function deleteSuppression(db: Db, id: string): Promise<boolean> {
  const result = await db.deleteFrom('suppression').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/**
 * Running enrollments of everybody who has one of these addresses, or any address at one of these domains or below it, within
 * the scope of each.
 */
export async function listEnrollmentsReachedBy(
  db: Db,
  values: readonly Pick<NewSuppression, 'kind' | 'value' | 'event_id' | 'reason'>[],
): Promise<{ enrollment_id: string; reason: SuppressionReason }[]> {
  if (values.length === 0) return []
  // Hashes alone are looked for among all addresses, once for the whole list.
  const hasHashes = values.some(({ kind }) => kind === 'address_hash')
  const { rows } = await sql<{ enrollment_id: string; reason: SuppressionReason }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(values)}::json)
        as t(kind text, value text, event_id uuid, reason text)
    ), reached as (
      select a.person_id, g.event_id, g.reason from given g join email_address a on a.address_key = g.value
      where g.kind = 'address'
      union all
      select a.person_id, g.event_id, g.reason from given g join email_address a on a.domain = g.value
      where g.kind = 'domain'
      union all
      -- Below it: whatever begins with it and a point, read backwards. A slash comes next after a point.
      select a.person_id, g.event_id, g.reason from given g
        join email_address a on reverse(a.domain) collate "C" >= reverse(g.value) || '.'
          and reverse(a.domain) collate "C" < reverse(g.value) || '/'
      where g.kind = 'domain'
      ${
        hasHashes
          ? sql`union all
      select a.person_id, g.event_id, g.reason from email_address a
        join given g on g.kind = 'address_hash' and g.value = address_hash(a.address_key)`
          : sql``
      }
    )
    select distinct on (e.id) e.id as enrollment_id, reached.reason
    from reached join person p on p.id = reached.person_id
      join enrollment e on e.person_id = p.id and e.status in ('active', 'paused')
    where reached.event_id is null or reached.event_id = p.event_id
    order by e.id`.execute(db)
  return rows
}
