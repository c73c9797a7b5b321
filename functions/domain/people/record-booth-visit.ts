import { listRunningEnrollmentIdsOfPerson, lockProgress } from '../../../db/queries/enrollments.ts'
import { findPersonForUpdate } from '../../../db/queries/people.ts'
import { markBoothVisit } from '../../../db/queries/step-waits.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { goOn } from '../sequences/close-waits.ts'
import { emptyPlanCache, wakeForNext } from '../sequences/plan-next.ts'

/** Somebody was met at the booth: steps that waited for it are planned. A second visit changes nothing. */
export async function recordBoothVisit(
  ctx: Ctx,
  { event_id, person_id }: { event_id: string; person_id: string },
): Promise<{ outcome: 'recorded' | 'known' }> {
  return transact(ctx, async (tx) => {
    const now = tx.clock.now()
    // Enrollments before people: whoever answers at this moment holds the one and changes the other.
    await lockProgress(tx.db, await listRunningEnrollmentIdsOfPerson(tx.db, person_id))
    const person = await findPersonForUpdate(tx.db, event_id, person_id)
    if (person === undefined) throw new NotFoundError('person')
    const waiting = await markBoothVisit(tx.db, { person_id, by: ctx.actor?.user_id ?? null, now })
    if (waiting === undefined) return { outcome: 'known' }
    await lockProgress(tx.db, waiting)
    await goOn(tx, waiting, emptyPlanCache())
    await wakeForNext(tx)
    return { outcome: 'recorded' }
  })
}
