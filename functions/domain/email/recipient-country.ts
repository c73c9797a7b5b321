import { countryCodeOf } from '../sequences/country-codes.ts'

/**
 * Where a first mail must say why it comes: EU and EEA, United Kingdom, Switzerland. The same list is the default of
 * `sequence.untracked_countries`.
 */
const REASON_NEEDED: ReadonlySet<string> = new Set(
  'AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
)

interface Recipient {
  /** ISO 3166 alpha-2, when it is known already */
  country_code?: string | null
  /** as a list wrote them */
  country: string | null
  account_country: string | null
}

/** ISO 3166 alpha-2 of where a person is, else their company, as far as their words are understood. */
export function recipientCountry(of: Recipient): string | null {
  return of.country_code ?? countryCodeOf(of.country) ?? countryCodeOf(of.account_country)
}

/** Whether a legitimate-interest note is missing for this recipient. */
export function lacksReason(contact_reason: string, of: Recipient): boolean {
  return contact_reason.trim() === '' && REASON_NEEDED.has(recipientCountry(of) ?? '')
}
