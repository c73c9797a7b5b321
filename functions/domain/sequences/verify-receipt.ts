import { findBrokenLine } from '../../../db/queries/receipts.ts'
import type { Ctx } from '../../context.ts'
import { requireEnrollment } from './require-enrollment.ts'

export interface VerifiedReceipt {
  lines: number
  /** the first line whose number or hash does not follow from the line before it; null: nothing was changed */
  broken_at: number | null
}

/** Works the chain of an enrollment's receipt out again. */
export async function verifyReceipt(ctx: Ctx, input: { enrollment_id: string }): Promise<VerifiedReceipt> {
  const { enrollment } = await requireEnrollment(ctx, input.enrollment_id)
  return findBrokenLine(ctx.db, enrollment.id)
}
