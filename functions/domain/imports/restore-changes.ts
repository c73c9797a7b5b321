import {
  hasEnrollments,
  lockRecords,
  markChangesUndone,
  restoreRecord,
  takeBackAddresses,
} from '../../../db/queries/import-undo.ts'
import type { KnownAddress } from '../../../db/queries/imported-people.ts'
import { withSavepoint } from '../../../db/queries/savepoint.ts'
import type { Row } from '../../../db/schema.ts'
import type { TxCtx } from '../../context.ts'

const UNIQUE_VIOLATION = '23505'

type Change = Row<'import_change'>
type Fields = Record<string, unknown>

/** Puts back, field by field, what still stands as the import left it. What became of each record goes into `results`. */
export async function restoreChanges(
  tx: TxCtx,
  list: Row<'import'>,
  changes: readonly Change[],
  results: Map<string, string>,
): Promise<void> {
  const current = new Map<string, Fields>()
  for (const kind of ['account', 'person'] as const) {
    const ids = changes.filter((change) => change.kind === kind).map((change) => change.record_id)
    for (const record of await lockRecords(tx.db, kind, ids)) current.set(record.id, record)
  }
  for (const change of changes) {
    const record = current.get(change.record_id)
    results.set(change.record_id, record === undefined ? 'removed' : await restoreOne(tx, list, change, record))
  }
  await markChangesUndone(
    tx.db,
    list.id,
    changes.map(({ record_id }) => ({ record_id, undone: results.get(record_id) ?? 'removed' })),
  )
}

async function restoreOne(tx: TxCtx, list: Row<'import'>, change: Change, record: Fields): Promise<string> {
  const { addresses: before = [], ...fields } = change.before as Fields & { addresses?: KnownAddress[] }
  const { addresses: after = [] } = change.after as { addresses?: KnownAddress[] }
  const edited: string[] = []
  const old: Fields = {}
  for (const [field, value] of Object.entries(fields)) {
    if (isSame(record[field], change.after[field])) old[field] = value
    else if (!isSame(record[field], value)) edited.push(field.replaceAll('_', ' '))
  }
  const now = tx.clock.now()
  // Their colleagues are known by it: what was planned would have to be planned anew.
  if ('domain' in old && (await hasEnrollments(tx.db, change.record_id))) {
    for (const field of ['domain', 'domain_source', 'domain_confidence']) delete old[field]
    edited.push('domain')
  }
  if (Object.keys(old).length > 0) {
    try {
      await withSavepoint(tx.db, () => restoreRecord(tx.db, change.kind, change.record_id, old, now))
    } catch (error) {
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
      return 'kept: another company has its old name or domain since'
    }
  }
  const added = after.filter(
    (address) => !before.some((other) => other.address_key === address.address_key && other.source === address.source),
  )
  if (added.length > 0) {
    const taken = await takeBackAddresses(tx.db, list.id, change.record_id, {
      added: added.map((address) => address.address_key),
      guesses: before.filter((address) => address.source === 'guessed'),
      now,
    })
    if (taken < added.length) edited.push('address')
  }
  return edited.length === 0 ? 'restored' : `kept: ${edited.join(', ')} changed or used since`
}

/** Dates and numbers of the record are compared as JSON keeps them. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null, inOrder) === JSON.stringify(other ?? null, inOrder)
}

/** jsonb keeps keys in an order of its own. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}
