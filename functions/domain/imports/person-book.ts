import type { ImportedAddress, ImportedPerson, MatchedPerson } from '../../../db/queries/imported-people.ts'
import { timeOrderedUuid } from '../../uuid.ts'
import { type PersonaFlags, personasFor, seniorityFor } from '../people/personas.ts'
import type { ChangeLog } from './change-log.ts'
import type { FieldPolicies } from './field-policies.ts'
import type { PersonRow } from './read-person.ts'

/** A list's address was right when the list was made. */
const IMPORTED_CONFIDENCE = 0.9

/** The people a batch may meet, and those it adds or changes on the way. */
export class PersonBook {
  /** ids of those that were there before */
  readonly matched: readonly string[]
  readonly added: ImportedPerson[] = []
  readonly changed: ImportedPerson[] = []
  readonly addresses: ImportedAddress[] = []
  readonly #byAddress = new Map<string, MatchedPerson>()
  readonly #byName = new Map<string, MatchedPerson>()

  constructor(
    people: readonly MatchedPerson[],
    readonly log: ChangeLog,
  ) {
    this.matched = people.map((person) => person.id)
    for (const person of people) this.#remember(person)
  }

  find(row: PersonRow, account_id: string | null): MatchedPerson | undefined {
    const byAddress = row.address && row.is_own_address ? this.#byAddress.get(row.address.address_key) : undefined
    return byAddress ?? this.#byName.get(nameAt(account_id, row.name_key))
  }

  add(row: PersonRow, of: Belongs, provenance: Record<string, unknown>): MatchedPerson {
    const person = newPerson(row, of)
    this.added.push(person)
    const added: MatchedPerson = { ...person, addresses: [] }
    this.#addAddress(added, row, provenance)
    this.#remember(added)
    return added
  }

  /** Answers whether the row brought anything. */
  merge(
    person: MatchedPerson,
    row: PersonRow,
    { policies, owner_id }: { policies: FieldPolicies; owner_id: string | null },
    provenance: Record<string, unknown>,
  ): boolean {
    const { addresses, ...before } = person
    const keys = addressesOf(person)
    const after = mergedPerson(before, row, policies, owner_id)
    const isChanged = this.log.note('person', person.id, before, after)
    if (isChanged) this.changed.push(after)
    const takesAddress = policies.pick('email', null, row.address) !== null
    const hasNewAddress = takesAddress && this.#addAddress(person, row, provenance)
    if (hasNewAddress) this.log.note('person', person.id, { addresses: keys }, { addresses: addressesOf(person) })
    Object.assign(person, after, { addresses })
    return isChanged || hasNewAddress
  }

  #addAddress(person: MatchedPerson, row: PersonRow, provenance: Record<string, unknown>): boolean {
    const { address } = row
    if (address === null) return false
    const known = person.addresses.find((other) => other.address_key === address.address_key)
    if (known && known.source !== 'guessed') return false
    const is_primary = !person.addresses.some((other) => other.is_primary && other.source !== 'guessed')
    this.addresses.push({
      id: timeOrderedUuid(),
      person_id: person.id,
      ...address,
      confidence: IMPORTED_CONFIDENCE,
      provenance,
      is_primary,
    })
    if (is_primary) for (const other of person.addresses) other.is_primary = false
    if (known) Object.assign(known, { source: 'imported', is_primary })
    else person.addresses.push({ address_key: address.address_key, source: 'imported', is_primary })
    if (row.is_own_address) this.#byAddress.set(address.address_key, person)
    return true
  }

  /** People come with the first of several namesakes first. */
  #remember(person: MatchedPerson): void {
    const name = nameAt(person.account_id, person.name_key)
    if (!this.#byName.has(name)) this.#byName.set(name, person)
    for (const { address_key } of person.addresses) this.#byAddress.set(address_key, person)
  }
}

function nameAt(account_id: string | null, name_key: string): string {
  return `${account_id ?? ''} ${name_key}`
}

/** As they stood, for undoing. */
function addressesOf({ addresses }: MatchedPerson): MatchedPerson['addresses'] {
  return addresses.map((address) => ({ ...address }))
}

interface Belongs {
  account_id: string | null
  owner_id: string | null
}

function newPerson(row: PersonRow, { account_id, owner_id }: Belongs): ImportedPerson {
  const { parsed } = row
  const flags = flagsOf(row.list)
  return {
    id: timeOrderedUuid(),
    account_id,
    name: row.name,
    name_key: row.name_key,
    given_name: parsed.given,
    middle_name: parsed.middle,
    family_name: parsed.family,
    name_suffix: parsed.suffix,
    nickname: parsed.nickname,
    title: row.title,
    country: row.country,
    personas: personasFor({ title: row.title, flags }),
    seniority: seniorityFor(row.title),
    phone: row.phone,
    linkedin_url: row.linkedin_url,
    notes: row.notes,
    owner_id,
    ...row.list,
  }
}

/** The list's own columns follow the newest list; what a person may edit is replaced only where the policy says so. */
function mergedPerson(
  before: ImportedPerson,
  row: PersonRow,
  { pick, follow }: FieldPolicies,
  owner_id: string | null,
): ImportedPerson {
  const { list } = row
  const after: ImportedPerson = {
    ...before,
    title: pick('title', before.title, row.title),
    country: pick('country', before.country, row.country),
    phone: pick('phone', before.phone, row.phone),
    linkedin_url: pick('linkedin_url', before.linkedin_url, row.linkedin_url),
    notes: pick('notes', before.notes, row.notes),
    owner_id: before.owner_id ?? pick('owner', null, owner_id),
    category: follow('category', before.category, list.category),
    qualified: follow('qualified', before.qualified, list.qualified),
    revenue_text: follow('revenue', before.revenue_text, list.revenue_text),
    list_score: follow('list_score', before.list_score, list.list_score),
    is_ops: follow('is_ops', before.is_ops, list.is_ops),
    is_exec: follow('is_exec', before.is_exec, list.is_exec),
    is_exec_ops: follow('is_exec_ops', before.is_exec_ops, list.is_exec_ops),
    is_proc: follow('is_proc', before.is_proc, list.is_proc),
    is_sales: follow('is_sales', before.is_sales, list.is_sales),
  }
  // Personas that somebody chose by hand differ from what the record implies, and stay.
  const implied = (person: ImportedPerson) => personasFor({ title: person.title, flags: flagsOf(person) })
  if (implied(before).join() === before.personas.join()) after.personas = implied(after)
  if (before.seniority === seniorityFor(before.title)) after.seniority = seniorityFor(after.title)
  return after
}

function flagsOf(list: { [Flag in keyof PersonaFlags]: boolean | null }): PersonaFlags | null {
  const { is_ops, is_exec, is_exec_ops, is_proc, is_sales } = list
  if ([is_ops, is_exec, is_exec_ops, is_proc, is_sales].every((flag) => flag === null)) return null
  return {
    is_ops: is_ops ?? false,
    is_exec: is_exec ?? false,
    is_exec_ops: is_exec_ops ?? (is_ops === true && is_exec === true),
    is_proc: is_proc ?? false,
    is_sales: is_sales ?? false,
  }
}
