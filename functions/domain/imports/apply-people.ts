import { recordImportChanges } from '../../../db/queries/import-changes.ts'
import { listRecordsOfImport, type RowOutcome } from '../../../db/queries/import-rows.ts'
import {
  type ImportedAccount,
  insertImportedAccounts,
  listAccountsToMatch,
  updateImportedAccounts,
} from '../../../db/queries/imported-accounts.ts'
import {
  insertImportedAddresses,
  insertImportedPeople,
  listPeopleToMatch,
  updateImportedPeople,
} from '../../../db/queries/imported-people.ts'
import type { Row } from '../../../db/schema.ts'
import type { TxCtx } from '../../context.ts'
import { AccountBook, fillAccount, newAccount } from './account-book.ts'
import { type AppliedBatch, rejectedRow } from './apply-companies.ts'
import { ChangeLog } from './change-log.ts'
import { type FieldPolicies, policiesOf } from './field-policies.ts'
import { lockWithoutDomain, rekeyFound } from './found-domains.ts'
import { PersonBook } from './person-book.ts'
import type { PersonRow, ReadPerson } from './read-person.ts'

/** One batch of a list of people. Companies that are not on the list yet are added with them. */
export async function applyPeople(tx: TxCtx, list: Row<'import'>, read: readonly ReadPerson[]): Promise<AppliedBatch> {
  const rows = read.filter((row) => 'name' in row)
  const without_domain = await lockWithoutDomain(tx, list.event_id, [
    ...new Set(rows.flatMap((row) => (row.company?.facts.domain ? row.company.name_key : []))),
  ])
  const log = new ChangeLog()
  const accounts = await openAccounts(tx, list, rows, log)
  const placed = new Map(rows.map((row) => [row.row_number, findOrAddAccount(accounts, row, list)]))
  const people = await openPeople(tx, list, { rows, placed, accounts, log })
  const policies = policiesOf(list.options)
  const batch: Batch = { list, accounts, people, policies, taken: await listTaken(tx, list, people) }
  const outcomes = read.map((row) =>
    'rejected' in row ? rejectedRow(row) : applyRow(batch, row, placed.get(row.row_number)),
  )
  return {
    outcomes,
    async write() {
      const now = tx.clock.now()
      for (const { id } of accounts.added) log.added(id)
      await insertImportedAccounts(tx.db, list.event_id, accounts.added, now)
      await updateImportedAccounts(tx.db, [...accounts.changed.values()], now)
      await rekeyFound(tx, without_domain, accounts.changed)
      await insertImportedPeople(tx.db, list.event_id, people.added, now)
      await updateImportedPeople(tx.db, people.changed, now)
      await insertImportedAddresses(tx.db, people.addresses, now, new Set(people.added.map(({ id }) => id)))
      await recordImportChanges(tx.db, list.id, log.list(), now)
    },
  }
}

async function openAccounts(
  tx: TxCtx,
  list: Row<'import'>,
  rows: readonly PersonRow[],
  log: ChangeLog,
): Promise<AccountBook> {
  const matches = await listAccountsToMatch(tx.db, list.event_id, {
    name_keys: [...new Set(rows.flatMap((row) => row.company?.name_key ?? []))],
    domains: [...new Set(rows.flatMap((row) => row.company?.facts.domain ?? []))],
  })
  return new AccountBook(matches, log)
}

/** Nobody is at an account that came with this batch, so nobody is looked for there. */
async function openPeople(
  tx: TxCtx,
  list: Row<'import'>,
  {
    rows,
    placed,
    accounts,
    log,
  }: {
    rows: readonly PersonRow[]
    placed: ReadonlyMap<number, ImportedAccount | undefined>
    accounts: AccountBook
    log: ChangeLog
  },
): Promise<PersonBook> {
  const names = rows.flatMap(({ row_number, name_key }) => {
    const account = placed.get(row_number)
    return account && accounts.isAdded(account) ? [] : { account_id: account?.id ?? null, name_key }
  })
  const address_keys = rows.flatMap((row) => (row.address && row.is_own_address ? row.address.address_key : []))
  return new PersonBook(await listPeopleToMatch(tx.db, list.event_id, { names, address_keys }), log)
}

async function listTaken(tx: TxCtx, list: Row<'import'>, people: PersonBook): Promise<Set<string>> {
  return new Set(await listRecordsOfImport(tx.db, list.id, people.matched))
}

function findOrAddAccount(
  accounts: AccountBook,
  { company }: PersonRow,
  { options }: Row<'import'>,
): ImportedAccount | undefined {
  if (company === null) return undefined
  const known = accounts.find(company.name_key, company.facts.domain)
  return known ?? accounts.add(newAccount(company.name, company.name_key, company.facts, options.owner_id ?? null))
}

interface Batch {
  list: Row<'import'>
  accounts: AccountBook
  people: PersonBook
  policies: FieldPolicies
  taken: Set<string>
}

/** The first row of a person wins: what repeats it later in the file is counted and fills nothing. */
function applyRow(batch: Batch, row: PersonRow, account: ImportedAccount | undefined): RowOutcome {
  const { list, people, policies, taken } = batch
  const { row_number } = row
  const remark = row.remark?.message ?? null
  const provenance = { import_id: list.id, file_name: list.file_name, row_number }
  const account_id = account?.id ?? null
  const owner_id = list.options.owner_id ?? null
  const known = people.find(row, account_id)
  const duplicate = (reason: string, record_id: string): RowOutcome => ({
    row_number,
    status: 'duplicate',
    reason,
    record_id,
  })
  if (known && taken.has(known.id)) return duplicate('Repeats an earlier row of this file', known.id)
  if (known && policies.skips_all) {
    taken.add(known.id)
    return duplicate(remark ?? 'On the list already', known.id)
  }
  if (account && row.company)
    batch.accounts.change(account, fillAccount(account, row.company.facts, policies, owner_id))
  if (known === undefined) {
    const { id } = people.add(row, { account_id, owner_id }, provenance)
    taken.add(id)
    return { row_number, status: 'new', reason: remark, record_id: id }
  }
  taken.add(known.id)
  return people.merge(known, row, { policies, owner_id }, provenance)
    ? { row_number, status: 'updated', reason: remark, record_id: known.id }
    : duplicate(remark ?? 'Brings nothing new', known.id)
}
