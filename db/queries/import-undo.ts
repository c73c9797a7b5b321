import { type RawBuilder, sql } from 'kysely'
import type { Db, Row, Tx } from '../schema.ts'
import type { KnownAddress } from './imported-people.ts'

type Kind = 'account' | 'person'

/** A record that an import made, and why it has to stay; null when nothing but the import knows it. */
export interface MadeRecord {
  record_id: string
  why_kept: string | null
}

/** Why a person stays: whatever somebody, or a mail, has done with them since. */
const whyPersonStays = sql<string | null>`case
  when exists (select from enrollment e where e.person_id = r.id) then 'was put into a sequence'
  when exists (select from reply x where x.person_id = r.id) then 'replied'
  when exists (select from task t where t.person_id = r.id) then 'has a task'
  when exists (select from activity a where a.person_id = r.id) then 'has something on the timeline'
  when exists (select from email_address a where a.person_id = r.id and (a.source in ('given', 'found')
    or a.source = 'imported' and a.provenance ->> 'import_id' is distinct from m.import_id::text)) then 'got another address since'`

/** A company with people, which may be of other lists, stays with them. */
const whyAccountStays = sql<string | null>`case
  when exists (select from person p where p.account_id = r.id) then 'has people'
  when exists (select from enrollment e where e.account_id = r.id) then 'was put into a sequence'
  when exists (select from task t where t.account_id = r.id) then 'has a task'
  when exists (select from activity a where a.account_id = r.id) then 'has something on the timeline'
  when exists (select from account c where c.parent_id = r.id) then 'has subsidiaries'
  when r.score_override is not null then 'has a score by hand'`

/** Locks those of the records that are still there, made by the import. */
export async function listMadeRecords(
  tx: Tx,
  import_id: string,
  kind: Kind,
  record_ids: readonly string[],
): Promise<MadeRecord[]> {
  if (record_ids.length === 0) return []
  const table = sql.table(kind)
  await sql`select id from ${table} where id in ${idsOf(record_ids)} order by id for update`.execute(tx)
  const { rows } = await sql<MadeRecord>`
    select r.id as record_id, ${kind === 'person' ? whyPersonStays : whyAccountStays}
      when exists (select from import_row o where o.record_id = r.id and o.import_id <> m.import_id) then 'is on another list, too'
      when exists (select from import_change o where o.record_id = r.id and o.import_id <> m.import_id)
        then 'was changed by another list'
      when r.updated_at > greatest(r.created_at, c.at) then 'was edited since' end as why_kept
    from (select ${import_id}::uuid as import_id) m cross join ${table} r
    left join import_change c on c.import_id = m.import_id and c.record_id = r.id
    where r.id in ${idsOf(record_ids)}`.execute(tx)
  return rows
}

export async function deleteRecords(tx: Tx, kind: Kind, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`delete from ${sql.table(kind)} where id in ${idsOf(ids)}`.execute(tx)
}

/** The next rows of the import that became something. */
export async function listRowsToUndo(
  tx: Tx,
  import_id: string,
  after_row: number,
  limit: number,
): Promise<Row<'import_row'>[]> {
  return tx
    .selectFrom('import_row')
    .selectAll()
    .where('import_id', '=', import_id)
    .where('row_number', '>', after_row)
    .orderBy('row_number')
    .limit(limit)
    .execute()
}

/** What was changed of the records, or of any that is not undone yet. */
export async function listChangesToUndo(
  tx: Tx,
  import_id: string,
  of: { record_ids: readonly string[] } | { limit: number },
): Promise<Row<'import_change'>[]> {
  const query = tx
    .selectFrom('import_change')
    .selectAll()
    .where('import_id', '=', import_id)
    .where('undone', 'is', null)
    .orderBy('record_id')
  if ('limit' in of) return query.limit(of.limit).execute()
  return of.record_ids.length === 0 ? [] : query.where('record_id', 'in', idsOf(of.record_ids)).execute()
}

