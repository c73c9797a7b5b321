import { sql } from 'kysely'
import type { Row, Tx } from '../schema.ts'
import type { AddressSource } from '../tables/email-address.ts'
import { columnsWithValues, withoutNulls } from './record-set.ts'

const columns = [
  'id',
  'account_id',
  'name',
  'name_key',
  'given_name',
  'middle_name',
  'family_name',
  'name_suffix',
  'nickname',
  'title',
  'category',
  'country',
  'qualified',
  'revenue_text',
  'list_score',
  'is_ops',
  'is_exec',
  'is_exec_ops',
  'is_proc',
  'is_sales',
  'personas',
  'seniority',
  'phone',
  'linkedin_url',
  'notes',
  'owner_id',
] as const

/** What of a person a list may bring. */
export type ImportedPerson = Pick<Row<'person'>, (typeof columns)[number]>

export interface KnownAddress {
  address_key: string
  source: AddressSource
  is_primary: boolean
  /** of what was there before, so that undoing can bring it back */
  confidence?: number
  provenance?: Record<string, unknown>
}

export type MatchedPerson = ImportedPerson & { addresses: KnownAddress[] }

/** People of the event with one of the names at its account or with one of the addresses, locked until the transaction ends. */
export async function listPeopleToMatch(
  tx: Tx,
  event_id: string,
  keys: { names: readonly { account_id: string | null; name_key: string }[]; address_keys: readonly string[] },
): Promise<MatchedPerson[]> {
  const names = JSON.stringify(keys.names)
  const address_keys = JSON.stringify(keys.address_keys)
  return tx
    .selectFrom('person')
    .select(columns)
    .select(
      sql<KnownAddress[]>`coalesce((
        select json_agg(json_build_object('address_key', address_key, 'source', source, 'is_primary', is_primary,
          'confidence', confidence, 'provenance', provenance))
        from email_address where person_id = person.id), '[]'::json)`.as('addresses'),
    )
    .where('event_id', '=', event_id)
    .where(
      'id',
      'in',
      // A look-up in an index for each key, whatever the planner believes of a table that was empty a moment ago (offset 0).
      sql<string>`(
        select p.id from json_to_recordset(${names}::json) as k(account_id uuid, name_key text) cross join lateral (
          select id from person where event_id = ${event_id} and account_id = k.account_id and name_key = k.name_key
          offset 0) p
        union
        select p.id from json_to_recordset(${names}::json) as k(account_id uuid, name_key text) cross join lateral (
          select id from person where event_id = ${event_id} and account_id is null and name_key = k.name_key offset 0) p
          where k.account_id is null
        union
        select e.person_id from json_array_elements_text(${address_keys}::json) k(key) cross join lateral (
          select person_id from email_address where address_key = k.key offset 0) e)`,
    )
    .orderBy('namesake')
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function insertImportedPeople(
  tx: Tx,
  event_id: string,
  people: readonly ImportedPerson[],
  now: Date,
): Promise<void> {
  if (people.length === 0) return
  const names = sql.join(columnsWithValues(columns, people).map((column) => sql.ref(column)))
  await sql`insert into person (event_id, created_at, updated_at, ${names})
    select ${event_id}::uuid, ${now}::timestamptz, ${now}::timestamptz, ${names}
    from json_populate_recordset(null::person, ${withoutNulls(people)}::json)`.execute(tx)
}

export async function updateImportedPeople(tx: Tx, people: readonly ImportedPerson[], now: Date): Promise<void> {
  if (people.length === 0) return
  const kept = new Set<string>(['id', 'name', 'name_key'])
  const changes = columns
    .filter((column) => !kept.has(column))
    .map((column) => sql`${sql.ref(column)} = ${sql.ref(`t.${column}`)}`)
  await sql`update person set updated_at = ${now}, ${sql.join(changes)}
    from json_populate_recordset(null::person, ${JSON.stringify(people)}::json) as t
    where person.id = t.id`.execute(tx)
}

export interface ImportedAddress {
  id: string
  person_id: string
  address: string
  address_key: string
  domain: string
  confidence: number
  provenance: Record<string, unknown>
  is_primary: boolean
}

/**
 * An imported address takes the place of a guess and of nothing else; a primary guess makes room for a primary fact.
 *
 * @param made people of this transaction, who have no guesses
 */
export async function insertImportedAddresses(
  tx: Tx,
  addresses: readonly ImportedAddress[],
  now: Date,
  made: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (addresses.length === 0) return
  const given = JSON.stringify(addresses)
  const moved = addresses.flatMap(({ is_primary, person_id }) => (is_primary && !made.has(person_id) ? person_id : []))
  if (moved.length > 0)
    await sql`update email_address set is_primary = false, updated_at = ${now}
      where person_id in (select value::uuid from json_array_elements_text(${JSON.stringify(moved)}::json))
        and is_primary and source = 'guessed'`.execute(tx)
  await sql`insert into email_address
      (id, person_id, address, address_key, domain, source, confidence, provenance, is_primary, created_at, updated_at)
    select id, person_id, address, address_key, domain, 'imported', confidence, provenance, is_primary,
      ${now}::timestamptz, ${now}::timestamptz
    from json_populate_recordset(null::email_address, ${given}::json)
    on conflict (person_id, address_key) do update set source = excluded.source, confidence = excluded.confidence,
      provenance = excluded.provenance, is_primary = excluded.is_primary, updated_at = excluded.updated_at
    where email_address.source = 'guessed'`.execute(tx)
}
