import { insertActivity } from '../../../db/queries/activities.ts'
import { type EventDetails, findEvent, updateEventDetails } from '../../../db/queries/events.ts'
import type { Actor, Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import type { EventDetailsInput } from './event-details.ts'

export type UpdateEventResult = { outcome: 'updated' | 'unchanged' | 'name_taken' }

/** Every member may. Saving what is there already leaves no trace. */
export async function updateEvent(
  ctx: Ctx & { actor: Actor },
  id: string,
  details: EventDetailsInput,
): Promise<UpdateEventResult> {
  const { actor } = ctx
  return transact(ctx, async ({ db, clock }) => {
    const before = await findEvent(db, id)
    if (before === undefined) throw new NotFoundError('event')
    const changed = changedFields(before, details)
    if (changed.length === 0) return { outcome: 'unchanged' }
    const now = clock.now()
    if (!(await updateEventDetails(db, { ...details, id, now }))) return { outcome: 'name_taken' }
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
