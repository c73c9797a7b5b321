import { insertAudit } from '../../../db/queries/audit.ts'
import { endSessionsOfUser } from '../../auth/lucia.ts'
import type { Actor, Ctx } from '../../context.ts'

/** Ends every session of the actor, this one too: for a lost laptop. */
export async function signOutEverywhere(ctx: Ctx & { actor: Actor }): Promise<void> {
  const { user_id } = ctx.actor
  await endSessionsOfUser(ctx, user_id)
  await insertAudit(ctx.db, {
    at: ctx.clock.now(),
    actor_id: user_id,
    action: 'session.signed_out_everywhere',
    subject_kind: 'user',
    subject_id: user_id,
    detail: {},
  })
}
