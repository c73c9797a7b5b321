import {
  type ImportedAccount,
  insertImportedAccounts,
  listAccountsToMatch,
  updateImportedAccounts,
} from '../../../db/queries/imported-accounts.ts'
import { listRecordsOfImport, type RowOutcome, type StagedRow } from '../../../db/queries/imports.ts'
import type { Row } from '../../../db/schema.ts'
import type { ListFigures } from '../../../db/tables/account.ts'
import type { TxCtx } from '../../context.ts'
import { companyKey } from '../accounts/normalise-company.ts'
import { ownDomain } from '../accounts/own-domain.ts'
import { AccountBook, type CompanyFacts, fillAccount, newAccount } from './account-book.ts'
import { lockWithoutDomain, rekeyFound } from './found-domains.ts'
import type { CompanyField, Mapping } from './map-columns.ts'
import { countCell, MAX_NAME_LENGTH, numberCell, revenueCell, textCell, tierCell } from './read-cells.ts'

interface CompanyRow {
  row_number: number
  name: string
  name_key: string
  facts: CompanyFacts
  list: Pick<ImportedAccount, 'list_score' | 'list_tier' | 'list_figures' | 'recommended_targets' | 'top_titles'>
}

/** One batch of a list of companies: every row of it becomes an account, changes one, repeats one, or is rejected. */
export async function applyCompanies(
  tx: TxCtx,
  list: Row<'import'>,
  staged: readonly StagedRow[],
): Promise<RowOutcome[]> {
  const read = staged.map((row) => readCompany(row, list.mapping as Mapping<CompanyField>))
  const rows = read.filter((row): row is CompanyRow => 'name' in row)
  const without_domain = await lockWithoutDomain(
    tx,
    list.event_id,
    rows.flatMap((row) => (row.facts.domain === null ? [] : row.name_key)),
  )
  const matches = await listAccountsToMatch(tx.db, list.event_id, {
    name_keys: rows.map((row) => row.name_key),
    domains: rows.flatMap((row) => row.facts.domain ?? []),
  })
  const taken = new Set(
    await listRecordsOfImport(
      tx.db,
      list.id,
      matches.map((account) => account.id),
    ),
  )
  const book = new AccountBook(matches)
  const outcomes = read.map((row) => ('name' in row ? applyRow(book, taken, row) : row))
  const now = tx.clock.now()
  await insertImportedAccounts(tx.db, list.event_id, book.added, now)
  await updateImportedAccounts(tx.db, [...book.changed.values()], now)
  await rekeyFound(tx, without_domain, book.changed)
  return outcomes
}

/** The first row of a key wins: what repeats it later in the file is counted and fills nothing. */
function applyRow(book: AccountBook, taken: Set<string>, row: CompanyRow): RowOutcome {
  const { row_number } = row
  const known = book.find(row.name_key, row.facts.domain)
  if (known === undefined) {
    const account = book.add(withListColumns(newAccount(row.name, row.name_key, row.facts), row))
    taken.add(account.id)
    return { row_number, status: 'new', reason: null, record_id: account.id }
  }
  if (taken.has(known.id))
    return { row_number, status: 'duplicate', reason: 'Repeats an earlier row of this file', record_id: known.id }
  taken.add(known.id)
  const changed = book.change(known, withListColumns(fillAccount(known, row.facts), row))
  return {
    row_number,
    status: changed ? 'updated' : 'duplicate',
    reason: changed ? null : 'Brings nothing new',
    record_id: known.id,
  }
}

/** The list's own columns follow the newest list that has them. */
function withListColumns(account: ImportedAccount, { list }: CompanyRow): ImportedAccount {
  const figures = { ...account.list_figures, ...list.list_figures }
  const isSame = Object.entries(figures).every(([name, figure]) => account.list_figures?.[name] === figure)
  return {
    ...account,
    list_score: list.list_score ?? account.list_score,
    list_tier: list.list_tier ?? account.list_tier,
    list_figures: isSame ? account.list_figures : figures,
    recommended_targets: list.recommended_targets ?? account.recommended_targets,
    top_titles: list.top_titles ?? account.top_titles,
  }
}

function readCompany({ row_number, raw }: StagedRow, mapping: Mapping<CompanyField>): CompanyRow | RowOutcome {
  const cell = (field: CompanyField) => raw[mapping[field] ?? '']
  const website = textCell(cell('website'), 500)
  const domain = ownDomain(cell('domain') ?? '') ?? ownDomain(website ?? '')
  const name = textCell(cell('name')) ?? domain
  const rejected = (reason: string): RowOutcome => ({ row_number, status: 'rejected', reason, record_id: null })
  if (name === null) return rejected('The row has no company name')
  if (name.length > MAX_NAME_LENGTH) return rejected(`The name is longer than ${MAX_NAME_LENGTH} characters`)
  return {
    row_number,
    name,
    name_key: companyKey(name),
    facts: {
      domain,
      website,
      industry: textCell(cell('industry'), 200),
      country: textCell(cell('country'), 100),
      ...revenueCell(cell('revenue')),
      employees: countCell(cell('employees')),
      facilities: countCell(cell('facilities')),
      notes: textCell(cell('notes'), 5000),
    },
    list: {
      list_score: numberCell(cell('list_score')),
      list_tier: tierCell(cell('list_tier')),
      list_figures: readFigures(raw, mapping),
      recommended_targets: textCell(cell('recommended_targets'), 5000),
      top_titles: textCell(cell('top_titles'), 5000),
    },
  }
}

/** Figures of ours that an export carries: coming back, they are no figures of a list. */
const OWN_FIGURES = new Set(['icp_score', 'computed_icp_score', 'score_by_hand', 'people', 'revenue_usd'])

/** Every figure of the list that has no column of its own. */
function readFigures(raw: Record<string, string>, mapping: Mapping<CompanyField>): ListFigures | null {
  const elsewhere = new Set([mapping.list_score, mapping.list_tier, mapping.employees, mapping.facilities])
  const figures: ListFigures = {}
  for (const [column, value] of Object.entries(raw)) {
    const figure = elsewhere.has(column) ? null : numberCell(value)
    const name = figureName(column)
    if (figure !== null && !OWN_FIGURES.has(name)) figures[name] = figure
  }
  return Object.keys(figures).length === 0 ? null : figures
}

function figureName(column: string): string {
  return column
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '')
}
