import type { ImportedAddress, ImportedPerson, MatchedPerson } from '../../../db/queries/imported-people.ts'
import { parseName } from '../people/parse-name.ts'
import { type PersonaFlags, personasFor, seniorityFor } from '../people/personas.ts'
import type { PersonRow } from './read-person.ts'

/** A list's address was right when the list was made. */
const IMPORTED_CONFIDENCE = 0.9

/** The people a batch may meet, and those it adds or changes on the way. */
export class PersonBook {
  readonly added: ImportedPerson[] = []
  readonly changed: ImportedPerson[] = []
  readonly addresses: ImportedAddress[] = []
  readonly #byAddress = new Map<string, MatchedPerson>()
  readonly #byName = new Map<string, MatchedPerson>()

  constructor(people: readonly MatchedPerson[]) {
    for (const person of people) this.#remember(person)
  }

  find(row: PersonRow, account_id: string | null): MatchedPerson | undefined {
    const byAddress = row.address && row.is_own_address ? this.#byAddress.get(row.address.address_key) : undefined
    return byAddress ?? this.#byName.get(nameAt(account_id, row.name_key))
  }

  add(row: PersonRow, account_id: string | null, provenance: Record<string, unknown>): MatchedPerson {
    const { list_columns, ...person } = newPerson(row, account_id)
    const added: MatchedPerson = { ...person, ...list_columns, addresses: [] }
    this.#addAddress(added, row, provenance)
    const { addresses: _, ...columns } = added
    this.added.push(columns)
    this.#remember(added)
    return added
  }

  /** Answers whether the row brought anything. */
  merge(person: MatchedPerson, row: PersonRow, provenance: Record<string, unknown>): boolean {
    const { addresses, ...before } = person
    const after = mergedPerson(before, row)
    const isChanged = JSON.stringify(before) !== JSON.stringify(after)
    if (isChanged) this.changed.push(after)
    const hasNewAddress = this.#addAddress(person, row, provenance)
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
      id: crypto.randomUUID(),
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

function newPerson(row: PersonRow, account_id: string | null) {
  const parsed = parseName(row.name)
  const flags = flagsOf(row.list)
  return {
    id: crypto.randomUUID(),
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
    list_columns: row.list,
  }
}

/** The list's own columns follow the newest list; what a person may edit is only filled. */
function mergedPerson(before: ImportedPerson, row: PersonRow): ImportedPerson {
  const after: ImportedPerson = {
    ...before,
    title: before.title ?? row.title,
    country: before.country ?? row.country,
    phone: before.phone ?? row.phone,
    linkedin_url: before.linkedin_url ?? row.linkedin_url,
    notes: before.notes ?? row.notes,
    category: row.list.category ?? before.category,
    qualified: row.list.qualified ?? before.qualified,
    revenue_text: row.list.revenue_text ?? before.revenue_text,
    list_score: row.list.list_score ?? before.list_score,
    is_ops: row.list.is_ops ?? before.is_ops,
    is_exec: row.list.is_exec ?? before.is_exec,
    is_exec_ops: row.list.is_exec_ops ?? before.is_exec_ops,
    is_proc: row.list.is_proc ?? before.is_proc,
    is_sales: row.list.is_sales ?? before.is_sales,
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
