import { type Insertable, type SelectQueryBuilder, sql, type Updateable } from 'kysely'
import type { Database, Db, Row } from '../schema.ts'
import type { AccountStatus } from '../tables/account.ts'
import {
  keyset,
  MOST_COUNTED,
  type Order,
  orderValue,
  type Page,
  type PageRequest,
  scanDirection,
  toPage,
} from './keyset.ts'
import { literally } from './like-pattern.ts'

export type AccountSort = 'score' | 'list_score' | 'name' | 'people' | 'updated'

export interface AccountFilter {
  event_id: string
  /** part of the name or the domain */
  q: string | null
  industry: string | null
  /** 0 is "no tier" */
  tier: number | null
  min_score: number | null
  status: AccountStatus | null
  /** a user, or `none` */
  owner: string | null
}

export const accountOrders: Record<AccountSort, Order> = {
  score: { expression: sql`coalesce(account.effective_score, -1)`, type: 'integer' },
  list_score: { expression: sql`coalesce(account.list_score, -1000)`, type: 'double precision' },
  name: { expression: sql`lower(account.name)`, type: 'text' },
  people: { expression: sql`account.people_count`, type: 'integer' },
  updated: { expression: sql`account.updated_at`, type: 'timestamptz' },
}

const listColumns = [
  'account.id',
  'account.name',
  'account.domain',
  'account.domain_source',
  'account.industry',
  'account.list_tier',
  'account.list_score',
  'account.effective_score',
  'account.icp_score',
  'account.icp_breakdown',
  'account.score_override',
  'account.score_override_reason',
  'account.people_count',
  'account.status',
  'account.updated_at',
] as const

export type AccountListRow = Pick<
  Row<'account'>,
  | 'id'
  | 'name'
  | 'domain'
  | 'domain_source'
  | 'industry'
  | 'list_tier'
  | 'list_score'
  | 'effective_score'
  | 'icp_score'
  | 'icp_breakdown'
  | 'score_override'
  | 'score_override_reason'
  | 'people_count'
  | 'status'
  | 'updated_at'
> & { owner_name: string | null; order_value: string }

export async function listAccounts(
  db: Db,
  filter: AccountFilter,
  page: PageRequest<AccountSort>,
): Promise<Page<AccountListRow>> {
  const order = accountOrders[page.sort]
  const chosen = db
    .selectFrom('account')
    .select([...listColumns, 'account.owner_id', orderValue(order)])
    .$call((all) => filtered(all, filter))
  // Cut before it is joined: else the planner fears to join every row that matches, and walks the whole order for a rare one.
  const query = db
    .selectFrom(keyset(chosen, order, sql`account.id`, page).as('account'))
    .leftJoin('user', 'user.id', 'account.owner_id')
    .select([...listColumns, 'account.order_value', 'user.name as owner_name'])
    .orderBy(order.expression, scanDirection(page))
    .orderBy('account.id', scanDirection(page))
  return toPage(await query.execute(), page)
}

function filtered<DB, TB extends keyof DB, Output>(query: SelectQueryBuilder<DB, TB, Output>, filter: AccountFilter) {
  const { q, owner, tier } = filter
  let all = query.where(sql<boolean>`account.event_id = ${filter.event_id}`)
  if (q !== null) all = all.where(sql<boolean>`(${matching('account.name', q)} or ${matching('account.domain', q)})`)
  if (filter.industry !== null) all = all.where(sql<boolean>`account.industry = ${filter.industry}`)
  if (tier !== null)
    all = all.where(tier === 0 ? sql<boolean>`account.list_tier is null` : sql<boolean>`account.list_tier = ${tier}`)
  if (filter.min_score !== null)
    all = all.where(sql<boolean>`coalesce(account.effective_score, -1) >= ${filter.min_score}`)
  if (filter.status !== null) all = all.where(sql<boolean>`account.status = ${filter.status}`)
  if (owner !== null)
    all = all.where(
      owner === 'none' ? sql<boolean>`account.owner_id is null` : sql<boolean>`account.owner_id = ${owner}`,
    )
  return all
}

/**
 * What was typed, taken literally and in any case: anywhere in the text from three letters on, which is what a trigram index finds; fewer
 * letters have to begin a word.
 */
export function matching(column: 'account.name' | 'account.domain' | 'person.name' | 'person.title', typed: string) {
  const literal = literally(typed)
  const text = sql.ref(column)
  if (typed.length > 2) return sql<boolean>`${text} ilike ${`%${literal}%`}`
  return sql<boolean>`(${text} ilike ${`${literal}%`} or ${text} ilike ${`% ${literal}%`})`
}

export interface AccountFacets {
  /** at most MOST_COUNTED + 1 */
  total: number
  industries: string[]
  owners: { id: string; name: string }[]
}

