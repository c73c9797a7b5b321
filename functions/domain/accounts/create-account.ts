import { findSameAccount, insertAccount, isOwner } from '../../../db/queries/accounts.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import type { Actor, Ctx } from '../../context.ts'
import { transact } from '../../transact.ts'
import { type AccountDetailsInput, accountColumns } from './account-details.ts'
import { rescoreAccounts } from './score-accounts.ts'

export type CreateAccountResult =
  | { outcome: 'created'; id: string }
  | { outcome: 'exists'; id: string; name: string }
  | { outcome: 'no_such_owner' }

/** An account is one by its domain; only without a domain is it one by its name. */
export async function createAccount(
  ctx: Ctx & { actor: Actor },
  event_id: string,
  details: AccountDetailsInput,
): Promise<CreateAccountResult> {
  const { actor } = ctx
  return transact(ctx, async (tx) => {
    const columns = accountColumns(details)
    if (columns.owner_id !== null && !(await isOwner(tx.db, columns.owner_id))) return { outcome: 'no_such_owner' }
    const same = await findSameAccount(tx.db, { ...columns, event_id, except_id: null })
    if (same !== undefined) return { outcome: 'exists', ...same }
    const id = crypto.randomUUID()
    const now = tx.clock.now()
    await insertAccount(tx.db, { id, event_id, ...columns, created_at: now, updated_at: now })
    await rescoreAccounts(tx, [id], 'Account added')
    await insertActivity(tx.db, {
      event_id,
      account_id: id,
      actor_id: actor.user_id,
      kind: 'account.created',
      summary: `${actor.name} added ${details.name}`,
      at: now,
    })
    return { outcome: 'created', id }
  })
}
