import { findAccountByName, insertAccount } from '../../../db/queries/accounts.ts'
import type { TxCtx } from '../../context.ts'
import { companyKey } from '../accounts/normalise-company.ts'

/**
 * The account of the event with this name, added when it is not on the list yet.
 *
 * @param current_id stays the answer while the name is still its own
 */
export async function placeAtAccount(
  tx: TxCtx,
  event_id: string,
  company: string | null,
  current_id: string | null = null,
): Promise<string | null> {
  if (company === null) return null
  const name_key = companyKey(company)
  const known = await findAccountByName(tx.db, event_id, name_key, current_id)
  if (known !== undefined) return known.id
  const id = crypto.randomUUID()
  const now = tx.clock.now()
  await insertAccount(tx.db, { id, event_id, name: company, name_key, created_at: now, updated_at: now })
  return id
}
