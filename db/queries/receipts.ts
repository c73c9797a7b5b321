import type { Db, Row } from '../schema.ts'

export interface NewReceipt {
  enrollment_id: string
  message_id: string | null
  what: string
  detail: Record<string, unknown>
}

export async function insertReceipts(db: Db, lines: readonly NewReceipt[], now: Date): Promise<void> {
  if (lines.length === 0) return
  await db
    .insertInto('receipt')
    .values(lines.map((line) => ({ ...line, detail: JSON.stringify(line.detail), at: now })))
    .execute()
}

/** Why a person did, or did not, get each step: every line in the order of writing, with the step it speaks of. */
export async function receiptOf(
  db: Db,
  enrollment_id: string,
): Promise<(Row<'receipt'> & { position: number | null; rotation: number | null })[]> {
  return db
    .selectFrom('receipt')
    .leftJoin('message', 'message.id', 'receipt.message_id')
    .selectAll('receipt')
    .select(['message.position', 'message.rotation'])
    .where('receipt.enrollment_id', '=', enrollment_id)
    .orderBy('receipt.id')
    .execute()
}
