import type { StepKind } from '../../../db/tables/step.ts'
import type { Fact } from './draft-facts.ts'

export interface DraftText {
  subject: string
  body: string
  /** ids of facts */
  used_facts: string[]
}

/** What each kind of step may hold; LinkedIn and the apps of shows cut off what is longer. */
export interface DraftForm {
  what: string
  has_subject: boolean
  max_body_characters: number
}

export const MAX_SUBJECT_CHARACTERS = 80

export const draftForms: Readonly<Record<StepKind, DraftForm>> = {
  email: { what: 'an email', has_subject: true, max_body_characters: 1_200 },
  manual_email: { what: 'an email', has_subject: true, max_body_characters: 1_200 },
  linkedin: { what: 'a LinkedIn connection note', has_subject: false, max_body_characters: 300 },
  call: { what: 'a script for a phone call', has_subject: false, max_body_characters: 1_200 },
  task: { what: "a meeting request in the trade show's app", has_subject: false, max_body_characters: 250 },
}

/** What keeps a draft from being shown, as sentences the model can act on. None when it is fit. */
export function findDraftProblems(
  draft: DraftText,
  form: DraftForm,
  given: { facts: readonly Fact[]; purpose: string },
): string[] {
  const { subject, body, used_facts } = draft
  const { facts, purpose } = given
  const text = `${subject}\n${body}`
  const problems: string[] = []
  if (body === '') problems.push('The text is empty.')
  if (form.has_subject && subject === '') problems.push('The subject is empty.')
  if (length(subject) > MAX_SUBJECT_CHARACTERS)
    problems.push(`The subject has ${length(subject)} characters; at most ${MAX_SUBJECT_CHARACTERS} are allowed.`)
  if (length(body) > form.max_body_characters)
    problems.push(`The text has ${length(body)} characters; at most ${form.max_body_characters} are allowed.`)
  if (hasLink(text, facts)) problems.push('It contains a link or an address; none is allowed.')
  if (/[{}[\]<>]|_{3,}|\bX{3,}\b/.test(text)) problems.push('It contains a placeholder; write the text out.')
  const known = new Set(facts.map(({ id }) => id))
  const unknown = used_facts.filter((id) => !known.has(id))
  if (unknown.length > 0) problems.push(`It names facts that were not given: ${unknown.join(', ').slice(0, 200)}.`)
  const numbers = numbersOf([purpose, ...facts.map(({ value }) => value)].join(' '))
  const invented = [...numbersOf(text)].filter((number) => !numbers.has(number))
  if (invented.length > 0)
    problems.push(`It contains figures that no fact gives: ${invented.join(', ').slice(0, 200)}.`)
  return problems
}

/** Characters as a person counts them, so that an accent or an emoji is one. */
const length = (text: string) => [...new Intl.Segmenter('en').segment(text)].length

/** A company may be called acme.com; that name is the one thing with a dot in it that may stand. */
function hasLink(text: string, facts: readonly Fact[]): boolean {
  if (/\b(https?|ftp|mailto|tel|javascript|data):|\bwww\.|\S@\S/i.test(text)) return true
  const company = facts.find(({ id }) => id === 'account.name')?.value
  const rest = company === undefined ? text : text.replaceAll(company, '')
  return /[\p{L}\p{N}-]+\.(?:[\p{L}]{2,})(?:\/|\b)/u.test(rest)
}

function numbersOf(text: string): Set<string> {
  return new Set((text.match(/\d+/g) ?? []).map((digits) => digits.replace(/^0+(?=\d)/, '')))
}
