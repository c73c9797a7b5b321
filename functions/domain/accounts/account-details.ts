import * as v from 'valibot'
import type { Row } from '../../../db/schema.ts'
import type { AccountStatus } from '../../../db/tables/account.ts'
import { optionalCount, optionalId, optionalText, requiredText } from '../form-fields.ts'
import { companyKey } from './normalise-company.ts'
import { accountDomain } from './normalise-domain.ts'
import { ownDomain } from './own-domain.ts'
import { parseRevenue } from './parse-revenue.ts'

export const ACCOUNT_STATUSES = [
  'new',
  'researching',
  'contacted',
  'engaged',
  'meeting',
  'customer',
  'disqualified',
] as const satisfies readonly AccountStatus[]

/** What a person types about an account: the form and the API read the same. */
export const accountDetailsSchema = v.object({
  name: requiredText(300, 'Type the name of the company'),
  website: v.pipe(
    optionalText(500),
    v.check((text) => text === null || accountDomain(text) !== null, 'Type an address such as acme.com'),
  ),
  industry: optionalText(200),
  country: optionalText(100),
  revenue: optionalText(200),
  employees: optionalCount(10_000_000),
  facilities: optionalCount(1_000_000),
  status: v.optional(v.picklist(ACCOUNT_STATUSES, 'Choose a status'), 'new'),
  owner_id: optionalId('Choose an owner from the list'),
  notes: optionalText(5000),
})

export type AccountDetailsInput = v.InferOutput<typeof accountDetailsSchema>

export type EditableAccount = Pick<
  Row<'account'>,
  | 'name'
  | 'name_key'
  | 'website'
  | 'domain'
  | 'domain_source'
  | 'domain_confidence'
  | 'industry'
  | 'country'
  | 'revenue_text'
  | 'revenue_usd'
  | 'employees'
  | 'facilities'
  | 'status'
  | 'owner_id'
  | 'notes'
>

/**
 * The columns that the form decides. A website that was typed is a fact; one that stays as it was keeps where it came from, and a page on a
 * social network names no domain.
 */
export function accountColumns(
  details: AccountDetailsInput,
  before?: Pick<EditableAccount, 'website' | 'domain' | 'domain_source' | 'domain_confidence'>,
): EditableAccount {
  const { revenue, ...columns } = details
  const amount = revenue === null ? null : parseRevenue(revenue)
  const keepsDomain = before !== undefined && details.website === (before.website ?? before.domain)
  const domain = details.website === null ? null : ownDomain(details.website)
  return {
    ...columns,
    name_key: companyKey(details.name),
    revenue_text: revenue,
    revenue_usd: amount?.currency === 'USD' ? amount.amount : null,
    ...(keepsDomain
      ? {
          website: before.website,
          domain: before.domain,
          domain_source: before.domain_source,
          domain_confidence: before.domain_confidence,
        }
      : { domain, domain_source: domain === null ? null : 'given', domain_confidence: domain === null ? null : 1 }),
  }
}
