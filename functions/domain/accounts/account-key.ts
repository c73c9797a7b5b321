import { isFreemailDomain } from './freemail-domains.ts'

/**
 * Who counts as a colleague of whom, over events, sequences and reps: people of one domain, of a subsidiary that was put
 * under its parent by hand, else of one account; somebody without any of these is alone.
 */
export function accountKeyOf(of: {
  parent_domain: string | null
  parent_id: string | null
  account_domain: string | null
  account_id: string | null
  /** registrable or not, as in the address */
  address_domain: string | null
  person_id: string
}): string {
  const own = of.address_domain !== null && !isFreemailDomain(of.address_domain) ? of.address_domain : null
  return of.parent_domain ?? of.parent_id ?? of.account_domain ?? of.account_id ?? own ?? of.person_id
}
