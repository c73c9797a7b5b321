import { lockKeyedEnrollments, setAccountKeys } from '../../../db/queries/account-keys.ts'
import type { TxCtx } from '../../context.ts'
import { accountKeyOf } from './account-key.ts'

/** Works out anew whose colleagues the enrolled people of some accounts, and of those below them, are. */
export async function rekeyAccounts(tx: TxCtx, account_ids: readonly string[]): Promise<void> {
  const enrollments = await lockKeyedEnrollments(tx.db, account_ids)
  const keys = enrollments.map((one) => ({ id: one.id, before: one.account_key, account_key: accountKeyOf(one) }))
  await setAccountKeys(
    tx.db,
    keys.filter(({ before, account_key }) => before !== account_key),
  )
}
