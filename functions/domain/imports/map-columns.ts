import type { ImportKind } from '../../../db/tables/import.ts'
import { InvalidError } from '../../errors.ts'

export type PeopleField = keyof typeof peopleHeaders
export type CompanyField = keyof typeof companyHeaders
export type Mapping<Field extends string> = Partial<Record<Field, string>>

export type MappedColumns =
  | { kind: 'companies'; mapping: Mapping<CompanyField> }
  | { kind: 'people'; mapping: Mapping<PeopleField> }

const company = ['company', 'companyname', 'account', 'accountname', 'organization', 'organisation', 'employer']
const domain = ['companydomainname', 'companydomain', 'domain', 'domainname', 'emaildomain', 'rootdomain']
const website = ['website', 'companywebsite', 'websiteurl', 'companyurl', 'url', 'web', 'homepage']

/** What each field is called in lists, exports of HubSpot, Apollo and others, and plain speech. Letters and digits only; the first found wins. */
const companyHeaders = {
  name: [...company, 'companynameforemails', 'name', 'exhibitor', 'exhibitorname', 'business'],
  domain,
  website,
  industry: ['industry', 'companyindustry', 'primaryindustry', 'sector', 'vertical'],
  country: ['country', 'companycountry', 'countryregion', 'hqcountry', 'headquarterscountry'],
  revenue: ['maxrevenue', 'revenue', 'annualrevenue', 'companyrevenue', 'estimatedrevenue', 'revenueusd', 'sales'],
  employees: ['employees', 'numberofemployees', 'employeecount', 'headcount', 'companysize', 'noemployees'],
  facilities: ['facilities', 'facilitycount', 'numberoffacilities', 'sites', 'locations', 'warehouses'],
  list_score: ['score', 'listscore', 'companyscore', 'leadscore', 'accountscore'],
  list_tier: ['tier', 'listtier', 'accounttier', 'companytier', 'priority'],
  recommended_targets: ['recommendedtargets', 'recommendedcontacts', 'targets'],
  top_titles: ['toptitles', 'titles', 'topjobtitles'],
  notes: ['notes', 'note', 'comments', 'comment', 'description'],
} as const satisfies Record<string, readonly string[]>

const peopleHeaders = {
  name: ['name', 'fullname', 'contactname', 'personname', 'contact', 'attendee', 'attendeename', 'contactfullname'],
  first_name: ['firstname', 'givenname', 'first', 'forename'],
  last_name: ['lastname', 'familyname', 'surname', 'last'],
  company,
  domain,
  website,
  title: ['jobtitle', 'title', 'position', 'role', 'jobposition', 'jobrole', 'headline'],
  email: ['email', 'emailaddress', 'workemail', 'businessemail', 'primaryemail', 'contactemail', 'mail', 'email1'],
  phone: ['phone', 'phonenumber', 'mobile', 'mobilephone', 'workphone', 'directphone', 'workdirectphone', 'telephone'],
  linkedin_url: ['linkedin', 'linkedinurl', 'linkedinprofile', 'personlinkedinurl', 'linkedinbio', 'profileurl'],
  category: ['category', 'attendeetype', 'registrationtype', 'badgetype', 'type'],
  country: ['country', 'personcountry', 'contactcountry', 'countryregion', 'location'],
  qualified: ['qualified', 'isqualified', 'leadstatus'],
  revenue: ['revenue', 'annualrevenue', 'companyrevenue', 'maxrevenue'],
  industry: ['industry', 'companyindustry', 'sector'],
  list_score: ['personscore', 'score', 'leadscore', 'contactscore', 'listscore'],
  is_ops: ['isops', 'ops', 'operations'],
  is_exec: ['isexec', 'exec', 'executive'],
  is_exec_ops: ['isexecops', 'execops', 'executiveoperations'],
  is_proc: ['isproc', 'proc', 'procurement'],
  is_sales: ['issales', 'sales'],
  notes: ['notes', 'note', 'comments', 'comment'],
} as const satisfies Record<string, readonly string[]>

/**
 * Finds out what a file lists and which column holds what, from the headers alone.
 *
 * @throws InvalidError naming the columns found when there is neither a person's name nor a company
 */
export function mapColumns(columns: readonly string[]): MappedColumns {
  const people = mapFields(peopleHeaders, columns)
  const companies = mapFields(companyHeaders, columns)
  const kind = kindOf(people, companies)
  if (kind === null)
    throw new InvalidError(
      `No column with a company or a person's name was found. The columns are: ${columns.slice(0, 30).join(', ')}. ` +
        'Name one of them "Company" or "Name".',
    )
  return kind === 'people' ? { kind, mapping: people } : { kind, mapping: companies }
}

/** "Name" may be a person's or a company's: it is a person's when anything else in the file is about people. */
function kindOf(people: Mapping<PeopleField>, companies: Mapping<CompanyField>): ImportKind | null {
  if (people.first_name && people.last_name) return 'people'
  if (people.name && (people.company || people.title || people.email || people.category || people.is_ops))
    return 'people'
  if (people.email && !people.name && (people.first_name || people.last_name)) return 'people'
  if (companies.name || companies.domain || companies.website) return 'companies'
  return null
}

function mapFields<Field extends string>(
  headers: Record<Field, readonly string[]>,
  columns: readonly string[],
): Mapping<Field> {
  const byKey = new Map<string, string>()
  for (const column of columns) {
    const key = headerKey(column)
    if (key !== '' && !byKey.has(key)) byKey.set(key, column)
  }
  const mapping: Mapping<Field> = {}
  for (const [field, names] of Object.entries(headers) as [Field, readonly string[]][]) {
    const found = names.find((name) => byKey.has(name))
    if (found !== undefined) mapping[field] = byKey.get(found)
  }
  return mapping
}

function headerKey(column: string): string {
  return column.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
