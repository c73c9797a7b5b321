import { type Insertable, type SelectQueryBuilder, sql, type Updateable } from 'kysely'
import type { Database, Db, Row } from '../schema.ts'
import type { AddressSource, AddressStatus } from '../tables/email-address.ts'
import type { PersonCategory } from '../tables/person.ts'
import { matching, ownersJson } from './accounts.ts'
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

export type PersonSort = 'list_score' | 'name' | 'updated'

export interface PersonFilter {
  event_id: string
  /** part of the name or the title */
  q: string | null
  persona: string | null
  category: PersonCategory | null
  seniority: string | null
  account_id: string | null
  /** the list's tiers of their accounts */
  tiers: readonly number[] | null
  has_address: boolean | null
  /** a user, or `none` */
  owner: string | null
}

export const personOrders: Record<PersonSort, Order> = {
  list_score: { expression: sql`coalesce(person.list_score, -1000)`, type: 'double precision' },
  name: { expression: sql`lower(person.name)`, type: 'text' },
  updated: { expression: sql`person.updated_at`, type: 'timestamptz' },
}

const listColumns = [
  'person.id',
  'person.name',
  'person.title',
  'person.personas',
  'person.seniority',
  'person.category',
  'person.account_id',
  'person.list_score',
  'person.replied_at',
  'person.updated_at',
] as const

export type PersonListRow = Pick<
  Row<'person'>,
  | 'id'
  | 'name'
  | 'title'
  | 'personas'
  | 'seniority'
  | 'category'
  | 'account_id'
  | 'list_score'
  | 'replied_at'
  | 'updated_at'
> & {
  account_name: string | null
  list_tier: number | null
  owner_name: string | null
  address: string | null
  address_source: AddressSource | null
  address_confidence: number | null
  address_status: AddressStatus | null
  order_value: string
}

export async function listPeople(
  db: Db,
  filter: PersonFilter,
  page: PageRequest<PersonSort>,
): Promise<Page<PersonListRow>> {
  const order = personOrders[page.sort]
  const chosen = db
    .selectFrom('person')
    .select([...listColumns, 'person.owner_id', orderValue(order)])
    .$call((all) => filtered(all, filter))
  // Cut before it is joined: else the planner fears to join everybody who matches, and walks the whole order for a few.
  const query = db
    .selectFrom(keyset(chosen, order, sql`person.id`, page).as('person'))
    .leftJoin('account', 'account.id', 'person.account_id')
    .leftJoin('user', 'user.id', 'person.owner_id')
    .leftJoin('email_address as mail', (join) =>
      join.onRef('mail.person_id', '=', 'person.id').on('mail.is_primary', '=', true),
    )
    .select([
      ...listColumns,
      'person.order_value',
      'account.name as account_name',
      'account.list_tier',
      'user.name as owner_name',
      'mail.address',
      'mail.source as address_source',
      'mail.confidence as address_confidence',
      'mail.status as address_status',
    ])
    .orderBy(order.expression, scanDirection(page))
    .orderBy('person.id', scanDirection(page))
  return toPage(await query.execute(), page)
}

function filtered<DB, TB extends keyof DB, Output>(query: SelectQueryBuilder<DB, TB, Output>, filter: PersonFilter) {
  const { q, has_address, owner } = filter
  let all = query.where(sql<boolean>`person.event_id = ${filter.event_id}`)
  if (q !== null) all = all.where(sql<boolean>`(${matching('person.name', q)} or ${matching('person.title', q)})`)
  if (filter.persona !== null) all = all.where(sql<boolean>`person.personas @> array[${filter.persona}::text]`)
  if (filter.category !== null) all = all.where(sql<boolean>`person.category = ${filter.category}`)
  if (filter.seniority !== null) all = all.where(sql<boolean>`person.seniority = ${filter.seniority}`)
  if (filter.account_id !== null) all = all.where(sql<boolean>`person.account_id = ${filter.account_id}`)
  if (filter.tiers !== null) {
    const tiers = sql.join(filter.tiers)
    all = all.where(
      sql<boolean>`exists (select 1 from account t where t.id = person.account_id and t.list_tier in (${tiers}))`,
    )
  }
  if (owner !== null)
    all = all.where(owner === 'none' ? sql<boolean>`person.owner_id is null` : sql<boolean>`person.owner_id = ${owner}`)
  if (has_address !== null) {
    const exists = sql<boolean>`exists (select 1 from email_address a where a.person_id = person.id and a.is_primary)`
    all = all.where(has_address ? exists : sql<boolean>`not ${exists}`)
  }
  return all
}

export interface PersonFacets {
  /** at most MOST_COUNTED + 1 */
  total: number
  owners: { id: string; name: string }[]
  /** of the account filtered by */
  account_name: string | null
}

/** What stands around the list, in one statement that reads at most MOST_COUNTED rows. */
export async function findPersonFacets(db: Db, filter: PersonFilter): Promise<PersonFacets> {
  const counted = db
    .selectFrom('person')
    .select('person.id')
    .$call((all) => filtered(all, filter))
    .limit(MOST_COUNTED + 1)
  const { rows } = await sql<PersonFacets>`
    select (select count(*)::integer from (${counted}) counted) as total, ${ownersJson} as owners,
      (select name from account where id = ${filter.account_id}::uuid and event_id = ${filter.event_id}::uuid)
        as account_name`.execute(db)
  return rows[0] ?? { total: 0, owners: [], account_name: null }
}