/** What stands around the list, in one statement that reads at most MOST_COUNTED rows. */
export async function findAccountFacets(db: Db, filter: AccountFilter): Promise<AccountFacets> {
  const counted = db
    .selectFrom('account')
    .select('account.id')
    .$call((all) => filtered(all, filter))
    .limit(MOST_COUNTED + 1)
  const { rows } = await sql<AccountFacets>`
    with recursive industry_of(name) as (
      (select industry from account where event_id = ${filter.event_id} and industry is not null order by industry limit 1)
      union all
      select (select industry from account where event_id = ${filter.event_id} and industry > industry_of.name
        order by industry limit 1)
      from industry_of where industry_of.name is not null
    )
    select (select count(*)::integer from (${counted}) counted) as total,
      coalesce((select json_agg(name) from (select name from industry_of where name is not null limit 200) i), '[]')
        as industries,
      ${ownersJson} as owners`.execute(db)
  return rows[0] ?? { total: 0, industries: [], owners: [] }
}

/** Everybody a record may be given to. */
export const ownersJson = sql`coalesce((
  select json_agg(json_build_object('id', id, 'name', name) order by lower(name), id)
  from "user" where deactivated_at is null), '[]')`

export type AccountDetail = Row<'account'> & {
  owner_name: string | null
  override_by_name: string | null
  parent_name: string | null
}

export async function findAccount(db: Db, event_id: string, id: string): Promise<AccountDetail | undefined> {
  return db
    .selectFrom('account')
    .leftJoin('user as owner', 'owner.id', 'account.owner_id')
    .leftJoin('user as override_by', 'override_by.id', 'account.score_override_by')
    .leftJoin('account as parent', 'parent.id', 'account.parent_id')
    .selectAll('account')
    .select(['owner.name as owner_name', 'override_by.name as override_by_name', 'parent.name as parent_name'])
    .where('account.event_id', '=', event_id)
    .where('account.id', '=', id)
    .executeTakeFirst()
}

/** The account as it is, locked until the transaction ends. */
export async function findAccountForUpdate(db: Db, event_id: string, id: string): Promise<Row<'account'> | undefined> {
  return db
    .selectFrom('account')
    .selectAll()
    .where('event_id', '=', event_id)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
}

/** Another account of the event that this name and domain would be the same as. */
export async function findSameAccount(
  db: Db,
  {
    event_id,
    name_key,
    domain,
    except_id,
  }: { event_id: string; name_key: string; domain: string | null; except_id: string | null },
): Promise<Pick<Row<'account'>, 'id' | 'name'> | undefined> {
  return db
    .selectFrom('account')
    .select(['id', 'name'])
    .where('event_id', '=', event_id)
    .where((on) =>
      domain === null ? on.and([on('name_key', '=', name_key), on('domain', 'is', null)]) : on('domain', '=', domain),
    )
    .$if(except_id !== null, (query) => query.where('id', '<>', except_id))
    .executeTakeFirst()
}

export async function insertAccount(db: Db, account: Insertable<Database['account']>): Promise<void> {
  await db.insertInto('account').values(account).execute()
}

export async function updateAccountColumns(
  db: Db,
  id: string,
  columns: Updateable<Database['account']>,
): Promise<void> {
  await db.updateTable('account').set(columns).where('id', '=', id).execute()
}

/** Whether a record may be given to this user. */
export async function isOwner(db: Db, id: string): Promise<boolean> {
  const user = await db
    .selectFrom('user')
    .select('id')
    .where('id', '=', id)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
  return user !== undefined
}

export async function listOwners(db: Db): Promise<{ id: string; name: string }[]> {
  return db
    .selectFrom('user')
    .select(['id', 'name'])
    .where('deactivated_at', 'is', null)
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .execute()
}

/** The preferred one, else one without a domain before one with a domain, then the oldest: as an import matches a name. */
export async function findAccountByName(
  db: Db,
  event_id: string,
  name_key: string,
  preferred_id: string | null = null,
): Promise<Pick<Row<'account'>, 'id' | 'name'> | undefined> {
  return db
    .selectFrom('account')
    .select(['id', 'name'])
    .where('event_id', '=', event_id)
    .where('name_key', '=', name_key)
    .orderBy(sql`id is not distinct from ${preferred_id}::uuid`, 'desc')
    .orderBy(sql`domain is not null`)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

/** The habits of writing addresses at a domain, the likeliest first. */
export async function listPatterns(db: Db, domain: string): Promise<Row<'pattern'>[]> {
  return db
    .selectFrom('pattern')
    .selectAll()
    .where('domain', '=', domain)
    .orderBy('weight', 'desc')
    .orderBy('id')
    .limit(5)
    .execute()
}
