import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import type { AddressSource } from '../tables/email-address.ts'
import type { Cursor, Page } from './keyset.ts'
import { toPage } from './keyset.ts'
import { containing } from './like-pattern.ts'

/** Whom one might enrol. Null does not filter. */
export interface EnrollFilter {
  event_id: string
  /** part of a name, a title or an account's name */
  q: string | null
  persona: string | null
  /** the list's tiers of their accounts */
  tiers: readonly number[] | null
  /** of the account, ICP, overrides counted */
  min_score: number | null
  has_address: boolean | null
}

export interface EnrollChoice {
  id: string
  name: string
  title: string | null
  personas: string[]
  account_name: string | null
  list_tier: number | null
  effective_score: number | null
  address: string | null
  address_source: AddressSource | null
  /** name of the sequence the person is in now */
  active_in: string | null
  /** is, or was, in the sequence one chooses for */
  in_this: boolean
  order_value: string
}

/** In order of name. `total` stops at `most`; two counts are never worth a slow page. */
export async function listEnrollChoices(
  db: Db,
  filter: EnrollFilter,
  page: { cursor: Cursor | null; limit: number; most: number; sequence_id: string },
): Promise<Page<EnrollChoice> & { total: number }> {
  const { cursor, limit } = page
  const isBackwards = cursor?.side === 'before'
  const scan = sql.raw(isBackwards ? 'desc' : 'asc')
  const place = cursor
    ? sql`and (lower(p.name), p.id) ${sql.raw(isBackwards ? '<' : '>')} (${cursor.value}, ${cursor.id}::uuid)`
    : sql``
  const { rows } = await sql<EnrollChoice & { total: number }>`
    with counted as (
      select count(*)::integer as total from (select 1 ${matching(filter)} limit ${page.most}) matched
    )
    select shown.*, counted.total from counted left join lateral (
      select p.id, p.name, p.title, p.personas, account.name as account_name, account.list_tier,
        account.effective_score, a.address, a.source as address_source, lower(p.name) as order_value,
        (select sequence.name from enrollment e join sequence on sequence.id = e.sequence_id
          where e.person_id = p.id and e.status in ('active', 'paused')) as active_in,
        exists (select from enrollment e where e.person_id = p.id and e.sequence_id = ${page.sequence_id}::uuid) as in_this
      ${matching(filter)} ${place}
      order by lower(p.name) ${scan}, p.id ${scan} limit ${limit + 1}
    ) shown on true
    order by shown.order_value ${scan}, shown.id ${scan}`.execute(db)
  const found = rows.filter((row) => row.id !== null)
  return { ...toPage(found, { direction: 'asc', cursor, limit }), total: rows[0]?.total ?? 0 }
}

/** Everybody who matches, in order of name, at most `limit`. */
export async function listEnrollChoiceIds(db: Db, filter: EnrollFilter, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select p.id ${matching(filter)} order by lower(p.name), p.id limit ${limit}`.execute(db)
  return rows.map((row) => row.id)
}

function matching(filter: EnrollFilter): RawBuilder<unknown> {
  const { q, persona, tiers, min_score, has_address } = filter
  const pattern = containing(q ?? '')
  const conditions = [
    sql`p.event_id = ${filter.event_id}::uuid`,
    ...(q === null
      ? []
      : [sql`(p.name ilike ${pattern} or p.title ilike ${pattern} or account.name ilike ${pattern})`]),
    ...(persona === null ? [] : [sql`p.personas @> array[${persona}::text]`]),
    ...(tiers === null ? [] : [sql`account.list_tier in (${sql.join(tiers)})`]),
    ...(min_score === null ? [] : [sql`account.effective_score >= ${min_score}::integer`]),
    ...(has_address === null ? [] : [has_address ? sql`a.id is not null` : sql`a.id is null`]),
  ]
  return sql`from person p
    left join account on account.id = p.account_id
    left join email_address a on a.person_id = p.id and a.is_primary
    where ${sql.join(conditions, sql` and `)}`
}
