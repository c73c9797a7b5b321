import { type MailVariables, oneLine } from '../email/render.ts'

/** People whose keys are equal are one case to a text: what is found out for one of them holds for all. */
export type KeyOf = (variables: MailVariables) => string

/** Filters that do not fail, whatever the value. After any other, what it is given may decide. */
const total = new Set(
  'default upcase downcase capitalize strip lstrip rstrip strip_newlines newline_to_br escape append prepend remove remove_first'.split(
    ' ',
  ),
)

type Read = (variables: MailVariables) => string | null

/** Tags that only choose between parts of a text; after any other (`capture`, `for` and so on) an output may decide, too. */
const choosing = new Set(['if', 'elsif', 'else', 'endif', 'unless', 'endunless', 'case', 'when', 'endcase', 'assign'])

/**
 * Whether a text can be written depends on which variables are there, and on the values of those that its tags compare.
 *
 * @returns undefined when the text is too clever for that; then each person is a case of their own
 */
export function writableKey(texts: readonly string[]): KeyOf | undefined {
  const compared: Read[] = []
  for (const text of texts) {
    for (const [, filter = ''] of text.matchAll(/\|\s*(\w+)/g)) if (!total.has(filter)) return undefined
    for (const [, name = '', markup = ''] of text.matchAll(/\{%-?\s*(\w+)([\s\S]*?)-?%\}/g)) {
      if (!choosing.has(name) || markup.includes('[')) return undefined
      // `if person.title and account.industry` asks only whether they are there.
      const isPresence = /^(?:if|elsif|unless)$/.test(name) && /^\s*[\w.]+(?:\s+(?:and|or)\s+[\w.]+)*\s*$/.test(markup)
      if (!isPresence) compared.push(...namedIn(markup))
    }
  }
  return (variables) => `${shapeOf(variables)} ${valuesOf(compared, variables)}`
}

/**
 * What a text says depends on the values of the variables it names.
 *
 * @returns undefined when it names them in a roundabout way
 */
export function textKey(text: string): KeyOf | undefined {
  if (text.includes('[')) return undefined
  const named = namedIn(text)
  return (variables) => valuesOf(named, variables)
}

/** A group without a field stands for all of its fields. */
function namedIn(text: string): Read[] {
  return [...text.matchAll(/\b(person|account|event|sender)\b(?:\.(\w+))?/g)].map(([, group, field]): Read => {
    const name = group as keyof MailVariables
    if (field === undefined) return (variables) => JSON.stringify(variables[name])
    return (variables) => (variables[name] as Record<string, string | null>)[field] ?? null
  })
}

const valuesOf = (reads: readonly Read[], variables: MailVariables) =>
  reads.length === 0 ? '' : JSON.stringify(reads.map((read) => read(variables)))

/** Which variables are there, a bit each. */
function shapeOf(variables: MailVariables): number {
  let shape = 0
  for (const group of Object.values(variables))
    for (const value of Object.values<string | null>(group))
      shape = shape * 2 + (value !== null && oneLine(value) !== '' ? 1 : 0)
  return shape
}
