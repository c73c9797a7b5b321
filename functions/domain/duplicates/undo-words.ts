import { findMergeOf } from '../../../db/queries/merges.ts'
import type { TxCtx } from '../../context.ts'
import { ConflictError } from '../../errors.ts'

/** A sentence for each column that was changed after the merge. */
export function keptFields(columns: readonly string[], survivor_name: string): string[] {
  return columns.map((column) => {
    const words = column.replace(/_(?:at|id|text)$/, '').replaceAll('_', ' ')
    return `The ${words} of ${survivor_name} was changed since, and stays.`
  })
}

/** Why the survivor is not there. */
export async function goneSince(
  tx: TxCtx,
  { survivor_id, survivor_name }: { survivor_id: string; survivor_name: string },
): Promise<ConflictError> {
  const later = await findMergeOf(tx.db, survivor_id)
  return new ConflictError(
    later === undefined
      ? `${survivor_name} is no longer on the list.`
      : `${survivor_name} was merged into ${later.survivor_name} since: undo that first.`,
  )
}
