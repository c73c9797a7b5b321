import {
  type KeyedEnrollment,
  lockKeyedEnrollments,
  placeEnrollments,
  setAccountKeys,
} from '../../../db/queries/account-keys.ts'
import type { TxCtx } from '../../context.ts'
import { accountKeyOf } from './account-key.ts'

/** Works out anew whose colleagues the enrolled people of some accounts, and of those below them, are. */
export async function rekeyAccounts(tx: TxCtx, account_ids: readonly string[]): Promise<void> {
  await rekey(tx, await lockKeyedEnrollments(tx.db, account_ids))
}

/** The same for one person who has come to another account: from the next claim on they are colleagues of those there. */
export async function rekeyPerson(tx: TxCtx, person_id: string): Promise<void> {
  await rekey(tx, await placeEnrollments(tx.db, person_id))
}

async function rekey(tx: TxCtx, enrollments: readonly KeyedEnrollment[]): Promise<void> {
  const keys = enrollments.map((one) => ({ id: one.id, before: one.account_key, account_key: accountKeyOf(one) }))
  await setAccountKeys(
    tx.db,
    keys.filter(({ before, account_key }) => before !== account_key),
  )
}
