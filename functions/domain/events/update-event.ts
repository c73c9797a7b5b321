import { insertActivity } from '../../../db/queries/activities.ts'
import { listShowSequences, type ShowSequence, setVisitsUntil } from '../../../db/queries/event-plans.ts'
import { type EventDetails, findEvent, updateEventDetails } from '../../../db/queries/events.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { countryCodeOf } from '../sequences/country-codes.ts'
import { visitUntil } from '../sequences/plan.ts'
import { stageEventReplan } from '../sequences/replan-event.ts'
import { type EventDetailsInput, requireUsualYears } from './event-details.ts'
import { type MovedStep, movesMoments, reviewEventMove } from './event-move.ts'

export type UpdateEventResult =
  | { outcome: 'updated' | 'unchanged' | 'name_taken' }
  /** mails or tasks hang on what would change, and nobody has approved that: nothing was changed */
  | { outcome: 'needs_approval'; moved: MovedStep[]; sequences: ShowSequence[] }

/**
 * Every member may. Saving what is there already leaves no trace. Other dates, hours or another place move what hangs on
 * the show: that is done once it is approved, by a job.
 */
export async function updateEvent(
  ctx: Ctx & { actor: Actor },
  id: string,
  details: EventDetailsInput,
  { approved = false }: { approved?: boolean } = {},
): Promise<UpdateEventResult> {
  requireUsualYears(details)
  const { actor } = ctx
  return transact(ctx, async (tx) => {
    const { db, clock } = tx
    const before = await findEvent(db, id)
    if (before === undefined) throw new NotFoundError('event')
    const changed = changedFields(before, details)
    if (changed.length === 0) return { outcome: 'unchanged' }
    const isMove = movesMoments(before, details)
    if (isMove && !approved) {
      const moved = await reviewEventMove(tx, id, details)
      if (moved.length > 0) return { outcome: 'needs_approval', moved, sequences: await listShowSequences(db, id) }
    }
    const now = clock.now()
    if (!(await updateEventDetails(db, { ...details, id, now }))) return { outcome: 'name_taken' }
    if (isMove) {
      const until_at = visitUntil({ ...details, country: countryCodeOf(details.country) })
      await setVisitsUntil(db, { event_id: id, until_at })
      await stageEventReplan(tx, id)
    }
    await insertActivity(db, {
      event_id: id,
      actor_id: actor.user_id,
      kind: 'event.updated',
      summary: `${actor.name} changed ${details.name}: ${changed.join(', ').replaceAll('_', ' ')}`,
      detail: { changed },
      at: now,
    })
    return { outcome: 'updated' }
  })
}

function changedFields(before: EventDetails, after: EventDetails): string[] {
  return (Object.keys(after) as (keyof EventDetails)[]).filter((name) => before[name] !== after[name])
}
