import { insertActivity } from '../../../db/queries/activities.ts'
import { restorePairs } from '../../../db/queries/duplicates.ts'
import { lockEnrollmentsOf } from '../../../db/queries/erasure.ts'
import { lockEventForImport } from '../../../db/queries/imports.ts'
import { moveReferencesBack } from '../../../db/queries/merge-references.ts'
import {
  type AddressRow,
  lockAddresses,
  narrowSuppressions,
  writeAddresses,
} from '../../../db/queries/merged-addresses.ts'
import { releaseAbsorbed } from '../../../db/queries/merged-enrollments.ts'
import {
  findSurvivorOf,
  listMergeRows,
  lockRecords,
  markMergeUndone,
  restoreLost,
  writeColumns,
} from '../../../db/queries/merges.ts'
import { listNamesakes } from '../../../db/queries/people.ts'
import type { Actor, TxCtx } from '../../context.ts'
import { rekeyPerson } from '../accounts/rekey-accounts.ts'
import { rescoreAccounts } from '../accounts/score-accounts.ts'
import { isSame, undoneColumns } from '../duplicates/merge-fields.ts'
import type { UndoneMerge } from '../duplicates/undo-merge.ts'
import { goneSince, keptFields } from '../duplicates/undo-words.ts'

/** @returns what could not be given back, a sentence each */
export async function undoPersonMerge(tx: TxCtx & { actor: Actor }, merge: UndoneMerge): Promise<string[]> {
  const { id: merge_id, event_id, survivor_id, lost_id, survivor_name, lost_name } = merge
  const now = tx.clock.now()
  await lockEventForImport(tx.db, event_id)
  await lockEnrollmentsOf(tx.db, [survivor_id])
  const [survivor] = await lockRecords(tx.db, 'person', { event_id, ids: [survivor_id] })
  if (survivor === undefined) throw await goneSince(tx, merge)
  const { columns, changed_since } = undoneColumns(survivor, merge.changed)
  await writeColumns(tx.db, 'person', { id: survivor_id, columns })
  const account_id = await placeOf(tx, merge.lost)
  await restoreLost(tx.db, 'person', { ...merge.lost, account_id, namesake: await freeNamesake(tx, merge, account_id) })
  await moveReferencesBack(tx.db, { merge_id, kind: 'person', survivor_id, lost_id })
  await releaseAbsorbed(tx.db, merge_id)
  const addresses = await giveAddressesBack(tx, merge)
  await narrowSuppressions(tx.db, merge_id, survivor_id)
  await restorePairs(tx.db, merge_id)
  await rekeyPerson(tx, survivor_id)
  await rekeyPerson(tx, lost_id)
  await rescoreAccounts(tx, [survivor.account_id, account_id], 'A merge was undone')
  const kept = [
    ...keptFields(changed_since, survivor_name),
    ...addresses,
    ...(await stoppedSince(tx, merge_id)),
    ...(account_id === merge.lost.account_id ? [] : [`The account of ${lost_name} was merged or is gone since.`]),
  ]
  await markMergeUndone(tx.db, { id: merge_id, by: tx.actor.user_id, kept, now })
  for (const [person_id, at_account] of [
    [survivor_id, survivor.account_id],
    [lost_id, account_id],
  ] as const)
    await insertActivity(tx.db, {
      event_id,
      account_id: at_account,
      person_id,
      actor_id: tx.actor.user_id,
      kind: 'person.unmerged',
      summary: `${tx.actor.name} took the merge of ${lost_name} into ${survivor_name} back`,
      detail: { merge_id },
      at: now,
    })
  return kept
}

/** Their account, or what it was merged into since. */
async function placeOf(tx: TxCtx, lost: Record<string, unknown>): Promise<string | null> {
  return typeof lost.account_id === 'string' ? findSurvivorOf(tx.db, 'account', lost.account_id) : null
}

/** As it was, unless somebody of the name has come since. */
async function freeNamesake(tx: TxCtx, { event_id, lost }: UndoneMerge, account_id: string | null): Promise<unknown> {
  const name_key = String(lost.name_key)
  const namesakes = await listNamesakes(tx.db, { event_id, account_id, name_key, except_id: null })
  const isTaken = namesakes.some(({ namesake }) => namesake === lost.namesake)
  return isTaken ? (namesakes[0]?.namesake ?? 0) + 1 : lost.namesake
}

async function giveAddressesBack(tx: TxCtx, { id, survivor_id, lost_id }: UndoneMerge): Promise<string[]> {
  const noted = await listMergeRows(tx.db, id, 'email_address')
  const current = new Map((await lockAddresses(tx.db, [survivor_id])).map((row) => [row.id, row]))
  const written: AddressRow[] = []
  const removed: string[] = []
  const kept: string[] = []
  for (const row of noted) {
    const before = row.before as unknown as AddressRow
    const now = current.get(row.row_id)
    current.delete(row.row_id)
    if (now === undefined && row.after !== null) kept.push(`The address ${before.address} was removed since.`)
    else if (now === undefined || isSame(sorted(now), sorted(row.after))) {
      // Written anew, not changed back: a fact may become the guess it was before.
      removed.push(row.row_id)
      written.push(before)
    } else {
      written.push({ ...now, person_id: before.person_id, is_primary: before.is_primary })
      kept.push(`What is known of ${before.address} has changed since, and stays.`)
    }
  }
  // A primary address that came after the merge stays the survivor's.
  const chosenSince = [...current.values()].find(({ is_primary }) => is_primary)
  const primary = written.filter((row) => row.is_primary && (row.person_id === lost_id || chosenSince === undefined))
  await writeAddresses(tx.db, {
    person_ids: [survivor_id],
    removed,
    written,
    primary: [...primary.map((row) => row.id), ...(chosenSince === undefined ? [] : [chosenSince.id])],
  })
  return kept
}

/** PostgreSQL orders the keys of a snapshot by itself. */
function sorted(row: object | null): unknown {
  if (row === null) return null
  return Object.fromEntries(Object.entries(JSON.parse(JSON.stringify(row))).sort(([a], [b]) => (a < b ? -1 : 1)))
}

async function stoppedSince(tx: TxCtx, merge_id: string): Promise<string[]> {
  const stopped = await listMergeRows(tx.db, merge_id, 'stopped')
  return stopped.map(({ before }) => `${String(before?.sequence)} was stopped by the merge, and stays stopped.`)
}
