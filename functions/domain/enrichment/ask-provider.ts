import { returnProviderQuestion, takeProviderQuestion } from '../../../db/queries/address-checks.ts'
import type { Ctx } from '../../context.ts'
import type { ProviderVerdict } from '../../ports/address-check.ts'

export const PROVIDER = 'hunter'
/** 2027-03: the cap is of a calendar month, UTC. */
export const monthOf = (now: Date) => now.toISOString().slice(0, 7)

/**
 * What the paid provider says of a mailbox; null when it is not configured, the month's cap is reached, or it cannot tell.
 * One question is one unit of the cap; what was not charged is given back.
 */
export async function askProvider(ctx: Ctx, address: string): Promise<ProviderVerdict | null> {
  const { addressCheck } = ctx.services
  if (addressCheck.mode === 'off') return null
  const of = { provider: PROVIDER, month: monthOf(ctx.clock.now()) }
  if (!(await takeProviderQuestion(ctx.db, { ...of, cap: addressCheck.monthly_cap }))) return null
  const answer = await addressCheck.verify(address)
  switch (answer.outcome) {
    case 'told':
      return answer.verdict
    // Both are charged, also when the answer is for later.
    case 'cannot_tell':
    case 'pending':
      return null
    case 'unknown':
      ctx.log.error('address_check.failed', { reason: answer.reason })
      await returnProviderQuestion(ctx.db, of)
      return null
    case 'limited':
    case 'objected':
      await returnProviderQuestion(ctx.db, of)
      return null
  }
}
