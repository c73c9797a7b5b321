import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { SuppressionKind, SuppressionReason } from '../tables/suppression.ts'

export interface NewSuppression {
  kind: SuppressionKind
  /** lower case */
  value: string
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
    insert into suppression (id, kind, value, reason, source, person_id, created_at, created_by)
    select gen_random_uuid(), kind, value, reason, source, person_id, ${by.now}::timestamptz, ${by.user_id}::uuid
    from json_to_recordset(${JSON.stringify(suppressions)}::json)
      as t(kind text, value text, reason text, source text, person_id uuid)
    on conflict do nothing
    returning value`.execute(db)
  return rows.map((row) => row.value)
}

export async function deleteSuppression(db: Db, of: { kind: SuppressionKind; value: string }): Promise<boolean> {
  const result = await db
    .deleteFrom('suppression')
    .where('kind', '=', of.kind)
    .where('value', '=', of.value)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Running enrollments of everybody who has one of these addresses, or any address at one of these domains. */
export async function listEnrollmentsReachedBy(
  db: Db,
  values: readonly Pick<NewSuppression, 'kind' | 'value' | 'reason'>[],
): Promise<{ enrollment_id: string; reason: SuppressionReason }[]> {
  if (values.length === 0) return []
  const { rows } = await sql<{ enrollment_id: string; reason: SuppressionReason }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(values)}::json) as t(kind text, value text, reason text)
    ), reached as (
      select a.person_id, g.reason from given g join email_address a on g.kind = 'address' and a.address_key = g.value
      union all
      select a.person_id, g.reason from given g join email_address a on g.kind = 'domain' and a.domain = g.value
    )
    select distinct on (e.id) e.id as enrollment_id, reached.reason
    from reached join enrollment e on e.person_id = reached.person_id and e.status in ('active', 'paused')
    order by e.id`.execute(db)
  return rows
}
