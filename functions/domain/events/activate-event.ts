import { findEvent, unarchiveEvent } from '../../../db/queries/events.ts'
import { setActiveEvent } from '../../../db/queries/users.ts'
import type { Actor, Ctx } from '../../context.ts'
import { ForbiddenError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'

/**
 * Chooses the event that this user's lists show; nobody else's change. One that was archived comes back for everybody, which
 * only an admin may do; its sequences stay paused.
 */
export async function activateEvent(ctx: Ctx & { actor: Actor }, id: string): Promise<{ name: string }> {
  const { actor } = ctx
  return transact(ctx, async ({ db, clock }) => {
    const event = await findEvent(db, id)
    if (event === undefined) throw new NotFoundError('event')
    if (event.archived_at !== null) {
      if (actor.role !== 'ADMIN') throw new ForbiddenError('Only an admin may bring an archived event back.')
      await unarchiveEvent(db, id, clock.now())
    }
    await setActiveEvent(db, actor.user_id, id)
    return { name: event.name }
  })
}
