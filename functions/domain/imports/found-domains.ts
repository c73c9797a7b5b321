import { lockKeyedEnrollments } from '../../../db/queries/account-keys.ts'
import { type ImportedAccount, listAccountsWithoutDomain } from '../../../db/queries/imported-accounts.ts'
import type { TxCtx } from '../../context.ts'
import { rekeyAccounts } from '../accounts/rekey-accounts.ts'

/**
 * The accounts that a batch may bring a domain to. Holds the enrollments of their people: before the accounts, for whoever plans
 * a mail holds the one and refers to the other.
 */
export async function lockWithoutDomain(tx: TxCtx, event_id: string, name_keys: readonly string[]): Promise<string[]> {
  const ids = await listAccountsWithoutDomain(tx.db, event_id, name_keys)
  if (ids.length > 0) await lockKeyedEnrollments(tx.db, ids)
  return ids
}

/** Of an account whose domain came with the list the people have other colleagues from now on. */
export async function rekeyFound(
  tx: TxCtx,
  without_domain: readonly string[],
  changed: ReadonlyMap<string, ImportedAccount>,
): Promise<void> {
  const found = without_domain.filter((id) => (changed.get(id)?.domain ?? null) !== null)
  if (found.length > 0) await rekeyAccounts(tx, found)
}
