import { findEnrollment } from '../../../db/queries/enrollments.ts'
import { findSequence } from '../../../db/queries/sequences.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'

/** An enrollment of the actor's active event, with its sequence. */
export async function requireEnrollment(
  ctx: Ctx,
  id: string,
): Promise<{ enrollment: Row<'enrollment'>; sequence: Row<'sequence'> }> {
  const enrollment = await findEnrollment(ctx.db, id)
  const sequence = enrollment && (await findSequence(ctx.db, enrollment.sequence_id))
  const isHidden = ctx.actor !== null && ctx.actor.active_event_id !== sequence?.event_id
  if (enrollment === undefined || sequence === undefined || isHidden) throw new NotFoundError('enrollment')
  return { enrollment, sequence }
}
