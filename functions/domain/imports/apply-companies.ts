import { recordImportChanges } from '../../../db/queries/import-changes.ts'
import { listRecordsOfImport, type RowOutcome } from '../../../db/queries/import-rows.ts'
import {
  type ImportedAccount,
  insertImportedAccounts,
  listAccountsToMatch,
  updateImportedAccounts,
} from '../../../db/queries/imported-accounts.ts'
import type { Row } from '../../../db/schema.ts'
import type { TxCtx } from '../../context.ts'
import { AccountBook, fillAccount, newAccount } from './account-book.ts'
import { ChangeLog } from './change-log.ts'
import { type FieldPolicies, policiesOf } from './field-policies.ts'
import { lockWithoutDomain, rekeyFound } from './found-domains.ts'
import type { CompanyRow, ReadCompany } from './read-company.ts'

/** What a batch came to, and the writing of it, which the caller awaits. */
export interface AppliedBatch {
  outcomes: RowOutcome[]
  write(): Promise<void>
}

/** One batch of a list of companies: every row of it becomes an account, changes one, repeats one, or is rejected. */
export async function applyCompanies(
  tx: TxCtx,
  list: Row<'import'>,
  read: readonly ReadCompany[],
): Promise<AppliedBatch> {
  const rows = read.filter((row) => 'name' in row)
  const without_domain = await lockWithoutDomain(
    tx,
    list.event_id,
    rows.flatMap((row) => (row.facts.domain === null ? [] : row.name_key)),
  )
  const matches = await listAccountsToMatch(tx.db, list.event_id, {
    name_keys: rows.map((row) => row.name_key),
    domains: rows.flatMap((row) => row.facts.domain ?? []),
  })
  const known = matches.map((account) => account.id)
  const taken = new Set(await listRecordsOfImport(tx.db, list.id, known))
  const log = new ChangeLog()
  const batch = { list, book: new AccountBook(matches, log), taken, policies: policiesOf(list.options) }
  const outcomes = read.map((row) => ('name' in row ? applyRow(batch, row) : rejectedRow(row)))
  return {
    outcomes,
    async write() {
      const now = tx.clock.now()
      await insertImportedAccounts(tx.db, list.event_id, batch.book.added, now)
      await updateImportedAccounts(tx.db, [...batch.book.changed.values()], now)
      await rekeyFound(tx, without_domain, batch.book.changed)
      await recordImportChanges(tx.db, list.id, log.list(), now)
    },
  }
}

export function rejectedRow({
  row_number,
  rejected,
}: {
  row_number: number
  rejected: { message: string }
}): RowOutcome {
  return { row_number, status: 'rejected', reason: rejected.message, record_id: null }
}

interface Batch {
  list: Row<'import'>
  book: AccountBook
  taken: Set<string>
  policies: FieldPolicies
}

/** The first row of a key wins: what repeats it later in the file is counted and fills nothing. */
function applyRow({ list, book, taken, policies }: Batch, row: CompanyRow): RowOutcome {
  const { row_number } = row
  const owner_id = list.options.owner_id ?? null
  const known = book.find(row.name_key, row.facts.domain)
  if (known === undefined) {
    const added = newAccount(row.name, row.name_key, row.facts, owner_id)
    const account = book.add(withListColumns(added, row, policiesOf({})))
    taken.add(account.id)
    return { row_number, status: 'new', reason: null, record_id: account.id }
  }
  const duplicate = (reason: string): RowOutcome => ({ row_number, status: 'duplicate', reason, record_id: known.id })
  if (taken.has(known.id)) return duplicate('Repeats an earlier row of this file')
  taken.add(known.id)
  if (policies.skips_all) return duplicate('On the list already')
  const filled = fillAccount(known, row.facts, policies, owner_id)
  if (!book.change(known, withListColumns(filled, row, policies))) return duplicate('Brings nothing new')
  return { row_number, status: 'updated', reason: null, record_id: known.id }
}

/** The list's own columns follow the newest list that has them. */
function withListColumns(account: ImportedAccount, { list }: CompanyRow, { follow }: FieldPolicies): ImportedAccount {
  const figures = list.list_figures === null ? null : { ...account.list_figures, ...list.list_figures }
  const isSame = Object.entries(figures ?? {}).every(([name, figure]) => account.list_figures?.[name] === figure)
  return {
    ...account,
    list_score: follow('list_score', account.list_score, list.list_score),
    list_tier: follow('list_tier', account.list_tier, list.list_tier),
    list_figures: isSame ? account.list_figures : follow('list_figures', account.list_figures, figures),
    recommended_targets: follow('recommended_targets', account.recommended_targets, list.recommended_targets),
    top_titles: follow('top_titles', account.top_titles, list.top_titles),
  }
}
