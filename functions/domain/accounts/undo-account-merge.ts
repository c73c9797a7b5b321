import { lockKeyedEnrollments } from '../../../db/queries/account-keys.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import { restorePairs } from '../../../db/queries/duplicates.ts'
import { lockEventForImport } from '../../../db/queries/imports.ts'
import { moveReferencesBack } from '../../../db/queries/merge-references.ts'
import { lockPeopleOf, movePeopleBack, moveSubsidiariesBack } from '../../../db/queries/merged-accounts.ts'
import { listMergeRows, lockRecords, markMergeUndone, restoreLost, writeColumns } from '../../../db/queries/merges.ts'
import type { Actor, TxCtx } from '../../context.ts'
import { undoneColumns } from '../duplicates/merge-fields.ts'
import type { UndoneMerge } from '../duplicates/undo-merge.ts'
import { goneSince, keptFields } from '../duplicates/undo-words.ts'
import { rekeyAccounts } from './rekey-accounts.ts'
import { rescoreAccounts } from './score-accounts.ts'

/** @returns what could not be given back, a sentence each */
export async function undoAccountMerge(tx: TxCtx & { actor: Actor }, merge: UndoneMerge): Promise<string[]> {
  const { id: merge_id, event_id, survivor_id, lost_id, survivor_name, lost_name } = merge
  const move = { merge_id, kind: 'account', survivor_id, lost_id } as const
  const now = tx.clock.now()
  await lockEventForImport(tx.db, event_id)
  const subsidiary_ids = (await listMergeRows(tx.db, merge_id, 'subsidiary')).map(({ row_id }) => row_id)
  await lockKeyedEnrollments(tx.db, [survivor_id, ...subsidiary_ids])
  await lockPeopleOf(tx.db, survivor_id)
  const [survivor] = await lockRecords(tx.db, 'account', { event_id, ids: [survivor_id] })
  if (survivor === undefined) throw await goneSince(tx, merge)
  const { columns, changed_since } = undoneColumns(survivor, merge.changed)
  // It is not there yet: the survivor belongs to it again with what else did.
  if (columns.parent_id === lost_id) delete columns.parent_id
  await writeColumns(tx.db, 'account', { id: survivor_id, columns })
  await restoreLost(tx.db, 'account', merge.lost)
  await movePeopleBack(tx.db, move)
  await moveReferencesBack(tx.db, move)
  const subsidiaries = await moveSubsidiariesBack(tx.db, move)
  await restorePairs(tx.db, merge_id)
  await rekeyAccounts(tx, [survivor_id, lost_id, ...subsidiaries])
  await rescoreAccounts(tx, [survivor_id, lost_id], 'A merge was undone')
  const kept = keptFields(changed_since, survivor_name)
  await markMergeUndone(tx.db, { id: merge_id, by: tx.actor.user_id, kept, now })
  for (const account_id of [survivor_id, lost_id])
    await insertActivity(tx.db, {
      event_id,
      account_id,
      person_id: null,
      actor_id: tx.actor.user_id,
      kind: 'account.unmerged',
      summary: `${tx.actor.name} took the merge of ${lost_name} into ${survivor_name} back`,
      detail: { merge_id },
      at: now,
    })
  return kept
}
