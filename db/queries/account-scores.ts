import { type RawBuilder, sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { ScoreRule } from '../tables/scoring-rule-set.ts'
import { oneOf } from './by-id.ts'
import { factTables, type ScoredAccounts, type ScoredFacts } from './score-facts.ts'
import { breakdownOf, column, pointsOf, scoreOf } from './score-rules.ts'

/** Rules with the most points that each can give. */
export interface RulesToScoreBy {
  rules: readonly ScoreRule[]
  maxima: readonly number[]
}

/** The facts of the named accounts, in the order of their ids. */
export async function listScoreFacts(db: Db, account_ids: readonly string[]): Promise<ScoredFacts[]> {
  const { rows } = await sql<ScoredFacts>`
    with ${factTables({ account_ids })} select * from facts order by id`.execute(db)
  return rows
}

/** Locked until the transaction ends, always in the order of their ids. */
export async function lockAccounts(db: Db, ids: readonly string[]): Promise<{ id: string; event_id: string }[]> {
  return db
    .selectFrom('account')
    .select(['id', 'event_id'])
    .where('id', '=', oneOf(ids))
    .orderBy('id')
    .forUpdate()
    .execute()
}

export interface Rescored {
  scored: number
  /** whose score is another one now */
  changed: number
  /** differed, but were changed by somebody meanwhile */
  passed_over: number
}

/**
 * Scores the accounts anew in one statement, and leaves a line of history where the score itself changed. Only what differs is
 * written, so that a second run writes nothing. Overrides are never touched. An account that somebody changed meanwhile was scored
 * by them and stays as they left it.
 */
export async function rescore(
  db: Db,
  of: ScoredAccounts,
  { rules, maxima }: RulesToScoreBy,
  change: { reason: string; actor_id: string | null; now: Date },
): Promise<Rescored> {
  const { rows } = await sql<Rescored>`
    with ${factTables(of)}, scored as materialized (
      select id, icp_score, icp_breakdown, updated_at, icp_scored_at, ${scoreOf(rules)} as score,
        ${breakdownOf(rules, maxima)} as breakdown
      from ${pointsTable(rules)} lined
    ), differing as (
      select * from scored where score is distinct from icp_score or breakdown is distinct from icp_breakdown
    ), written as (
      update account set icp_score = differing.score, icp_breakdown = differing.breakdown, icp_scored_at = ${change.now}
      from differing where account.id = differing.id
        and account.updated_at = differing.updated_at and account.icp_scored_at is not distinct from differing.icp_scored_at
      returning account.id, differing.icp_score as previous, differing.score
    ), noted as (
      insert into score_history (id, account_id, score, previous_score, is_override, reason, actor_id, at)
      select gen_random_uuid(), id, score, previous, false, ${change.reason}::text, ${change.actor_id}::uuid, ${change.now}::timestamptz
      from written where previous is distinct from score
      returning 1
    )
    select (select count(*)::integer from scored) as scored, (select count(*)::integer from noted) as changed,
      ((select count(*) from differing) - (select count(*) from written))::integer as passed_over`.execute(db)
  return rows[0] ?? { scored: 0, changed: 0, passed_over: 0 }
}

/** One row an account: its facts, and the points of each rule in p0, p1, … */
function pointsTable(rules: readonly ScoreRule[]): RawBuilder<unknown> {
  const points = pointsOf(rules).map((value, index) => sql`${value} as ${column(index)}`)
  return points.length === 0 ? sql`facts` : sql`(select facts.*, ${sql.join(points)} from facts offset 0)`
}

export interface MovedAccount {
  id: string
  name: string
  before: number | null
  after: number
}

export interface ScorePreview {
  accounts: number
  changed: number
  /** The value that most accounts would have, and how many. */
  commonest: { score: number; accounts: number } | null
  /** Accounts in each of twenty ranges of five points, from 0; 100 is in the last. */
  before: number[]
  after: number[]
  up: MovedAccount[]
  down: MovedAccount[]
}

/** What scoring an event by these rules would change. Writes nothing; overrides are left out of account. */
export async function previewScores(
  db: Db,
  event_id: string,
  rules: readonly ScoreRule[],
  moved: number,
): Promise<ScorePreview> {
  const moves = (order: RawBuilder<unknown>, which: RawBuilder<unknown>) => sql`coalesce((
    select json_agg(m) from (select scored.id, account.name, before, after
      from (select * from scored where ${which} order by ${order}, id limit ${moved}) scored
      join account on account.id = scored.id order by ${order}, scored.id) m), '[]')`
  const delta = sql`after - coalesce(before, 0)`
  const ranges = (score: RawBuilder<unknown>) => sql`(
    select json_agg(coalesce(n, 0) order by range) from generate_series(0, 19) range left join (
      select least(19, floor(${score} / 5))::integer as held, count(*)::integer as n from scored
      where ${score} is not null group by 1) by_range on held = range)`
  const { rows } = await sql<ScorePreview>`
    with ${factTables({ event_id })}, scored as materialized (
      select id, icp_score as before, ${scoreOf(rules)} as after from ${pointsTable(rules)} lined
    )
    select (select count(*)::integer from scored) as accounts,
      (select count(*)::integer from scored where before is distinct from after) as changed,
      (select json_build_object('score', after, 'accounts', count(*)) from scored group by after
        order by count(*) desc, after limit 1) as commonest,
      ${ranges(sql.ref('before'))} as before, ${ranges(sql.ref('after'))} as after,
      ${moves(sql`(${delta}) desc`, sql`${delta} > 0`)} as up, ${moves(sql`(${delta})`, sql`${delta} < 0`)} as down`.execute(
    db,
  )
  const [preview] = rows
  if (preview === undefined) throw new Error('A statement of counts has a row')
  return preview
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
