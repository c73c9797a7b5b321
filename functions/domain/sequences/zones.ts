import { countryCodeOf } from './country-codes.ts'
import { likelyZone, zoneOfCountry, zoneOfRegion } from './country-zones.ts'

export interface Whereabouts {
  /** the person's own, only when known */
  time_zone: string | null
  country: string | null
  account_country: string | null
  account_region: string | null
}

export interface Place {
  time_zone: string
  /** ISO 3166 alpha-2, for holidays; null when it is not known */
  country: string | null
  /** for the receipt */
  known_by: string
}

/**
 * Which zone holds for a person, and how we know: their own, their country's, their account's country and region, then
 * the sequence's, then the workspace's. In a country of several zones whose region is not known the sequence's zone holds
 * when it lies there, else the one where most people live.
 */
export function placeOf(
  person: Whereabouts,
  fallback: { time_zone: string; workspace_time_zone: string | null },
): Place {
  const own = countryCodeOf(person.country)
  const accounts = countryCodeOf(person.account_country)
  const country = own ?? accounts
  if (person.time_zone !== null && isZone(person.time_zone))
    return { time_zone: person.time_zone, country, known_by: "the person's own zone" }
  const national = own === null ? undefined : zoneOfCountry(own)
  if (national !== undefined) return { time_zone: national, country, known_by: `by country, ${person.country}` }
  // A person in the United States is not where the German account is; but an account there may tell the state.
  if (accounts !== null && (own === null || own === accounts)) {
    const region = person.account_region
    const regional = region === null ? undefined : zoneOfRegion(accounts, region)
    if (regional !== undefined)
      return { time_zone: regional, country, known_by: `by the account's region, ${region}, ${person.account_country}` }
    const zone = zoneOfCountry(accounts)
    if (zone !== undefined)
      return { time_zone: zone, country, known_by: `by the account's country, ${person.account_country}` }
  }
  const likely = country === null ? undefined : likelyZone(country, fallback.time_zone)
  if (likely !== undefined && !likely.is_preferred) {
    const named = own === null ? `by the account's country, ${person.account_country}` : `by country, ${person.country}`
    return { time_zone: likely.time_zone, country, known_by: `${named}: where most people live` }
  }
  if (isZone(fallback.time_zone)) return { time_zone: fallback.time_zone, country, known_by: "the sequence's zone" }
  return { time_zone: usableZone(fallback.workspace_time_zone ?? 'UTC'), country, known_by: "the workspace's zone" }
}

/** A zone that this process does not know must not stop the mails beside it. */
export function usableZone(...names: string[]): string {
  for (const name of names) if (isZone(name)) return name
  return 'UTC'
}

/** Asking Intl costs more than planning; a list names a few hundred zones at most. */
const zones = new Map<string, boolean>()
const MOST_ZONES = 1_000

export function isZone(name: string): boolean {
  const known = zones.get(name)
  if (known !== undefined) return known
  if (zones.size >= MOST_ZONES) zones.clear()
  // A fixed offset knows no summer time, and the database reads its sign the other way round.
  let exists = /^[A-Za-z]/.test(name)
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    exists = false
  }
  zones.set(name, exists)
  return exists
}
