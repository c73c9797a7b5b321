import { insertActivity } from '../db/queries/activities.ts'
import {
  completeImport,
  insertImport,
  insertImportRows,
  markImportRunning,
  type RowOutcome,
  settleImportRows,
} from '../db/queries/imports.ts'
import type { ImportKind } from '../db/tables/import.ts'
import type { Actor, TxCtx } from '../functions/context.ts'
import { mapColumns } from '../functions/domain/imports/map-columns.ts'
import { namedUuid } from '../functions/uuid.ts'

export interface SeededList {
  kind: ImportKind
  file_name: string
  rows: ({ raw: Record<string, string> } & Omit<RowOutcome, 'row_number'>)[]
}

/** A file whose records have been written already, with what became of each of its rows. @returns its id */
export async function writeImport(
  tx: TxCtx,
  { event_id, user, at, list }: { event_id: string; user: Actor; at: Date; list: SeededList },
): Promise<string> {
  const id = namedUuid(`seed import ${list.file_name}`)
  const columns = [...new Set(list.rows.flatMap(({ raw }) => Object.keys(raw)))]
  await insertImport(tx.db, {
    id,
    event_id,
    user_id: user.user_id,
    kind: list.kind,
    file_name: list.file_name,
    columns: JSON.stringify(columns),
    mapping: JSON.stringify(mapColumns(columns).mapping),
    total_rows: list.rows.length,
    created_at: at,
  })
  const rows = list.rows.map((row, index) => ({ ...row, row_number: index + 1 }))
  await insertImportRows(tx.db, id, rows)
  await markImportRunning(tx.db, id, at)
  await settleImportRows(tx.db, id, rows)
  const done = await completeImport(tx.db, id, new Date(at.getTime() + 4_000))
  if (done === undefined) throw new Error(`The import ${list.file_name} does not add up`)
  const { new_count, updated_count, duplicate_count, rejected_count } = done
  await insertActivity(tx.db, {
    event_id,
    actor_id: user.user_id,
    kind: 'import',
    summary:
      `Imported ${list.file_name}: ${new_count} new, ${updated_count} updated, ` +
      `${duplicate_count} duplicate, ${rejected_count} rejected`,
    detail: {
      import_id: id,
      kind: list.kind,
      read: list.rows.length,
      new: new_count,
      updated: updated_count,
      duplicate: duplicate_count,
      rejected: rejected_count,
    },
    at,
  })
  return id
}
