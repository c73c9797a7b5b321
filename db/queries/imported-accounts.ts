import { sql } from 'kysely'
import type { Row, Tx } from '../schema.ts'

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
      sql<string>`(
        select id from account where event_id = ${event_id}
          and name_key = any(array(select json_array_elements_text(${JSON.stringify(keys.name_keys)}::json)))
        union
        select id from account where event_id = ${event_id}
          and domain = any(array(select json_array_elements_text(${JSON.stringify(keys.domains)}::json))))`,
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
  const rows = await tx
    .selectFrom('account')
    .select('id')
    .where('event_id', '=', event_id)
    .where('domain', 'is', null)
    .where(sql<boolean>`name_key = any(array(select json_array_elements_text(${JSON.stringify(name_keys)}::json)))`)
    .execute()
  return rows.map(({ id }) => id)
}

export async function insertImportedAccounts(
  tx: Tx,
  event_id: string,
  accounts: readonly ImportedAccount[],
  now: Date,
): Promise<void> {
  if (accounts.length === 0) return
  const names = sql.join(columns.map((column) => sql.ref(column)))
  await sql`insert into account (event_id, created_at, updated_at, ${names})
    select ${event_id}::uuid, ${now}::timestamptz, ${now}::timestamptz, ${names}
    from json_populate_recordset(null::account, ${JSON.stringify(accounts)}::json)`.execute(tx)
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
