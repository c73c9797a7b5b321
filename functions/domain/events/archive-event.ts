import { insertAudit } from '../../../db/queries/audit.ts'
import { archiveEventRow, findEvent } from '../../../db/queries/events.ts'
import type { Actor, Ctx } from '../../context.ts'
import { ForbiddenError, NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'

/** Takes an event out of everybody's lists and pauses its sequences. For admins, because it stops the mail of others too. Twice is once. */
export async function archiveEvent(ctx: Ctx & { actor: Actor }, id: string): Promise<{ name: string }> {
  const { actor } = ctx
  if (actor.role !== 'ADMIN') throw new ForbiddenError('Only an admin may archive an event.')
  return transact(ctx, async ({ db, clock }) => {
    const event = await findEvent(db, id)
    if (event === undefined) throw new NotFoundError('event')
    const now = clock.now()
    if (await archiveEventRow(db, id, now))
      await insertAudit(db, {
        at: now,
        actor_id: actor.user_id,
        action: 'event.archived',
        subject_kind: 'event',
        subject_id: id,
        detail: { name: event.name },
      })
    return { name: event.name }
  })
}
