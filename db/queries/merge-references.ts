import { sql } from 'kysely'
import type { Db } from '../schema.ts'

interface Reference {
  table: string
  column: string
}

/**
 * Every column that refers to a person, besides addresses, which may meet: what a merge moves as it is. A test compares this list
 * with the foreign keys there are.
 */
export const PERSON_REFERENCES = [
  { table: 'enrollment', column: 'person_id' },
  { table: 'message', column: 'person_id' },
  { table: 'reply', column: 'person_id' },
  { table: 'task', column: 'person_id' },
  { table: 'activity', column: 'person_id' },
  { table: 'suppression', column: 'person_id' },
  { table: 'ai_call', column: 'person_id' },
] as const satisfies readonly Reference[]

/** The same for accounts, besides people, who may be namesakes, and subsidiaries, which must not be their own. */
export const ACCOUNT_REFERENCES = [
  { table: 'enrollment', column: 'account_id' },
  { table: 'task', column: 'account_id' },
  { table: 'activity', column: 'account_id' },
  { table: 'score_history', column: 'account_id' },
] as const satisfies readonly Reference[]

const referencesOf = { person: PERSON_REFERENCES, account: ACCOUNT_REFERENCES }

/** Between which records a merge, or its undoing, moves rows. */
export interface Move {
  merge_id: string
  kind: 'person' | 'account'
  survivor_id: string
  lost_id: string
}

/** Whatever refers to the lost record refers to the survivor from now on. */
export async function moveReferences(db: Db, { merge_id, kind, survivor_id, lost_id }: Move): Promise<void> {
  for (const { table, column } of referencesOf[kind])
    await sql`
      with moved as (
        update ${sql.table(table)} set ${sql.ref(column)} = ${survivor_id}::uuid
        where ${sql.ref(column)} = ${lost_id}::uuid returning id
      )
      insert into merge_row (merge_id, kind, row_id) select ${merge_id}::uuid, ${table}::text, id from moved`.execute(
      db,
    )
}

/** Gives back what the merge moved, where it is still the survivor's. */
export async function moveReferencesBack(db: Db, { merge_id, kind, survivor_id, lost_id }: Move): Promise<void> {
  for (const { table, column } of referencesOf[kind])
    await sql`
      update ${sql.table(table)} set ${sql.ref(column)} = ${lost_id}::uuid
      from merge_row r where r.merge_id = ${merge_id}::uuid and r.kind = ${table}::text and r.row_id = ${sql.table(table)}.id
        and ${sql.ref(`${table}.${column}`)} = ${survivor_id}::uuid`.execute(db)
}
