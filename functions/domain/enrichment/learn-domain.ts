import { listCatchAllDomains, markCatchAll } from '../../../db/queries/address-checks.ts'
import { listAccountsOfDomain } from '../../../db/queries/enrichment.ts'
import type { Ctx } from '../../context.ts'
import { findPattern } from './find-pattern.ts'
import { generateAddresses } from './generate-addresses.ts'

/** An event has its account of a company once; the same company at more shows than this learns the rest when it is asked. */
const MOST_ACCOUNTS = 50

/**
 * After guesses at a domain were delivered or bounced: the habits are worked out anew, and so is the confidence of the
 * guesses that nobody has tried yet. A domain whose server takes whatever comes teaches nothing, and its delivered guesses
 * are risky again. Idempotent.
 */
export async function learnDomain(
  ctx: Ctx,
  { domain }: { domain: string },
): Promise<{ domain: string; accounts: number; is_catch_all: boolean }> {
  const isCatchAll = (await listCatchAllDomains(ctx.db, [domain])).has(domain)
  if (isCatchAll) await markCatchAll(ctx.db, domain, ctx.clock.now())
  const ids = await listAccountsOfDomain(ctx.db, domain, MOST_ACCOUNTS)
  for (const account_id of ids) {
    await findPattern(ctx, { account_id })
    await generateAddresses(ctx, { account_id })
  }
  return { domain, accounts: ids.length, is_catch_all: isCatchAll }
}
