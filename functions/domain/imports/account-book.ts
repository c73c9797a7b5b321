import type { ImportedAccount } from '../../../db/queries/imported-accounts.ts'

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

  constructor(accounts: readonly ImportedAccount[]) {
    for (const account of accounts) this.#remember(account)
  }

  /** By domain; else by name, where an account of another domain is another company. */
  find(name_key: string, domain: string | null): ImportedAccount | undefined {
    const namesakes = this.#byName.get(name_key) ?? []
    const withoutDomain = namesakes.find((account) => account.domain === null)
    if (domain === null) return withoutDomain ?? namesakes[0]
    return this.#byDomain.get(domain) ?? withoutDomain
  }

  add(account: ImportedAccount): ImportedAccount {
    this.added.push(account)
    this.#addedIds.add(account.id)
    this.#remember(account)
    return account
  }

  /** Answers whether `after`, the same account with what the row brought, differs. */
  change(before: ImportedAccount, after: ImportedAccount): boolean {
    if (JSON.stringify(before) === JSON.stringify(after)) return false
    Object.assign(before, after)
    if (before.domain !== null) this.#byDomain.set(before.domain, before)
    if (!this.#addedIds.has(before.id)) this.changed.set(before.id, before)
    return true
  }

  #remember(account: ImportedAccount): void {
    if (account.domain !== null) this.#byDomain.set(account.domain, account)
    const namesakes = this.#byName.get(account.name_key)
    if (namesakes === undefined) this.#byName.set(account.name_key, [account])
    else namesakes.push(account)
  }
}

export function newAccount(name: string, name_key: string, facts: CompanyFacts): ImportedAccount {
  const empty: ImportedAccount = {
    id: crypto.randomUUID(),
    name,
    name_key,
    ...noCompanyFacts,
    domain_source: null,
    domain_confidence: null,
    list_score: null,
    list_tier: null,
    list_figures: null,
    recommended_targets: null,
    top_titles: null,
  }
  return fillAccount(empty, facts)
}

/** What a person may edit is filled where it is empty and never replaced. */
export function fillAccount(account: ImportedAccount, facts: CompanyFacts): ImportedAccount {
  const hasRevenue = account.revenue_text !== null || account.revenue_usd !== null
  const takesDomain = account.domain === null && facts.domain !== null
  return {
    ...account,
    ...(takesDomain ? { domain: facts.domain, domain_source: 'imported', domain_confidence: 1 } : {}),
    ...(hasRevenue ? {} : { revenue_text: facts.revenue_text, revenue_usd: facts.revenue_usd }),
    website: account.website ?? facts.website,
    industry: account.industry ?? facts.industry,
    country: account.country ?? facts.country,
    employees: account.employees ?? facts.employees,
    facilities: account.facilities ?? facts.facilities,
    notes: account.notes ?? facts.notes,
  }
}
