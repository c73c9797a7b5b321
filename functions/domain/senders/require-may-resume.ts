import { ownsSequenceOfSender } from '../../../db/queries/senders.ts'
import type { Ctx } from '../../context.ts'
import { ForbiddenError } from '../../errors.ts'

/** A sender may have paused itself because its mails did harm: whoever lets it go on answers for it. */
export async function requireMayResume(ctx: Ctx, address: string): Promise<void> {
  if (ctx.actor === null || ctx.actor.role === 'ADMIN') return
  if (await ownsSequenceOfSender(ctx.db, { address, owner_id: ctx.actor.user_id })) return
  throw new ForbiddenError(
    'Only an admin, or who owns a sequence that writes from this address, may let it send again.',
  )
}
