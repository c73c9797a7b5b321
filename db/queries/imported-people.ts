import { sql } from 'kysely'
import type { Row, Tx } from '../schema.ts'
import type { AddressSource } from '../tables/email-address.ts'

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
] as const

/** What of a person a list may bring. */
export type ImportedPerson = Pick<Row<'person'>, (typeof columns)[number]>

interface KnownAddress {
  address_key: string
  source: AddressSource
  is_primary: boolean
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
        select json_agg(json_build_object('address_key', address_key, 'source', source, 'is_primary', is_primary))
        from email_address where person_id = person.id), '[]'::json)`.as('addresses'),
    )
    .where('event_id', '=', event_id)
    .where(
      'id',
      'in',
      sql<string>`(
        select p.id from json_to_recordset(${names}::json) as k(account_id uuid, name_key text)
          join person p on p.event_id = ${event_id} and p.account_id = k.account_id and p.name_key = k.name_key
        union
        select p.id from json_to_recordset(${names}::json) as k(account_id uuid, name_key text)
          join person p on p.event_id = ${event_id} and p.account_id is null and p.name_key = k.name_key
          where k.account_id is null
        union
        select person_id from email_address
          where address_key = any(array(select json_array_elements_text(${address_keys}::json))))`,
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
  const names = sql.join(columns.map((column) => sql.ref(column)))
  await sql`insert into person (event_id, created_at, updated_at, ${names})
    select ${event_id}::uuid, ${now}::timestamptz, ${now}::timestamptz, ${names}
    from json_populate_recordset(null::person, ${JSON.stringify(people)}::json)`.execute(tx)
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

/** An imported address takes the place of a guess and of nothing else; a primary guess makes room for a primary fact. */
export async function insertImportedAddresses(tx: Tx, addresses: readonly ImportedAddress[], now: Date): Promise<void> {
  if (addresses.length === 0) return
  const given = JSON.stringify(addresses)
  await sql`update email_address set is_primary = false, updated_at = ${now}
    from json_populate_recordset(null::email_address, ${given}::json) as t
    where email_address.person_id = t.person_id and t.is_primary
      and email_address.is_primary and email_address.source = 'guessed'`.execute(tx)
  await sql`insert into email_address
      (id, person_id, address, address_key, domain, source, confidence, provenance, is_primary, created_at, updated_at)
    select id, person_id, address, address_key, domain, 'imported', confidence, provenance, is_primary,
      ${now}::timestamptz, ${now}::timestamptz
    from json_populate_recordset(null::email_address, ${given}::json)
    on conflict (person_id, address_key) do update set source = excluded.source, confidence = excluded.confidence,
      provenance = excluded.provenance, is_primary = excluded.is_primary, updated_at = excluded.updated_at
    where email_address.source = 'guessed'`.execute(tx)
}
