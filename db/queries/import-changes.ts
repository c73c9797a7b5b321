import { sql } from 'kysely'
import type { Tx } from '../schema.ts'

export interface ImportedChange {
  record_id: string
  kind: 'account' | 'person'
  is_new: boolean
  /** field to value */
  before: Record<string, unknown>
  after: Record<string, unknown>
}

/** Of a record that an earlier batch changed, what stood before that stays. */
export async function recordImportChanges(
  tx: Tx,
  import_id: string,
  changes: readonly ImportedChange[],
  now: Date,
): Promise<void> {
  if (changes.length === 0) return
  await sql`insert into import_change (import_id, record_id, kind, is_new, before, after, at)
    select ${import_id}::uuid, record_id, kind, is_new, before, after, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(changes)}::json)
      as t(record_id uuid, kind text, is_new boolean, before jsonb, after jsonb)
    on conflict (import_id, record_id) do update set before = excluded.before || import_change.before,
      after = import_change.after || excluded.after, at = excluded.at`.execute(tx)
}
