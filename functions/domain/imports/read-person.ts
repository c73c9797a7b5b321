import type { StagedRow } from '../../../db/queries/imports.ts'
import type { PersonCategory } from '../../../db/tables/person.ts'
import { companyKey } from '../accounts/normalise-company.ts'
import { ownDomain } from '../accounts/own-domain.ts'
import { isSharedMailbox, type ParsedAddress, parseAddress } from '../people/parse-address.ts'
import { personNameKey } from '../people/parse-name.ts'
import type { PersonaFlags } from '../people/personas.ts'
import { type CompanyFacts, noCompanyFacts } from './account-book.ts'
import type { Mapping, PeopleField } from './map-columns.ts'
import { flagCell, MAX_NAME_LENGTH, numberCell, revenueCell, textCell } from './read-cells.ts'

export interface PersonRow {
  row_number: number
  name: string
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
  remark: string | null
}

export type ReadPerson = PersonRow | { row_number: number; rejected: string }

export function readPerson({ row_number, raw }: StagedRow, mapping: Mapping<PeopleField>): ReadPerson {
  const cell = (field: PeopleField) => raw[mapping[field] ?? '']
  const name = textCell(cell('name')) ?? textCell(`${cell('first_name') ?? ''} ${cell('last_name') ?? ''}`)
  const company = textCell(cell('company'))
  if (name === null) return { row_number, rejected: 'The row has no name' }
  for (const given of [name, company])
    if (given !== null && given.length > MAX_NAME_LENGTH)
      return { row_number, rejected: `The name is longer than ${MAX_NAME_LENGTH} characters` }

  const email = textCell(cell('email'))
  const address = email === null ? null : parseAddress(email)
  const revenue = revenueCell(cell('revenue'))
  return {
    row_number,
    name,
    name_key: personNameKey(name),
    company: readCompanyOf(company, address, {
      ...noCompanyFacts,
      website: textCell(cell('website'), 500),
      domain: ownDomain(cell('domain') ?? '') ?? ownDomain(cell('website') ?? ''),
      industry: textCell(cell('industry'), 200),
      ...revenue,
    }),
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
    remark: email !== null && address === null ? `Not an address: ${textCell(email, 100)}` : null,
  }
}

/** Without a company the address says where somebody works, unless it is a private one. */
function readCompanyOf(
  company: string | null,
  address: ParsedAddress | null,
  facts: CompanyFacts,
): PersonRow['company'] {
  if (company !== null) return { name: company, name_key: companyKey(company), facts }
  const domain = facts.domain ?? (address === null ? null : ownDomain(address.domain))
  return domain === null ? null : { name: domain, name_key: companyKey(domain), facts: { ...facts, domain } }
}

function categoryCell(value: string | undefined): PersonCategory | null {
  const text = (value ?? '').trim().toLowerCase()
  return text === 'attendee' || text === 'sponsor' || text === 'speaker' ? text : null
}
