import { listSides, type PairSide } from '../../../db/queries/duplicate-lists.ts'
import { decidePair, findPair } from '../../../db/queries/duplicates.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { mergeAccounts } from '../accounts/merge-accounts.ts'
import { mergePeople } from '../people/merge-people.ts'

export const PAIR_DECISIONS = ['merge', 'not_same', 'later', 'open'] as const
export type PairDecision = (typeof PAIR_DECISIONS)[number]

/**
 * Decides about pairs of the event. Merging keeps of each two the one on which more hangs; of pairs that share a record the later
 * ones are passed over, since it is another record by then. Repeating it changes nothing.
 *
 * @returns how many were decided
 * @throws NotFoundError for a pair that is not of the event
 */
export async function decidePairs(
  ctx: Ctx & { actor: Actor },
  { event_id, ids, decision }: { event_id: string; ids: readonly string[]; decision: PairDecision },
): Promise<number> {
  let decided = 0
  for (const id of ids) {
    const pair = await findPair(ctx.db, event_id, id)
    // One that an earlier merge of this round has taken away.
    if (pair === undefined && decision === 'merge' && decided > 0) continue
    if (pair === undefined) throw new NotFoundError('pair')
    if (pair.state === 'merged') continue
    if (decision !== 'merge') {
      if (await decidePair(ctx.db, { id, state: decision, by: ctx.actor.user_id, now: ctx.clock.now() })) decided += 1
      continue
    }
    const sides = await listSides(ctx.db, pair.kind, [pair.first_id, pair.second_id])
    const [survivor, lost] = [...sides.values()].sort(byWeight)
    if (survivor === undefined || lost === undefined) continue
    const merge = pair.kind === 'person' ? mergePeople : mergeAccounts
    await merge(ctx, { event_id, survivor_id: survivor.id, lost_id: lost.id })
    decided += 1
  }
  return decided
}

const byWeight = (a: PairSide, b: PairSide) =>
  b.weight - a.weight || a.created_at.getTime() - b.created_at.getTime() || (a.id < b.id ? -1 : 1)
