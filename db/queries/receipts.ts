import { sql } from 'kysely'
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

export type ReceiptLine = Row<'receipt'> & {
  step_key: string | null
  position: number | null
  rotation: number | null
  /** of an open or a click, by all that is known now: what followed may have given a scanner away */
  by_machine: boolean
}

/** Why a person did, or did not, get each step: every line in the order of writing, with the step it speaks of. */
export async function receiptOf(db: Db, enrollment_id: string): Promise<ReceiptLine[]> {
  return db
    .selectFrom('receipt')
    .leftJoin('message', 'message.id', 'receipt.message_id')
    .leftJoin('task', (join) =>
      join
        .on(sql<boolean>`task.id::text = receipt.detail ->> 'task_id'`)
        .onRef('task.enrollment_id', '=', 'receipt.enrollment_id'),
    )
    .leftJoin('enrollment', 'enrollment.id', 'receipt.enrollment_id')
    .leftJoin('step', (join) =>
      join
        .onRef('step.sequence_id', '=', 'enrollment.sequence_id')
        .onRef('step.version', '=', 'enrollment.version')
        .onRef('step.step_key', '=', 'task.step_key'),
    )
    .selectAll('receipt')
    .select(['message.rotation'])
    .select(
      sql<boolean>`receipt.what = 'event' and exists (select from email_event told
        where told.message_id = receipt.message_id and told.is_machine and told.type = receipt.detail ->> 'type'
          and told.occurred_at = (receipt.detail ->> 'occurred_at')::timestamptz
          and told.url is not distinct from receipt.detail ->> 'url')`.as('by_machine'),
    )
    .select((of) => of.fn.coalesce('message.step_key', 'task.step_key').as('step_key'))
    .select((of) => of.fn.coalesce('message.position', 'step.position').as('position'))
    .where('receipt.enrollment_id', '=', enrollment_id)
    .orderBy('receipt.line')
    .execute()
}

/** The first line of a receipt that does not follow from the one before it; null when the chain is whole. */
export async function findBrokenLine(
  db: Db,
  enrollment_id: string,
): Promise<{ lines: number; broken_at: number | null }> {
  const { rows } = await sql<{ lines: number; broken_at: number | null }>`
    with chain as (
      select line, row_number() over (order by line) as place, hash,
        receipt_hash(lag(hash) over (order by line), enrollment_id, line, message_id, at, what, detail) as expected
      from receipt where enrollment_id = ${enrollment_id}::uuid
    )
    select count(*)::integer as lines, min(place) filter (where line <> place or hash <> expected)::integer as broken_at
    from chain`.execute(db)
  return rows[0] ?? { lines: 0, broken_at: null }
}
