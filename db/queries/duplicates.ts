import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { PairKind, PairState } from '../tables/duplicate-pair.ts'

export interface FoundPair {
  /** in either order */
  ids: readonly [string, string]
  reason: string
  score: number
}

/**
 * Notes pairs. One that is there already gets the newest reason while nobody has decided about it; what was decided stays.
 *
 * @returns the ids of those that are new
 */
export async function upsertPairs(
  db: Db,
  found: { event_id: string; kind: PairKind; pairs: readonly FoundPair[]; now: Date },
): Promise<string[]> {
  if (found.pairs.length === 0) return []
  const given = JSON.stringify(
    found.pairs.map(({ ids, reason, score }) => {
      const [first_id, second_id] = [...ids].sort()
      return { first_id, second_id, reason, score }
    }),
  )
  const { rows } = await sql<{ id: string; is_new: boolean }>`
    insert into duplicate_pair (id, event_id, kind, first_id, second_id, reason, score, found_at)
    select gen_random_uuid(), ${found.event_id}::uuid, ${found.kind}::text, first_id, second_id, reason, score,
      ${found.now}::timestamptz
    from (select distinct on (first_id, second_id) * from json_to_recordset(${given}::json)
      as t(first_id uuid, second_id uuid, reason text, score double precision)
      order by first_id, second_id, score desc) t
    on conflict (first_id, second_id) do update set found_at = excluded.found_at, reason = excluded.reason,
      score = excluded.score
      where duplicate_pair.state in ('open', 'later')
    returning id, xmax = 0 as is_new`.execute(db)
  return rows.flatMap(({ id, is_new }) => (is_new ? [id] : []))
}

/** Open pairs that a whole search, begun at this moment, did not come upon again: their records have changed. */
export async function deleteStalePairs(
  db: Db,
  { event_id, searched_from }: { event_id: string; searched_from: Date },
): Promise<void> {
  await sql`
    delete from duplicate_pair where event_id = ${event_id}::uuid and state in ('open', 'later')
      and found_at < ${searched_from}::timestamptz`.execute(db)
}

export async function findPair(db: Db, event_id: string, id: string): Promise<Row<'duplicate_pair'> | undefined> {
  return db
    .selectFrom('duplicate_pair')
    .selectAll()
    .where('event_id', '=', event_id)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Decides about a pair that was not merged. @returns whether that changed anything */
export async function decidePair(
  db: Db,
  to: { id: string; state: Exclude<PairState, 'merged'>; by: string | null; now: Date },
): Promise<boolean> {
  const result = await db
    .updateTable('duplicate_pair')
    .set({
      state: to.state,
      decided_by: to.state === 'open' ? null : to.by,
      decided_at: to.state === 'open' ? null : to.now,
    })
    .where('id', '=', to.id)
    .where('state', 'not in', ['merged', to.state])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

interface PairsOfMerge {
  merge_id: string
  event_id: string
  kind: PairKind
  survivor_id: string
  lost_id: string
  by: string | null
  now: Date
}

/** Who else the lost record may be, or is not, is said of the survivor from now on; the pair of the two is merged. */
export async function settlePairs(db: Db, of: PairsOfMerge): Promise<void> {
  await sql`
    with noted as (
      insert into merge_row (merge_id, kind, row_id, before)
      select ${of.merge_id}::uuid, 'pair', id, to_jsonb(p) from duplicate_pair p
      where ${of.lost_id}::uuid in (first_id, second_id) and state <> 'merged'
      returning row_id
    )
    update duplicate_pair set state = 'merged', merge_id = ${of.merge_id}::uuid, decided_by = ${of.by}::uuid,
      decided_at = ${of.now}::timestamptz
    from noted where id = noted.row_id and ${of.survivor_id}::uuid in (first_id, second_id)`.execute(db)
  await sql`
    with gone as (
      delete from duplicate_pair where state <> 'merged' and ${of.lost_id}::uuid in (first_id, second_id)
      returning *, case when first_id = ${of.lost_id}::uuid then second_id else first_id end as other_id
    ), added as (
      insert into duplicate_pair (id, event_id, kind, first_id, second_id, reason, score, state, found_at, decided_by, decided_at)
      select gen_random_uuid(), event_id, kind, least(other_id, ${of.survivor_id}::uuid),
        greatest(other_id, ${of.survivor_id}::uuid), reason, score, state, found_at, decided_by, decided_at
      from gone on conflict do nothing returning id
    )
    insert into merge_row (merge_id, kind, row_id) select ${of.merge_id}::uuid, 'pair_added', id from added`.execute(db)
}

/** As it was before the merge. Pairs with a record that is no more stay away. */
export async function restorePairs(db: Db, merge_id: string): Promise<void> {
  await sql`
    delete from duplicate_pair p using merge_row r
    where r.merge_id = ${merge_id}::uuid and r.kind = 'pair_added' and p.id = r.row_id and p.state <> 'merged'`.execute(
    db,
  )
  await sql`delete from duplicate_pair where merge_id = ${merge_id}::uuid`.execute(db)
  await sql`
    insert into duplicate_pair
    select p.* from merge_row r cross join lateral jsonb_populate_record(null::duplicate_pair, r.before) p
    where r.merge_id = ${merge_id}::uuid and r.kind = 'pair'
      and (select count(*) from person where id in (p.first_id, p.second_id))
        + (select count(*) from account where id in (p.first_id, p.second_id)) = 2
    on conflict do nothing`.execute(db)
}
