import { lockKeyedEnrollments } from '../../../db/queries/account-keys.ts'
import { insertActivity } from '../../../db/queries/activities.ts'
import { settlePairs, upsertPairs } from '../../../db/queries/duplicates.ts'
import { lockEventForImport } from '../../../db/queries/imports.ts'
import { moveReferences } from '../../../db/queries/merge-references.ts'
import { isParent, lockPeopleOf, movePeople, moveSubsidiaries } from '../../../db/queries/merged-accounts.ts'
import {
  deleteLost,
  findMergeOf,
  insertMerge,
  insertMergeRows,
  lockRecords,
  writeColumns,
} from '../../../db/queries/merges.ts'
import { listEnrollmentsStoppedByStatus } from '../../../db/queries/stop-rules.ts'
import type { Row } from '../../../db/schema.ts'
import type { Actor, Ctx, TxCtx } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { transact } from '../../transact.ts'
import { changedColumns } from '../duplicates/merge-fields.ts'
import type { MergeInput } from '../people/merge-people.ts'
import { stopAll } from '../sequences/stop-enrollment.ts'
import { mergedAccount } from './merged-account.ts'
import { rekeyAccounts } from './rekey-accounts.ts'
import { rescoreAccounts } from './score-accounts.ts'

type Account = Row<'account'>
type Merging = MergeInput & {
  merge_id: string
  kind: 'account'
  survivor: Account
  lost: Account
  by: string
  now: Date
}

/**
 * Makes one account of two: its people, tasks and history go to the survivor, whose empty fields are filled. People of one name are
 * put up for review, not merged. Repeating it changes nothing.
 *
 * @throws NotFoundError when one of them is not on the event's list
 */
export async function mergeAccounts(ctx: Ctx & { actor: Actor }, input: MergeInput): Promise<{ merge_id: string }> {
  return transact(ctx, async (tx) => {
    const { event_id, survivor_id, lost_id } = input
    // The order everybody takes them in: what brings lists in, enrollments, people, accounts.
    await lockEventForImport(tx.db, event_id)
    await lockKeyedEnrollments(tx.db, [survivor_id, lost_id])
    await lockPeopleOf(tx.db, lost_id)
    const accounts = await lockRecords(tx.db, 'account', { event_id, ids: [survivor_id, lost_id] })
    const survivor = accounts.find(({ id }) => id === survivor_id)
    const lost = accounts.find(({ id }) => id === lost_id)
    if (survivor === undefined || survivor_id === lost_id) throw new NotFoundError('account')
    if (lost === undefined) {
      const before = await findMergeOf(tx.db, lost_id)
      if (before?.survivor_id !== survivor_id) throw new NotFoundError('account')
      return { merge_id: before.id }
    }
    const merge_id = crypto.randomUUID()
    const by = ctx.actor.user_id
    await merge(tx, { ...input, merge_id, kind: 'account', survivor, lost, by, now: tx.clock.now() })
    await insertActivity(tx.db, {
      event_id,
      account_id: survivor_id,
      person_id: null,
      actor_id: by,
      kind: 'account.merged',
      summary: `${ctx.actor.name} merged ${lost.name} into ${survivor.name}`,
      detail: { merge_id },
      at: tx.clock.now(),
    })
    return { merge_id }
  })
}

async function merge(tx: TxCtx, merging: Merging): Promise<void> {
  const { merge_id, event_id, survivor, lost, by, now } = merging
  const parent_id = await parentOf(tx, survivor, lost)
  const columns = { ...mergedAccount(survivor, lost), parent_id, updated_at: now }
  await insertMerge(tx.db, {
    id: merge_id,
    event_id,
    kind: 'account',
    survivor,
    lost,
    changed: changedColumns(survivor, columns),
    merged_by: by,
    now,
  })
  const namesakes = await movePeople(tx.db, merging)
  const review = await upsertPairs(tx.db, {
    event_id,
    kind: 'person',
    pairs: namesakes.map((ids) => ({ ids, reason: 'same_name', score: 0.95 })),
    now,
  })
  await insertMergeRows(
    tx.db,
    merge_id,
    'pair_added',
    review.map((row_id) => ({ row_id, before: null, after: null })),
  )
  await moveReferences(tx.db, merging)
  const subsidiaries = await moveSubsidiaries(tx.db, { ...merging, parent_id })
  await settlePairs(tx.db, merging)
  // Before the survivor takes its domain: an event has each once.
  await deleteLost(tx.db, 'account', lost.id)
  await writeColumns(tx.db, 'account', { id: survivor.id, columns })
  await rekeyAccounts(tx, [survivor.id, ...subsidiaries])
  await rescoreAccounts(tx, [survivor.id], 'Accounts merged')
  const reached = await listEnrollmentsStoppedByStatus(tx.db, {
    account_id: survivor.id,
    status: columns.status ?? survivor.status,
  })
  await stopAll(
    tx,
    reached.map((enrollment_id) => ({ enrollment_id, reason: 'account_status', by, detail: columns.status ?? '' })),
  )
}

/** What the survivor belongs to: nothing when it was a part of the other one, nor when others belong to it. */
async function parentOf(tx: TxCtx, survivor: Account, lost: Account): Promise<string | null> {
  if (survivor.parent_id !== null && survivor.parent_id !== lost.id) return survivor.parent_id
  const { parent_id } = lost
  if (parent_id === null || parent_id === survivor.id || (await isParent(tx.db, survivor.id))) return null
  return parent_id
}
