import { sql } from 'kysely'
import type { Db, Row } from '../schema.ts'
import type { PairKind, PairState } from '../tables/duplicate-pair.ts'
import { oneOf } from './by-id.ts'
import { type Cursor, keyset, type Order, orderValue, type Page, toPage } from './keyset.ts'
import type { MergeLine } from './merges.ts'

/** Counting a queue stops here: beyond it a page says "1,000+". */
const MOST_COUNTED = 1000

/** The surest first. */
const bySureness: Order = { expression: sql`duplicate_pair.score`, type: 'double precision' }
const byMoment: Order = { expression: sql`merge.merged_at`, type: 'timestamptz' }

/** One of the two records, as it is shown beside the other one. */
export interface PairSide {
  id: string
  name: string
  /** what tells it from another one: title, company, address; domain, industry, people */
  facts: string[]
  /** how much hangs on it: the heavier one had better stay */
  weight: number
  created_at: Date
}

export type PairLine = Pick<Row<'duplicate_pair'>, 'id' | 'kind' | 'reason' | 'score' | 'state' | 'decided_at'> & {
  order_value: string
  /** the one that had better stay */
  first: PairSide
  second: PairSide
}

interface PairFilter {
  event_id: string
  kind: PairKind
  state: PairState
}

export async function listPairs(
  db: Db,
  { event_id, kind, state }: PairFilter,
  page: { cursor: Cursor | null; limit: number },
): Promise<Page<PairLine>> {
  const chosen = db
    .selectFrom('duplicate_pair')
    .select(['id', 'kind', 'reason', 'score', 'state', 'decided_at', 'first_id', 'second_id', orderValue(bySureness)])
    .where('event_id', '=', event_id)
    .where('kind', '=', kind)
    .where('state', '=', state)
  const request = { ...page, direction: 'desc' } as const
  const found = toPage(await keyset(chosen, bySureness, sql`duplicate_pair.id`, request).execute(), request)
  const sides = await listSides(
    db,
    kind,
    found.rows.flatMap(({ first_id, second_id }) => [first_id, second_id]),
  )
  const rows = found.rows.flatMap(({ first_id, second_id, ...pair }) => {
    const [first, second] = [sides.get(first_id), sides.get(second_id)]
    if (first === undefined || second === undefined) return []
    return [isHeavier(second, first) ? { ...pair, first: second, second: first } : { ...pair, first, second }]
  })
  return { ...found, rows }
}

function isHeavier(a: PairSide, b: PairSide): boolean {
  return a.weight !== b.weight ? a.weight > b.weight : a.created_at < b.created_at
}

export async function listSides(db: Db, kind: PairKind, ids: readonly string[]): Promise<Map<string, PairSide>> {
  if (ids.length === 0) return new Map()
  const query =
    kind === 'person'
      ? sql<PairSide>`
          select p.id, p.name, array_remove(array[p.title, account.name, a.address], null) as facts, p.created_at,
            (case when p.replied_at is not null then 8 else 0 end)
              + (case when exists (select from enrollment e where e.person_id = p.id) then 4 else 0 end)
              + (case when a.source <> 'guessed' then 2 else 0 end) + (case when p.title is not null then 1 else 0 end) as weight
          from person p left join account on account.id = p.account_id
            left join email_address a on a.person_id = p.id and a.is_primary
          where p.id = ${oneOf(ids)}`
      : sql<PairSide>`
          select id, name, array_remove(array[domain, industry, people_count || case when people_count = 1
            then ' person' else ' people' end], null) as facts, created_at,
            2 * people_count + (case when domain is not null and domain_source <> 'guessed' then 1 else 0 end) as weight
          from account where id = ${oneOf(ids)}`
  const { rows } = await query.execute(db)
  return new Map(rows.map((side) => [side.id, side]))
}

/** Pairs that wait for somebody, by what they are of; at most 1,000 each. */
export async function countOpenPairs(db: Db, event_id: string): Promise<Record<PairKind, number>> {
  const count = (kind: PairKind) => sql<number>`(select count(*)::integer from (
    select from duplicate_pair where event_id = ${event_id}::uuid and kind = ${kind}::text and state = 'open'
    limit ${MOST_COUNTED}) open)`
  const { rows } = await sql<Record<PairKind, number>>`
    select ${count('person')} as person, ${count('account')} as account`.execute(db)
  return rows[0] ?? { person: 0, account: 0 }
}

/** Merges of people and of accounts, the newest first. */
export async function listMerges(
  db: Db,
  { event_id, cursor, limit }: { event_id: string; cursor: Cursor | null; limit: number },
): Promise<Page<MergeLine & { order_value: string }>> {
  const chosen = db
    .selectFrom('merge')
    .leftJoin('user as merger', 'merger.id', 'merge.merged_by')
    .leftJoin('user as undoer', 'undoer.id', 'merge.undone_by')
    .selectAll('merge')
    .select(['merger.name as merged_by_name', 'undoer.name as undone_by_name', orderValue(byMoment)])
    .where('merge.event_id', '=', event_id)
  const request = { cursor, limit, direction: 'desc' } as const
  return toPage(await keyset(chosen, byMoment, sql`merge.id`, request).execute(), request)
}

/** How much of each kind would move with a person. */
export async function countWhatMoves(
  db: Db,
  person_id: string,
): Promise<{ mails: number; replies: number; tasks: number }> {
  const { rows } = await sql<{ mails: number; replies: number; tasks: number }>`
    select (select count(*)::integer from message where person_id = ${person_id}::uuid) as mails,
      (select count(*)::integer from reply where person_id = ${person_id}::uuid) as replies,
      (select count(*)::integer from task where person_id = ${person_id}::uuid) as tasks`.execute(db)
  return rows[0] ?? { mails: 0, replies: 0, tasks: 0 }
}
