import { insertActivity } from '../../../db/queries/activities.ts'
import { insertEvent } from '../../../db/queries/events.ts'
import { setActiveEvent } from '../../../db/queries/users.ts'
import type { Actor, Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { type EventDetailsInput, requireUsualYears } from './event-details.ts'

export type CreateEventResult = { outcome: 'created'; id: string } | { outcome: 'name_taken' }

/** Every member may. The first event of somebody who has none active becomes active at once. */
export async function createEvent(ctx: Ctx & { actor: Actor }, details: EventDetailsInput): Promise<CreateEventResult> {
  requireUsualYears(details)
  const { actor } = ctx
  return transact(ctx, async ({ db, clock }) => {
    const id = crypto.randomUUID()
    const now = clock.now()
    if (!(await insertEvent(db, { ...details, id, now }))) return { outcome: 'name_taken' }
    if (actor.active_event_id === null) await setActiveEvent(db, actor.user_id, id)
    await insertActivity(db, {
      event_id: id,
      actor_id: actor.user_id,
      kind: 'event.created',
      summary: `${actor.name} created ${details.name}`,
      at: now,
    })
    return { outcome: 'created', id }
  })
}
