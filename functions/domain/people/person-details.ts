import * as v from 'valibot'
import type { Row } from '../../../db/schema.ts'
import { optionalId, optionalText, requiredText } from '../form-fields.ts'
import { parseName, personNameKey } from './parse-name.ts'
import { PERSONAS, seniorityFor } from './personas.ts'

export const PERSON_CATEGORIES = ['attendee', 'sponsor', 'speaker'] as const

/** What somebody types about a person: the form and the API read the same. */
export const personDetailsSchema = v.object({
  name: requiredText(300, 'Type the name'),
  title: optionalText(1000),
  /** by name: an account that is not on the list yet is added */
  company: optionalText(300),
  category: v.pipe(
    v.optional(v.picklist(['', ...PERSON_CATEGORIES], 'Choose a category'), ''),
    v.transform((category) => (category === '' ? null : category)),
  ),
  country: optionalText(100),
  phone: optionalText(100),
  linkedin_url: v.pipe(
    optionalText(500),
    v.check((url) => url === null || /^https?:\/\/\S+$/i.test(url), 'Begin with https://'),
  ),
  personas: v.optional(
    v.pipe(
      v.union([
        v.array(v.string()),
        v.pipe(
          v.string(),
          v.transform((one) => [one]),
        ),
      ]),
      v.array(v.picklist(PERSONAS, 'Choose personas from the list')),
    ),
    [],
  ),
  owner_id: optionalId('Choose an owner from the list'),
  notes: optionalText(5000),
})

export type PersonDetailsInput = v.InferOutput<typeof personDetailsSchema>

export type EditablePerson = Pick<
  Row<'person'>,
  | 'name'
  | 'name_key'
  | 'given_name'
  | 'middle_name'
  | 'family_name'
  | 'name_suffix'
  | 'nickname'
  | 'title'
  | 'category'
  | 'country'
  | 'phone'
  | 'linkedin_url'
  | 'personas'
  | 'seniority'
  | 'owner_id'
  | 'notes'
>

/** The columns that the form decides. */
export function personColumns({ company: _, ...details }: PersonDetailsInput): EditablePerson {
  const name = parseName(details.name)
  return {
    ...details,
    personas: PERSONAS.filter((persona) => details.personas.includes(persona)),
    name_key: personNameKey(details.name),
    given_name: name.given,
    middle_name: name.middle,
    family_name: name.family,
    name_suffix: name.suffix,
    nickname: name.nickname,
    seniority: seniorityFor(details.title),
  }
}
