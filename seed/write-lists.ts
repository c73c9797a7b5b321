import { insertActivity } from '../db/queries/activities.ts'
import { type ImportedAccount, insertImportedAccounts } from '../db/queries/imported-accounts.ts'
import { type ImportedPerson, insertImportedAddresses, insertImportedPeople } from '../db/queries/imported-people.ts'
import { giveDomain, insertAddresses, placeAccounts, placePeople } from '../db/queries/seed.ts'
import type { Actor, TxCtx } from '../functions/context.ts'
import { companyKey } from '../functions/domain/accounts/normalise-company.ts'
import { parseRevenue } from '../functions/domain/accounts/parse-revenue.ts'
import { parseName, personNameKey } from '../functions/domain/people/parse-name.ts'
import { type PersonaFlags, personasFor, seniorityFor } from '../functions/domain/people/personas.ts'
import { listCompanyScore, listPersonScore, listTier } from '../functions/domain/scoring/list-score.ts'
import { namedUuid } from '../functions/uuid.ts'
import type { Calendar } from './calendar.ts'
import { companies } from './companies.ts'
import type { Company, Person } from './language.ts'
import { type SeededList, writeImport } from './write-import.ts'

/** A list's address was right when the list was made; one that a rep types is right. */
const CONFIDENCE = { imported: 0.9, given: 1 } as const

export const accountIdOfName = (name: string) => namedUuid(`seed account ${name}`)
export const accountIdOf = (company: Company) => accountIdOfName(company.name)
export const personIdOf = (name: string) => namedUuid(`seed person ${name}`)

interface Placed {
  company: Company
  person: Person
  id: string
  row_number: number
}

/** The companies and people of the first show, as two imported files brought them and two reps have divided them up. */
export async function writeLists(
  tx: TxCtx,
  calendar: Calendar,
  { event_id, admin, demo }: { event_id: string; admin: Actor; demo: Actor },
): Promise<void> {
  const imported_at = calendar.weekday(11, 14)
  const placed = listPlaced()

  await insertImportedAccounts(tx.db, event_id, companies.map(accountOf), imported_at)
  await insertImportedPeople(tx.db, event_id, placed.map(personOf), imported_at)
  const people_list = await writeImport(tx, { event_id, user: admin, at: imported_at, list: peopleList(placed) })
  await writeImport(tx, { event_id, user: admin, at: imported_at, list: companyList() })
  await writeAddresses(tx, placed, { import_id: people_list, at: imported_at })

  const ownerOf = ownersOf({ admin, demo })
  await placeAccounts(
    tx.db,
    companies.map((company) => ({
      id: accountIdOf(company),
      owner_id: ownerOf(company).user_id,
      status: statuses[company.name] ?? 'new',
    })),
  )
  await placePeople(
    tx.db,
    placed.map(({ company, person, id }) => ({
      id,
      owner_id: ownerOf(company).user_id,
      time_zone: person.time_zone ?? null,
    })),
  )
}

/** What the reps typed the day after the import: a domain the list lacked, and addresses from business cards. */
export async function writeGivenFacts(
  tx: TxCtx,
  { event_id, admin, demo }: { event_id: string; admin: Actor; demo: Actor },
): Promise<void> {
  const now = tx.clock.now()
  for (const company of companies.filter((company) => company.is_domain_given))
    await giveDomain(tx.db, {
      account_id: accountIdOf(company),
      domain: company.domain,
      website: websiteOf(company),
      now,
    })
  const ownerOf = ownersOf({ admin, demo })
  await writeGivenAddresses(tx, listPlaced(), { event_id, ownerOf, at: now })
}

function listPlaced(): Placed[] {
  return companies
    .flatMap((company) => company.people.map((person) => ({ company, person, id: personIdOf(person.name) })))
    .map((one, index) => ({ ...one, row_number: index + 1 }))
}

/** The first two are the admin's. */
const ownersOf =
  ({ admin, demo }: { admin: Actor; demo: Actor }) =>
  (company: Company) =>
    companies.indexOf(company) < 2 ? admin : demo

const statuses: Record<string, string> = {
  'Acme Logistics': 'engaged',
  'Global Freight Co': 'contacted',
  'Supply Chain Plus': 'engaged',
  'Fast Transport LLC': 'contacted',
}

function accountOf(company: Company): ImportedAccount {
  const { name, domain, industry, country, employees, facilities } = company
  const { figures, list_score } = listFiguresOf(company)
  const buyers = company.people.filter((person) => flagsOf(person).is_ops || flagsOf(person).is_proc)
  return {
    id: accountIdOf(company),
    name,
    name_key: companyKey(name),
    ...(company.is_domain_given
      ? { domain: null, domain_source: null, domain_confidence: null, website: null }
      : { domain, domain_source: 'imported', domain_confidence: 1, website: websiteOf(company) }),
    industry,
    country,
    revenue_text: company.revenue,
    revenue_usd: revenueOf(company),
    employees,
    facilities,
    notes: null,
    list_score,
    list_tier: listTier(list_score),
    list_figures: figures,
    recommended_targets: buyers
      .slice(0, 3)
      .map((person) => `${person.name} — ${person.title}`)
      .join('; '),
    top_titles: buyers
      .slice(0, 3)
      .map((person) => person.title)
      .join(' | '),
  }
}

/** Dollars; the list's own score is made from dollars, so other currencies count as unknown. */
function revenueOf(company: Company): number | null {
  const revenue = parseRevenue(company.revenue)
  return revenue?.currency === 'USD' && !company.revenue.startsWith('A$') ? revenue.amount : null
}

