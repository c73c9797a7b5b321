import type { ImportedAccount } from '../../../db/queries/imported-accounts.ts'
import { timeOrderedUuid } from '../../uuid.ts'
import type { ChangeLog } from './change-log.ts'
import { type FieldPolicies, policiesOf } from './field-policies.ts'

/** What a row of a list says of a company, whether the list is of companies or of people. */
export interface CompanyFacts {
  domain: string | null
  website: string | null
  industry: string | null
  country: string | null
  revenue_text: string | null
  revenue_usd: number | null
  employees: number | null
  facilities: number | null
  notes: string | null
}

export const noCompanyFacts: CompanyFacts = {
  domain: null,
  website: null,
  industry: null,
  country: null,
  revenue_text: null,
  revenue_usd: null,
  employees: null,
  facilities: null,
  notes: null,
}

/** The accounts a batch may meet, and those it adds or changes on the way. */
export class AccountBook {
  readonly added: ImportedAccount[] = []
  readonly changed = new Map<string, ImportedAccount>()
  readonly #addedIds = new Set<string>()
  readonly #byDomain = new Map<string, ImportedAccount>()
  readonly #byName = new Map<string, ImportedAccount[]>()

  constructor(
    accounts: readonly ImportedAccount[],
    readonly log: ChangeLog,
  ) {
    for (const account of accounts) this.#remember(account)
  }

  /** By domain; else by name, where an account of another domain is another company. */
  find(name_key: string, domain: string | null): ImportedAccount | undefined {
    const namesakes = this.#byName.get(name_key) ?? []
    const withoutDomain = namesakes.find((account) => account.domain === null)
    if (domain === null) return withoutDomain ?? namesakes[0]
    return this.#byDomain.get(domain) ?? withoutDomain
  }

  isAdded(account: ImportedAccount): boolean {
    return this.#addedIds.has(account.id)
  }

  add(account: ImportedAccount): ImportedAccount {
    this.added.push(account)
    this.#addedIds.add(account.id)
    this.#remember(account)
    return account
  }

  /** Answers whether `after`, the same account with what the row brought, differs. */
  change(before: ImportedAccount, after: ImportedAccount): boolean {
    if (this.isAdded(before)) {
      Object.assign(before, after)
    } else {
      if (!this.log.note('account', before.id, before, after)) return false
      Object.assign(before, after)
      this.changed.set(before.id, before)
    }
    if (before.domain !== null) this.#byDomain.set(before.domain, before)
    return true
  }

  #remember(account: ImportedAccount): void {
    if (account.domain !== null) this.#byDomain.set(account.domain, account)
    const namesakes = this.#byName.get(account.name_key)
    if (namesakes === undefined) this.#byName.set(account.name_key, [account])
    else namesakes.push(account)
  }
}

/** Nothing is there that a policy could keep. */
const noPolicies = policiesOf({})

export function newAccount(
  name: string,
  name_key: string,
  facts: CompanyFacts,
  owner_id: string | null,
): ImportedAccount {
  const empty: ImportedAccount = {
    id: timeOrderedUuid(),
    name,
    name_key,
    ...noCompanyFacts,
    domain_source: null,
    domain_confidence: null,
    owner_id,
    list_score: null,
    list_tier: null,
    list_figures: null,
    recommended_targets: null,
    top_titles: null,
  }
  return fillAccount(empty, facts, noPolicies)
}

/** What a person may edit is replaced only where the policy says so; a domain, which says what company it is, never. */
export function fillAccount(
  account: ImportedAccount,
  facts: CompanyFacts,
  policies: FieldPolicies,
  owner_id: string | null = null,
): ImportedAccount {
  const { pick } = policies
  const domain = account.domain ?? pick('domain', null, facts.domain)
  const takesDomain = domain !== account.domain
  const revenue = (from: Pick<CompanyFacts, 'revenue_text' | 'revenue_usd'>) =>
    from.revenue_text === null && from.revenue_usd === null
      ? null
      : { revenue_text: from.revenue_text, revenue_usd: from.revenue_usd }
  return {
    ...account,
    ...(takesDomain ? { domain, domain_source: 'imported', domain_confidence: 1 } : {}),
    ...pick('revenue', revenue(account), revenue(facts)),
    website: pick('website', account.website, facts.website),
    industry: pick('industry', account.industry, facts.industry),
    country: pick('country', account.country, facts.country),
    employees: pick('employees', account.employees, facts.employees),
    facilities: pick('facilities', account.facilities, facts.facilities),
    notes: pick('notes', account.notes, facts.notes),
    owner_id: account.owner_id ?? pick('owner', null, owner_id),
  }
}
