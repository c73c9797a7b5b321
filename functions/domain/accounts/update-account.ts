import { lockKeyedEnrollments } from '../../../db/queries/account-keys.ts'
import { findAccountForUpdate, findSameAccount, isOwner, updateAccountColumns } from '../../../db/queries/accounts.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import { listEnrollmentsStoppedByStatus } from '../../../db/queries/stop-rules.ts'
import type { Actor, Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'
import { type AccountDetailsInput, accountColumns, type EditableAccount } from './account-details.ts'
import { rekeyAccounts } from './rekey-accounts.ts'
import { rescoreAccounts } from './score-accounts.ts'

export type UpdateAccountResult =
  | { outcome: 'updated' | 'unchanged' | 'no_such_owner' }
  | { outcome: 'exists'; id: string; name: string }

/** Saving what is there already leaves no trace. */
export async function updateAccount(
  ctx: Ctx & { actor: Actor },
  { event_id, id }: { event_id: string; id: string },
  details: AccountDetailsInput,
): Promise<UpdateAccountResult> {
  const { actor } = ctx
  return transact(ctx, async (tx) => {
    // Enrollments before accounts: whoever plans a mail holds the one and refers to the other.
    await lockKeyedEnrollments(tx.db, [id])
    const before = await findAccountForUpdate(tx.db, event_id, id)
    if (before === undefined) throw new NotFoundError('account')
    const columns = accountColumns(details, before)
    const changed = (Object.keys(columns) as (keyof EditableAccount)[]).filter((name) => columns[name] !== before[name])
    if (changed.length === 0) return { outcome: 'unchanged' }
    const isNewOwner = columns.owner_id !== null && columns.owner_id !== before.owner_id
    if (isNewOwner && !(await isOwner(tx.db, columns.owner_id ?? ''))) return { outcome: 'no_such_owner' }
    const same = await findSameAccount(tx.db, { ...columns, event_id, except_id: id })
    if (same !== undefined) return { outcome: 'exists', ...same }
    const now = tx.clock.now()
    await updateAccountColumns(tx.db, id, { ...columns, updated_at: now })
    if (changed.includes('status')) await stopAtStatus(tx, { account_id: id, status: columns.status })
    if (changed.includes('domain')) await rekeyAccounts(tx, [id])
    await rescoreAccounts(tx, [id], 'Account edited')
    const shown = changed.flatMap((name) => fieldNames[name] ?? [])
    await insertActivity(tx.db, {
      event_id,
      account_id: id,
      actor_id: actor.user_id,
      kind: 'account.updated',
      summary: `${actor.name} changed ${shown.join(', ') || 'the account'}`,
      detail: { changed },
      at: now,
    })
    return { outcome: 'updated' }
  })
}

/** The sequences say at which statuses nobody of an account is written to any more. */
async function stopAtStatus(tx: TxCtx, of: { account_id: string; status: string }): Promise<void> {
  const reached = await listEnrollmentsStoppedByStatus(tx.db, of)
  const by = tx.actor?.user_id ?? 'system'
  await stopAll(
    tx,
    reached.map((enrollment_id) => ({ enrollment_id, reason: 'account_status', by, detail: of.status })),
  )
}

/** Columns that follow from another one are not named. */
const fieldNames: Partial<Record<keyof EditableAccount, string>> = {
  name: 'the name',
  website: 'the website',
  industry: 'the industry',
  country: 'the country',
  revenue_text: 'the revenue',
  employees: 'the employees',
  facilities: 'the facilities',
  status: 'the status',
  owner_id: 'the owner',
  notes: 'the notes',
}