function listFiguresOf(company: Company) {
  const flags = company.people.map(flagsOf)
  const count = (flag: keyof PersonaFlags) => flags.filter((person) => person[flag]).length
  const figures = {
    attendees: company.people.length,
    exec_ops_count: count('is_exec_ops'),
    ops_count: count('is_ops'),
    proc_count: count('is_proc'),
    sales_count: count('is_sales'),
    mega_boost: company.mega_boost,
    vendor_penalty: company.vendor_penalty,
  }
  const max_revenue = revenueOf(company)
  return { figures: { ...figures, max_revenue }, list_score: listCompanyScore({ ...figures, max_revenue }) }
}

function flagsOf(person: Person): PersonaFlags {
  const personas = personasFor(person)
  return {
    is_ops: personas.includes('operations'),
    is_exec: personas.includes('executive'),
    is_exec_ops: personas.includes('executive_operations'),
    is_proc: personas.includes('procurement'),
    is_sales: personas.includes('sales'),
  }
}

function personOf({ company, person, id }: Placed): ImportedPerson {
  const name = parseName(person.name)
  const flags = flagsOf(person)
  return {
    id,
    account_id: accountIdOf(company),
    name: person.name,
    name_key: personNameKey(person.name),
    given_name: name.given,
    middle_name: name.middle,
    family_name: name.family,
    name_suffix: name.suffix,
    nickname: name.nickname,
    title: person.title,
    category: person.category,
    country: person.country,
    qualified: flags.is_exec_ops ? 'Yes' : null,
    revenue_text: company.revenue,
    list_score: listPersonScore({ ...flags, category: person.category }),
    ...flags,
    personas: personasFor({ title: person.title, flags }),
    seniority: seniorityFor(person.title),
    phone: person.phone ?? null,
    linkedin_url: null,
    notes: null,
  }
}

async function writeAddresses(
  tx: TxCtx,
  placed: readonly Placed[],
  { import_id, at }: { import_id: string; at: Date },
): Promise<void> {
  const addresses = placed.flatMap(({ company, person, id, row_number }) => {
    if (person.address?.source !== 'imported') return []
    const address = `${person.address.local}@${company.domain}`
    return {
      id: namedUuid(`seed address ${address}`),
      person_id: id,
      address,
      address_key: address,
      domain: company.domain,
      confidence: CONFIDENCE.imported,
      provenance: { import_id, file_name: 'manifest-people.csv', row_number },
      is_primary: true,
    }
  })
  await insertImportedAddresses(tx.db, addresses, at)
}

const websiteOf = (company: Company) => `https://www.${company.domain}/`

async function writeGivenAddresses(
  tx: TxCtx,
  placed: readonly Placed[],
  { event_id, ownerOf, at }: { event_id: string; ownerOf: (company: Company) => Actor; at: Date },
): Promise<void> {
  const typed = placed.filter(({ person }) => person.address?.source === 'given')
  const addressOf = ({ company, person }: Placed) => `${person.address?.local}@${company.domain}`
  await insertAddresses(
    tx.db,
    typed.map((one) => ({
      id: namedUuid(`seed address ${addressOf(one)}`),
      person_id: one.id,
      address: addressOf(one),
      address_key: addressOf(one),
      domain: one.company.domain,
      source: 'given',
      confidence: CONFIDENCE.given,
      provenance: JSON.stringify({ by: 'user', user_id: ownerOf(one.company).user_id }),
      is_primary: true,
      verified_at: null,
      created_at: at,
      updated_at: at,
    })),
  )
  for (const one of typed)
    await insertActivity(tx.db, {
      event_id,
      account_id: accountIdOf(one.company),
      person_id: one.id,
      actor_id: ownerOf(one.company).user_id,
      kind: 'person.address_added',
      summary: `${ownerOf(one.company).name} gave ${one.person.name} the address ${addressOf(one)}`,
      at,
    })
}

function companyList(): SeededList {
  return {
    kind: 'companies',
    file_name: 'manifest-companies.csv',
    rows: companies.map((company) => {
      const { figures, list_score } = listFiguresOf(company)
      return {
        raw: {
          Company: company.name,
          Industry: company.industry,
          Country: company.country,
          ...Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, String(figure ?? '')])),
          Score: String(list_score),
          Tier: listTier(list_score) === null ? '' : `Tier ${listTier(list_score)}`,
        },
        status: 'new',
        reason: null,
        record_id: accountIdOf(company),
      }
    }),
  }
}

/** Two rows more than there are people: lists repeat themselves and have gaps. */
function peopleList(placed: readonly Placed[]): SeededList {
  const rows = placed.map(({ company, person, id }) => ({
    raw: rawPerson(company, person),
    status: 'new' as const,
    reason: null,
    record_id: id,
  }))
  const [first] = rows
  return {
    kind: 'people',
    file_name: 'manifest-people.csv',
    rows: [
      ...rows,
      ...(first ? [{ ...first, status: 'duplicate' as const, reason: 'Repeats an earlier row of this file' }] : []),
      {
        raw: { Category: 'Attendee', 'Job Title': 'Dock Supervisor', Company: 'Fast Transport LLC' },
        status: 'rejected',
        reason: 'The row has no name',
        record_id: null,
      },
    ],
  }
}

function rawPerson(company: Company, person: Person): Record<string, string> {
  const raw: Record<string, string> = {
    Name: person.name,
    Category: person.category.slice(0, 1).toUpperCase() + person.category.slice(1),
    'Job Title': person.title,
    Company: company.name,
    Country: person.country,
    Revenue: company.revenue,
  }
  if (person.address?.source === 'imported') raw.Email = `${person.address.local}@${company.domain}`
  if (person.phone) raw.Phone = person.phone
  return raw
}
