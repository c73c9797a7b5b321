import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { ScoreLine } from '../tables/account.ts'

/** What the score of an account is made from. */
export interface ScoredFacts {
  id: string
  icp_score: number | null
  icp_breakdown: ScoreLine[] | null
  people_count: number
  executive_operations_count: number
  operations_count: number
  procurement_count: number
  sales_count: number
  has_job_titles: boolean
  has_category: boolean
  has_list_score: boolean
  has_website: boolean
}

/** The facts of the named accounts, or of the next accounts of the event in the order of their ids. */
export async function listScoreFacts(
  db: Db,
  which: { account_ids: readonly string[] } | { event_id: string; after_id: string | null; limit: number },
): Promise<ScoredFacts[]> {
  const chosen =
    'account_ids' in which
      ? sql`select * from account
          where id in (select value::uuid from json_array_elements_text(${JSON.stringify(which.account_ids)}::json))`
      : sql`select * from account where event_id = ${which.event_id}
          and id > coalesce(${which.after_id}::uuid, '00000000-0000-0000-0000-000000000000')
          order by id limit ${which.limit}`
  const has = (persona: string) => sql`count(*) filter (where ${persona}::text = any(personas))::integer`
  const { rows } = await sql<ScoredFacts>`
    with chosen as (${chosen}), counted as (
      select account_id, count(*)::integer as people_count,
        ${has('executive_operations')} as executive_operations_count, ${has('operations')} as operations_count,
        ${has('procurement')} as procurement_count, ${has('sales')} as sales_count,
        bool_or(title is not null) as has_job_titles, bool_or(category is not null) as has_category
      from person where account_id in (select id from chosen) group by account_id
    )
    select chosen.id, chosen.icp_score, chosen.icp_breakdown,
      coalesce(counted.people_count, 0) as people_count,
      coalesce(executive_operations_count, 0) as executive_operations_count,
      coalesce(operations_count, 0) as operations_count, coalesce(procurement_count, 0) as procurement_count,
      coalesce(sales_count, 0) as sales_count, coalesce(has_job_titles, false) as has_job_titles,
      coalesce(has_category, false) as has_category, chosen.list_score is not null as has_list_score,
      (chosen.website is not null or chosen.domain is not null) as has_website
    from chosen left join counted on counted.account_id = chosen.id order by chosen.id`.execute(db)
  return rows
}

/** Writes computed scores, and a line of history where the score itself changed. Overrides are never touched. */
export async function updateIcpScores(
  db: Db,
  scores: readonly { id: string; score: number; breakdown: readonly ScoreLine[] }[],
  change: { reason: string; actor_id: string | null; now: Date },
): Promise<number> {
  if (scores.length === 0) return 0
  const { rows } = await sql<{ changed: number }>`
    with scored as (
      select * from json_to_recordset(${JSON.stringify(scores)}::json) as t(id uuid, score integer, breakdown jsonb)
    ), before as (
      select id, icp_score from account where id in (select id from scored) order by id for update
    ), written as (
      update account set icp_score = scored.score, icp_breakdown = scored.breakdown, icp_scored_at = ${change.now}
      from scored where account.id = scored.id
    ), noted as (
      insert into score_history (id, account_id, score, previous_score, is_override, reason, breakdown, actor_id, at)
      select gen_random_uuid(), scored.id, scored.score, before.icp_score, false, ${change.reason}::text,
        scored.breakdown, ${change.actor_id}::uuid, ${change.now}::timestamptz
      from scored join before on before.id = scored.id and before.icp_score is distinct from scored.score
      returning 1
    )
    select count(*)::integer as changed from noted`.execute(db)
  return rows[0]?.changed ?? 0
}

export async function insertOverrideHistory(
  db: Db,
  line: Pick<Row<'score_history'>, 'account_id' | 'score' | 'previous_score' | 'reason' | 'actor_id' | 'at'>,
): Promise<void> {
  await db
    .insertInto('score_history')
    .values({ id: crypto.randomUUID(), is_override: true, breakdown: null, ...line })
    .execute()
}

export type ScoreHistoryLine = Row<'score_history'> & { actor_name: string | null }

/** Newest first. */
export async function listScoreHistory(db: Db, account_id: string, limit: number): Promise<ScoreHistoryLine[]> {
  return db
    .selectFrom('score_history')
    .leftJoin('user', 'user.id', 'score_history.actor_id')
    .selectAll('score_history')
    .select('user.name as actor_name')
    .where('account_id', '=', account_id)
    .orderBy('at', 'desc')
    .orderBy('score_history.id')
    .limit(limit)
    .execute()
}
