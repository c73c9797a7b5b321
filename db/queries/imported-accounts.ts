import { sql } from 'kysely'
import type { Row, Tx } from '../schema.ts'
import { columnsWithValues, withoutNulls } from './record-set.ts'

const columns = [
  'id',
  'name',
  'name_key',
  'domain',
  'domain_source',
  'domain_confidence',
  'website',
  'industry',
  'country',
  'revenue_text',
  'revenue_usd',
  'employees',
  'facilities',
  'notes',
  'owner_id',
  'list_score',
  'list_tier',
  'list_figures',
  'recommended_targets',
  'top_titles',
] as const

/** What of an account a list may bring. */
export type ImportedAccount = Pick<Row<'account'>, (typeof columns)[number]>

/** Accounts of the event with one of the keys or one of the domains, oldest first, locked until the transaction ends. */
export async function listAccountsToMatch(
  tx: Tx,
  event_id: string,
  keys: { name_keys: readonly string[]; domains: readonly string[] },
): Promise<ImportedAccount[]> {
  return tx
    .selectFrom('account')
    .select(columns)
    .where(
      'id',
      'in',
      // A look-up in an index for each key, whatever the planner believes of a table that was empty a moment ago (offset 0).
      sql<string>`(
        select a.id from json_array_elements_text(${JSON.stringify(keys.name_keys)}::json) k(key) cross join lateral (
          select id from account where event_id = ${event_id} and name_key = k.key offset 0) a
        union
        select a.id from json_array_elements_text(${JSON.stringify(keys.domains)}::json) k(key) cross join lateral (
          select id from account where event_id = ${event_id} and domain = k.key offset 0) a)`,
    )
    .orderBy('created_at')
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Those of the event with one of the keys that have no domain yet; not locked. */
export async function listAccountsWithoutDomain(
  tx: Tx,
  event_id: string,
  name_keys: readonly string[],
): Promise<string[]> {
  if (name_keys.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select a.id from json_array_elements_text(${JSON.stringify(name_keys)}::json) k(key) cross join lateral (
      select id from account where event_id = ${event_id} and name_key = k.key and domain is null offset 0) a`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

export async function insertImportedAccounts(
  tx: Tx,
  event_id: string,
  accounts: readonly ImportedAccount[],
  now: Date,
): Promise<void> {
  if (accounts.length === 0) return
  const names = sql.join(columnsWithValues(columns, accounts).map((column) => sql.ref(column)))
  await sql`insert into account (event_id, created_at, updated_at, ${names})
    select ${event_id}::uuid, ${now}::timestamptz, ${now}::timestamptz, ${names}
    from json_populate_recordset(null::account, ${withoutNulls(accounts)}::json)`.execute(tx)
}

export async function updateImportedAccounts(tx: Tx, accounts: readonly ImportedAccount[], now: Date): Promise<void> {
  if (accounts.length === 0) return
  const changes = columns
    .filter((column) => column !== 'id' && column !== 'name' && column !== 'name_key')
    .map((column) => sql`${sql.ref(column)} = ${sql.ref(`t.${column}`)}`)
  await sql`update account set updated_at = ${now}, ${sql.join(changes)}
    from json_populate_recordset(null::account, ${JSON.stringify(accounts)}::json) as t
    where account.id = t.id`.execute(tx)
}
