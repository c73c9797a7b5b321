import { findMerge, lockMerge } from '../../../db/queries/merges.ts'
import type { Row } from '../../../db/schema.ts'
import type { Actor, Ctx, TxCtx } from '../../context.ts'
import { ConflictError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { undoAccountMerge } from '../accounts/undo-account-merge.ts'
import { undoPersonMerge } from '../people/undo-person-merge.ts'

const DAY_MS = 24 * 3_600_000
/** A merge may be taken back for this long. */
export const UNDO_MS = 30 * DAY_MS

/** A merge to take back: its snapshot is there, and nobody else is at it. */
export type UndoneMerge = Row<'merge'> & { lost: Record<string, unknown> }

/**
 * Takes a merge back: the lost record is there again, with all that was moved. What has changed since stays as it is and is named;
 * what the merge stopped stays stopped, so that no mail leaves because of it. Repeating it changes nothing.
 *
 * @returns what could not be given back, a sentence each
 * @throws ConflictError when its time is over, or what came after it must be undone first
 */
export async function undoMerge(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: { event_id: string; id: string },
): Promise<{ merge: Row<'merge'>; kept: readonly string[] }> {
  const merge = await findMerge(ctx.db, event_id, id)
  if (merge === undefined) throw new NotFoundError('merge')
  if (merge.undone_at !== null) return { merge, kept: merge.kept }
  try {
    return await transact(ctx, async (tx) => {
      const held = await lockMerge(tx.db, id)
      if (held === undefined) throw new NotFoundError('merge')
      if (held.undone_at !== null) return { merge: held, kept: held.kept }
      return { merge: held, kept: await undo({ ...tx, actor: ctx.actor }, held) }
    })
  } catch (error) {
    if (!isTaken(error)) throw error
    throw new ConflictError(`Another record has taken the place of ${merge.lost_name} since: merge that one first.`)
  }
}

async function undo(tx: TxCtx & { actor: Actor }, merge: Row<'merge'>): Promise<readonly string[]> {
  const { lost } = merge
  if (lost === null || merge.merged_at.getTime() < tx.clock.now().getTime() - UNDO_MS)
    throw new ConflictError('A merge can be undone for 30 days. This one is older.')
  const undone = { ...merge, lost }
  return merge.kind === 'person' ? undoPersonMerge(tx, undone) : undoAccountMerge(tx, undone)
}

/** What a unique constraint says: somebody came by the same name or domain. */
function isTaken(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === '23505'
}