export type PersonDetail = Row<'person'> & { account_name: string | null; owner_name: string | null }

export async function findPerson(db: Db, event_id: string, id: string): Promise<PersonDetail | undefined> {
  return db
    .selectFrom('person')
    .leftJoin('account', 'account.id', 'person.account_id')
    .leftJoin('user', 'user.id', 'person.owner_id')
    .selectAll('person')
    .select(['account.name as account_name', 'user.name as owner_name'])
    .where('person.event_id', '=', event_id)
    .where('person.id', '=', id)
    .executeTakeFirst()
}

/** The person as it is, locked until the transaction ends. `no key`: what refers to them may still be written beside it. */
export async function findPersonForUpdate(db: Db, event_id: string, id: string): Promise<Row<'person'> | undefined> {
  return db
    .selectFrom('person')
    .selectAll()
    .where('event_id', '=', event_id)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export async function insertPerson(db: Db, person: Insertable<Database['person']>): Promise<void> {
  await db.insertInto('person').values(person).execute()
}

export async function updatePersonColumns(db: Db, id: string, columns: Updateable<Database['person']>): Promise<void> {
  await db.updateTable('person').set(columns).where('id', '=', id).execute()
}

/** People of the same name at the same account, besides `except_id`; the highest number tells the next namesake's. */
export async function listNamesakes(
  db: Db,
  person: { event_id: string; account_id: string | null; name_key: string; except_id: string | null },
): Promise<Pick<Row<'person'>, 'id' | 'name' | 'namesake'>[]> {
  return db
    .selectFrom('person')
    .select(['id', 'name', 'namesake'])
    .where('event_id', '=', person.event_id)
    .where('name_key', '=', person.name_key)
    .where('account_id', person.account_id === null ? 'is' : '=', person.account_id)
    .$if(person.except_id !== null, (query) => query.where('id', '<>', person.except_id))
    .orderBy('namesake', 'desc')
    .execute()
}

/** The primary one first, then by confidence. */
export async function listAddresses(db: Db, person_id: string): Promise<Row<'email_address'>[]> {
  return db
    .selectFrom('email_address')
    .selectAll()
    .where('person_id', '=', person_id)
    .orderBy('is_primary', 'desc')
    .orderBy('confidence', 'desc')
    .orderBy('address_key')
    .execute()
}

/**
 * What somebody typed is a fact: it takes the place of a guess of the same address, and becomes the one to write to.
 *
 * @returns false when the person had it already
 */
export async function upsertGivenAddress(
  db: Db,
  given: {
    person_id: string
    address: string
    address_key: string
    domain: string
    given_by: string | null
    now: Date
  },
): Promise<boolean> {
  const { given_by, now, ...address } = given
  await db
    .updateTable('email_address')
    .set({ is_primary: false, updated_at: now })
    .where('person_id', '=', given.person_id)
    .where('is_primary', '=', true)
    .where('address_key', '<>', given.address_key)
    .execute()
  const provenance = JSON.stringify({ given_by })
  const stored = await db
    .insertInto('email_address')
    .values({
      id: crypto.randomUUID(),
      ...address,
      source: 'given',
      confidence: 1,
      provenance,
      is_primary: true,
      verified_at: null,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['person_id', 'address_key']).doUpdateSet({
        source: 'given',
        confidence: 1,
        provenance,
        is_primary: true,
        updated_at: now,
      }),
    )
    .returning(sql<boolean>`created_at = ${now}`.as('is_new'))
    .executeTakeFirst()
  return stored?.is_new ?? false
}

export interface EnrollmentLine {
  id: string
  sequence_id: string
  sequence_name: string
  status: Row<'enrollment'>['status']
  stop_reason: string | null
  /** when it came to be what it is: enrolled, paused, stopped, finished */
  since_at: Date
}

/** Every sequence the person is or was in, newest first. */
export async function listEnrollmentsOf(db: Db, person_id: string): Promise<EnrollmentLine[]> {
  return db
    .selectFrom('enrollment')
    .innerJoin('sequence', 'sequence.id', 'enrollment.sequence_id')
    .select([
      'enrollment.id',
      'enrollment.sequence_id',
      'sequence.name as sequence_name',
      'enrollment.status',
      'enrollment.stop_reason',
    ])
    .select(
      sql<Date>`case enrollment.status when 'paused' then coalesce(enrollment.paused_at, enrollment.enrolled_at)
        when 'stopped' then coalesce(enrollment.stopped_at, enrollment.enrolled_at) when 'finished' then coalesce(enrollment.finished_at, enrollment.enrolled_at)
        else enrollment.enrolled_at end`.as('since_at'),
    )
    .where('enrollment.person_id', '=', person_id)
    .orderBy('enrollment.enrolled_at', 'desc')
    .orderBy('enrollment.id')
    .limit(50)
    .execute()
}
