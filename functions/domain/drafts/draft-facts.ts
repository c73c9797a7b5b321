import type { EnrollCandidate } from '../../../db/queries/enrollments.ts'
import type { Row } from '../../../db/schema.ts'
import { oneLine } from '../email/render.ts'
import { variablesOf } from '../sequences/preflight.ts'

/** One thing we know, and where it stands; `id` is the name of the template's variable where there is one. */
export interface Fact {
  id: string
  label: string
  value: string
}

/** Text of a stranger may be long; a fact is a short thing. */
const MAX_CHARACTERS = 200

const labels: Readonly<Record<string, string>> = {
  'person.name': 'Name',
  'person.given_name': 'Given name',
  'person.title': 'Job title',
  'person.country': 'Country of the person',
  'account.name': 'Company',
  'account.industry': 'Industry of the company',
  'event.name': 'Trade show',
  'event.venue': 'Venue of the show',
  'event.city': 'City of the show',
  'event.booth': 'Our booth at the show',
  'event.starts_on': 'First day of the show',
  'event.ends_on': 'Last day of the show',
  'sender.name': 'Sender',
}

/** Everything a draft may speak of: what we have stored, and nothing else. What is unknown is left out. */
export function factsFor(person: EnrollCandidate, event: Row<'event'>, sequence: Row<'sequence'>): Fact[] {
  const values: Record<string, Record<string, string | null>> = { ...variablesOf(person, event, sequence) }
  const facts = Object.entries(labels).map(([id, label]) => {
    const [group = '', name = ''] = id.split('.')
    return { id, label, value: oneLine(values[group]?.[name] ?? '').slice(0, MAX_CHARACTERS) }
  })
  return facts.filter(({ value }) => value !== '')
}

/** Shorter values, and digits alone, would be found in places where they mean something else. */
const LEAST_CHARACTERS = 3

const defaults: Readonly<Record<string, string>> = { 'person.given_name': ' | default: "there"' }

/**
 * A text about one person as a template for all: what is a fact about them becomes its variable, longest first, so that
 * nobody is greeted by somebody else's name.
 */
export function toTemplate(text: string, facts: readonly Fact[]): string {
  const usable = facts
    .filter(({ value }) => value.length >= LEAST_CHARACTERS && !/^\d+$/.test(value))
    .sort((a, b) => b.value.length - a.value.length)
  if (usable.length === 0) return text
  const variable = new Map(usable.map(({ id, value }) => [value, `{{ ${id}${defaults[id] ?? ''} }}`]))
  const pattern = usable.map(({ value }) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'gu'), (found) => {
    return variable.get(found) ?? found
  })
}
