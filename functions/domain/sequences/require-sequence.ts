import { findSequence, lockSequence } from '../../../db/queries/sequences.ts'
import type { Row } from '../../../db/schema.ts'
import type { Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'

/** A sequence of another event than the actor's is not there: lists and records agree on what exists. */
export async function requireSequence(ctx: Ctx, id: string): Promise<Row<'sequence'>> {
  return visible(ctx, await findSequence(ctx.db, id))
}

/** The same, and nobody else changes it before this transaction ends. */
export async function requireLockedSequence(tx: TxCtx, id: string): Promise<Row<'sequence'>> {
  return visible(tx, await lockSequence(tx.db, id))
}

function visible(ctx: Ctx, sequence: Row<'sequence'> | undefined): Row<'sequence'> {
  const isHidden = ctx.actor !== null && ctx.actor.active_event_id !== sequence?.event_id
  if (sequence === undefined || isHidden) throw new NotFoundError('sequence')
  return sequence
}
