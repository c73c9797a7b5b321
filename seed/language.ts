import type { PersonCategory } from '../db/tables/person.ts'

/** A company as a list of attendees names it, with its people. */
export interface Company {
  name: string
  domain: string
  /** the list had no domain: a rep typed it later */
  is_domain_given?: boolean
  industry: string
  country: string
  revenue: string
  employees: number
  facilities: number
  /** what the list adds for very large fleets, and takes off for those who sell to our buyers */
  mega_boost: number
  vendor_penalty: number
  people: Person[]
}

export interface Person {
  name: string
  title: string
  country: string
  category: PersonCategory
  /** IANA, where it is known better than by country */
  time_zone?: string
  /** `imported` stood in the list, `given` was typed by a rep; without either the address is for the enrichment to guess */
  address?: { source: 'imported' | 'given'; local: string }
  phone?: string
}

export function company(
  name: string,
  domain: string,
  facts: Omit<Company, 'name' | 'domain' | 'people'>,
  people: Person[],
): Company {
  return { name, domain, ...facts, people }
}

export function attendee(name: string, title: string, country: string, known: Partial<Person> = {}): Person {
  return { name, title, country, category: 'attendee', ...known }
}

export function sponsor(name: string, title: string, country: string, known: Partial<Person> = {}): Person {
  return { name, title, country, category: 'sponsor', ...known }
}

export function speaker(name: string, title: string, country: string, known: Partial<Person> = {}): Person {
  return { name, title, country, category: 'speaker', ...known }
}

export const imported = (local: string) => ({ source: 'imported', local }) as const
export const given = (local: string) => ({ source: 'given', local }) as const
