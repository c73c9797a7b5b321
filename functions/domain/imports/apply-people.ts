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
import { listRecordsOfImport, type RowOutcome, type StagedRow } from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { TxCtx } from '../../context.ts'
import { AccountBook, fillAccount, newAccount } from './account-book.ts'
import { lockWithoutDomain, rekeyFound } from './found-domains.ts'
import type { Mapping, PeopleField } from './map-columns.ts'
import { PersonBook } from './person-book.ts'
import { type PersonRow, readPerson } from './read-person.ts'

/** One batch of a list of people. Companies that are not on the list yet are added with them. */
export async function applyPeople(tx: TxCtx, list: Row<'import'>, staged: readonly StagedRow[]): Promise<RowOutcome[]> {
  const read = staged.map((row) => readPerson(row, list.mapping as Mapping<PeopleField>))
  const rows = read.filter((row): row is PersonRow => 'name' in row)
  const without_domain = await lockWithoutDomain(
    tx,
    list.event_id,
    rows.flatMap((row) => (row.company?.facts.domain ? row.company.name_key : [])),
  )
  const accounts = new AccountBook(
    await listAccountsToMatch(tx.db, list.event_id, {
      name_keys: rows.flatMap((row) => row.company?.name_key ?? []),
      domains: rows.flatMap((row) => row.company?.facts.domain ?? []),
    }),
  )
  const placed = new Map(rows.map((row) => [row.row_number, { row, account: findOrAddAccount(accounts, row) }]))
  const matches = await listPeopleToMatch(tx.db, list.event_id, {
    names: [...placed.values()].map(({ row, account }) => ({
      account_id: account?.id ?? null,
      name_key: row.name_key,
    })),
    address_keys: rows.flatMap((row) => (row.address && row.is_own_address ? row.address.address_key : [])),
  })
  const people = new PersonBook(matches)
  const matchedIds = matches.map((person) => person.id)
  const taken = new Set(await listRecordsOfImport(tx.db, list.id, matchedIds))
  const outcomes = read.map((row): RowOutcome => {
    if ('rejected' in row)
      return { row_number: row.row_number, status: 'rejected', reason: row.rejected, record_id: null }
    return applyRow({ list, accounts, people, taken }, row, placed.get(row.row_number)?.account)
  })

  const now = tx.clock.now()
  await insertImportedAccounts(tx.db, list.event_id, accounts.added, now)
  await updateImportedAccounts(tx.db, [...accounts.changed.values()], now)
  await rekeyFound(tx, without_domain, accounts.changed)
  await insertImportedPeople(tx.db, list.event_id, people.added, now)
  await updateImportedPeople(tx.db, people.changed, now)
  await insertImportedAddresses(tx.db, people.addresses, now)
  return outcomes
}

function findOrAddAccount(accounts: AccountBook, { company }: PersonRow): ImportedAccount | undefined {
  if (company === null) return undefined
  const known = accounts.find(company.name_key, company.facts.domain)
  return known ?? accounts.add(newAccount(company.name, company.name_key, company.facts))
}

interface Batch {
  list: Row<'import'>
  accounts: AccountBook
  people: PersonBook
  taken: Set<string>
}

/** The first row of a person wins: what repeats it later in the file is counted and fills nothing. */
function applyRow(batch: Batch, row: PersonRow, account: ImportedAccount | undefined): RowOutcome {
  const { people, taken } = batch
  const { row_number, remark } = row
  const provenance = { import_id: batch.list.id, file_name: batch.list.file_name, row_number }
  const account_id = account?.id ?? null
  const known = people.find(row, account_id)
  if (known && taken.has(known.id))
    return { row_number, status: 'duplicate', reason: 'Repeats an earlier row of this file', record_id: known.id }
  if (account && row.company) batch.accounts.change(account, fillAccount(account, row.company.facts))
  if (known === undefined) {
    const { id } = people.add(row, account_id, provenance)
    taken.add(id)
    return { row_number, status: 'new', reason: remark, record_id: id }
  }
  taken.add(known.id)
  return people.merge(known, row, provenance)
    ? { row_number, status: 'updated', reason: remark, record_id: known.id }
    : { row_number, status: 'duplicate', reason: remark ?? 'Brings nothing new', record_id: known.id }
}