/** Records as they are now, locked. */
export async function lockRecords(
  tx: Tx,
  kind: Kind,
  ids: readonly string[],
): Promise<({ id: string } & Record<string, unknown>)[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select * from ${sql.table(kind)} where id in ${idsOf(ids)} order by id for update`.execute(tx)
  return rows
}

export async function hasEnrollments(tx: Tx, account_id: string): Promise<boolean> {
  const one = await tx
    .selectFrom('enrollment')
    .select('id')
    .where('account_id', '=', account_id)
    .limit(1)
    .executeTakeFirst()
  return one !== undefined
}

/**
 * Puts fields back. Only the fields named are written.
 *
 * @throws unique_violation when a company of the old domain or name came since
 */
export async function restoreRecord(
  tx: Tx,
  kind: Kind,
  id: string,
  fields: Readonly<Record<string, unknown>>,
  now: Date,
): Promise<void> {
  const changes = Object.keys(fields).map((field) => sql`${sql.ref(field)} = ${sql.ref(`t.${field}`)}`)
  await sql`update ${sql.table(kind)} as r set updated_at = ${now}, ${sql.join(changes)}
    from json_populate_record(null::${sql.table(kind)}, ${JSON.stringify(fields)}::json) as t
    where r.id = ${id}`.execute(tx)
}

/** Takes back addresses that the import gave a person who was there before; guesses it replaced come again. */
export async function takeBackAddresses(
  tx: Tx,
  import_id: string,
  person_id: string,
  { added, guesses, now }: { added: readonly string[]; guesses: readonly KnownAddress[]; now: Date },
): Promise<number> {
  const { rows } = await sql<{ address: string; address_key: string; domain: string }>`
    delete from email_address where person_id = ${person_id} and source = 'imported'
      and provenance ->> 'import_id' = ${import_id} and status = 'unknown'
      and address_key in (select json_array_elements_text(${JSON.stringify(added)}::json))
      and not exists (select from enrollment where person_id = ${person_id})
    returning address, address_key, domain`.execute(tx)
  for (const gone of rows) {
    const guess = guesses.find(({ address_key }) => address_key === gone.address_key)
    if (guess === undefined) continue
    await sql`insert into email_address
        (id, person_id, address, address_key, domain, source, confidence, provenance, is_primary, created_at, updated_at)
      values (${crypto.randomUUID()}, ${person_id}, ${gone.address}, ${gone.address_key}, ${gone.domain}, 'guessed',
        ${guess.confidence ?? 0}, ${JSON.stringify(guess.provenance ?? {})}, false, ${now}, ${now})`.execute(tx)
  }
  // The best that is left takes the place of the one mail went to.
  await sql`update email_address set is_primary = true, updated_at = ${now} where id = (
      select id from email_address where person_id = ${person_id} and status not in ('invalid', 'bounced')
      order by source = 'guessed', confidence desc, id limit 1)
    and not exists (select from email_address where person_id = ${person_id} and is_primary)`.execute(tx)
  return rows.length
}

export interface Undone {
  row_number: number
  undone: string
}

export async function markRowsUndone(tx: Tx, import_id: string, rows: readonly Undone[]): Promise<void> {
  if (rows.length === 0) return
  await sql`update import_row set undone = t.undone
    from json_to_recordset(${JSON.stringify(rows)}::json) as t(row_number integer, undone text)
    where import_row.import_id = ${import_id} and import_row.row_number = t.row_number`.execute(tx)
}

export async function markChangesUndone(
  tx: Tx,
  import_id: string,
  changes: readonly { record_id: string; undone: string }[],
): Promise<void> {
  if (changes.length === 0) return
  await sql`update import_change set undone = t.undone
    from json_to_recordset(${JSON.stringify(changes)}::json) as t(record_id uuid, undone text)
    where import_change.import_id = ${import_id} and import_change.record_id = t.record_id`.execute(tx)
}

/** Accounts that a list of people brought along or changed, and that undoing left as they are. */
export async function listKeptAccounts(
  db: Db,
  import_id: string,
  limit: number,
): Promise<{ id: string; name: string; undone: string }[]> {
  const { rows } = await sql<{ id: string; name: string; undone: string }>`
    select a.id, a.name, c.undone from import_change c join account a on a.id = c.record_id
    where c.import_id = ${import_id} and c.kind = 'account' and c.undone like 'kept: %'
      and not exists (select from import_row r where r.import_id = c.import_id and r.record_id = c.record_id)
    order by c.record_id limit ${limit}`.execute(db)
  return rows
}

function idsOf(ids: readonly string[]): RawBuilder<string> {
  return sql<string>`(select value::uuid from json_array_elements_text(${JSON.stringify(ids)}::json))`
}
