import {
  type ExportBatch,
  type ExportRow,
  listAccountsToExport,
  listPeopleToExport,
  listSuppressionsToExport,
} from '../../../db/queries/exports.ts'
import type { Db } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv-line.ts'

const listers: Record<string, (db: Db, batch: ExportBatch) => Promise<ExportRow[]>> = {
  accounts: listAccountsToExport,
  people: listPeopleToExport,
  suppressions: listSuppressionsToExport,
}

export const exportKinds: readonly string[] = Object.keys(listers)

const ROWS_A_BATCH = 2000

/**
 * A list as CSV, a batch at a time, so that a list of any size takes the memory of one batch. An empty list is an empty file with its mark.
 *
 * @returns for each batch its text and how many rows it holds
 */
export async function* exportList(
  ctx: Ctx,
  { kind, event_id }: { kind: string; event_id: string },
): AsyncGenerator<{ text: string; rows: number }> {
  const list = listers[kind]
  if (list === undefined) throw new RangeError(`${kind} is no list`)
  yield { text: BYTE_ORDER_MARK, rows: 0 }
  for (let after_id: string | null = null; ; ) {
    const rows: ExportRow[] = await list(ctx.db, { event_id, after_id, limit: ROWS_A_BATCH })
    const [one] = rows
    if (one === undefined) return
    const columns = Object.keys(one).filter((column) => column !== 'id')
    const header = after_id === null ? csvLine(columns) : ''
    yield {
      text: header + rows.map((row) => csvLine(columns.map((column) => row[column] ?? null))).join(''),
      rows: rows.length,
    }
    if (rows.length < ROWS_A_BATCH) return
    after_id = rows.at(-1)?.id ?? null
  }
}
