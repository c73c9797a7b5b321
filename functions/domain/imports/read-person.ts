import type { StagedRow } from '../../../db/queries/import-rows.ts'
import type { PersonCategory } from '../../../db/tables/person.ts'
import { companyKey } from '../accounts/normalise-company.ts'
import { ownDomain } from '../accounts/own-domain.ts'
import { isSharedMailbox, type ParsedAddress, parseAddress } from '../people/parse-address.ts'
import { nameKeyOf, type ParsedName, parseName } from '../people/parse-name.ts'
import type { PersonaFlags } from '../people/personas.ts'
import { type CompanyFacts, noCompanyFacts } from './account-book.ts'
import type { Mapping, PeopleField } from './map-columns.ts'
import { flagCell, MAX_NAME_LENGTH, numberCell, revenueCell, textCell } from './read-cells.ts'
import { rowReader } from './read-row.ts'

export interface PersonRow {
  row_number: number
  name: string
  parsed: ParsedName
  name_key: string
  company: { name: string; name_key: string; facts: CompanyFacts } | null
  address: ParsedAddress | null
  /** an address tells a person apart unless a department shares it */
  is_own_address: boolean
  title: string | null
  phone: string | null
  linkedin_url: string | null
  country: string | null
  notes: string | null
  list: {
    category: PersonCategory | null
    qualified: string | null
    revenue_text: string | null
    list_score: number | null
  } & { [Flag in keyof PersonaFlags]: boolean | null }
  /** what of the row could not be kept */
  remark: CellRemark | null
}

/** What is wrong with a cell, in words for whoever has the list. */
export interface CellRemark {
  /** of the mapping */
  field: string
  message: string
}

export type ReadPerson = PersonRow | { row_number: number; rejected: CellRemark }

/** Reads the rows of a list of people. Companies come many times in a list: each is read once. */
export function personReader(
  columns: readonly string[],
  mapping: Mapping<PeopleField>,
): (row: StagedRow) => ReadPerson {
  const reader = rowReader(columns, mapping)
  const memory = new CompanyMemory()
  return (row) => readPerson(row, (field) => reader(row, field), memory)
}

function readPerson(
  { row_number }: StagedRow,
  cell: (field: PeopleField) => string | undefined,
  memory: CompanyMemory,
): ReadPerson {
  const name = textCell(cell('name')) ?? textCell(`${cell('first_name') ?? ''} ${cell('last_name') ?? ''}`)
  const company = textCell(cell('company'))
  const rejected = (field: PeopleField, message: string) => ({ row_number, rejected: { field, message } })
  if (name === null) return rejected('name', 'The row has no name')
  const tooLong = `The name is longer than ${MAX_NAME_LENGTH} characters`
  if (name.length > MAX_NAME_LENGTH) return rejected('name', tooLong)
  if (company !== null && company.length > MAX_NAME_LENGTH) return rejected('company', tooLong)

  const email = textCell(cell('email'))
  const address = email === null ? null : parseAddress(email)
  const revenue = revenueCell(cell('revenue'))
  const parsed = parseName(name)
  return {
    row_number,
    name,
    parsed,
    name_key: nameKeyOf(parsed),
    company: readCompanyOf(
      company,
      address,
      {
        ...noCompanyFacts,
        website: textCell(cell('website'), 500),
        domain: memory.domainOf(cell('domain') ?? '') ?? memory.domainOf(cell('website') ?? ''),
        industry: textCell(cell('industry'), 200),
        ...revenue,
      },
      memory,
    ),
    address,
    is_own_address: address !== null && !isSharedMailbox(address.address_key),
    title: textCell(cell('title'), 1000),
    phone: textCell(cell('phone'), 100),
    linkedin_url: textCell(cell('linkedin_url'), 500),
    country: textCell(cell('country'), 100),
    notes: textCell(cell('notes'), 5000),
    list: {
      category: categoryCell(cell('category')),
      qualified: textCell(cell('qualified'), 100),
      revenue_text: revenue.revenue_text,
      list_score: numberCell(cell('list_score')),
      is_ops: flagCell(cell('is_ops')),
      is_exec: flagCell(cell('is_exec')),
      is_exec_ops: flagCell(cell('is_exec_ops')),
      is_proc: flagCell(cell('is_proc')),
      is_sales: flagCell(cell('is_sales')),
    },
    remark:
      email !== null && address === null
        ? { field: 'email', message: `Not an address: ${textCell(email, 100)}` }
        : null,
  }
}

/** Without a company the address says where somebody works, unless it is a private one. */
function readCompanyOf(
  company: string | null,
  address: ParsedAddress | null,
  facts: CompanyFacts,
  memory: CompanyMemory,
): PersonRow['company'] {
  if (company !== null) return { name: company, name_key: memory.keyOf(company), facts }
  const domain = facts.domain ?? (address === null ? null : memory.domainOf(address.domain))
  return domain === null ? null : { name: domain, name_key: memory.keyOf(domain), facts: { ...facts, domain } }
}

/** Keys and domains of the companies met last. */
class CompanyMemory {
  readonly #keys = new Map<string, string>()
  readonly #domains = new Map<string, string | null>()

  keyOf(name: string): string {
    return remembered(this.#keys, name, companyKey)
  }

  domainOf(text: string): string | null {
    return text === '' ? null : remembered(this.#domains, text, ownDomain)
  }
}

function remembered<Value>(memory: Map<string, Value>, text: string, read: (text: string) => Value): Value {
  const known = memory.get(text)
  if (known !== undefined) return known
  if (memory.size >= 5000) memory.clear()
  const value = read(text)
  memory.set(text, value)
  return value
}

export function categoryCell(value: string | undefined): PersonCategory | null {
  const text = (value ?? '').trim().toLowerCase()
  return text === 'attendee' || text === 'sponsor' || text === 'speaker' ? text : null
}
