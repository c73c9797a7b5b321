import { isOneEditApart } from '../duplicates/edit-distance.ts'

/** Why two accounts may be one company. */
export type AccountLikeness = 'same_name' | 'spelling' | 'contained' | 'typo' | 'people_domain'

export interface ComparedAccount {
  id: string
  /** companyKey(name) */
  name_key: string
  domain: string | null
}

export interface Likeness {
  reason: AccountLikeness
  score: number
}

/** Letters below which a mistyped name is as likely another company. */
const LONG_NAME = 8
const LONG_WORD = 5

/** Why the two may be one company, by their names and domains; null when they are two. The same both ways round. */
export function accountLikeness(a: ComparedAccount, b: ComparedAccount): Likeness | null {
  const [mine, theirs] = [stemOf(a.domain), stemOf(b.domain)]
  const sameStem = mine !== null && mine === theirs
  const otherStem = mine !== null && theirs !== null && !sameStem
  if (a.name_key === b.name_key) return { reason: 'same_name', score: sameStem ? 0.95 : otherStem ? 0.6 : 0.85 }
  if (spaceless(a.name_key) === spaceless(b.name_key)) return { reason: 'spelling', score: otherStem ? 0.5 : 0.85 }
  if (isContained(a.name_key, b.name_key)) {
    if (sameStem) return { reason: 'contained', score: 0.85 }
    // "Acme", and "Acme Logistics" at acme.com.
    const [shorter] = a.name_key.length < b.name_key.length ? [a] : [b]
    const hasItsName = (mine ?? theirs) === spaceless(shorter.name_key)
    return !otherStem && hasItsName ? { reason: 'contained', score: 0.7 } : null
  }
  return !otherStem && isMistyped(a.name_key, b.name_key) ? { reason: 'typo', score: 0.7 } : null
}

/** acme.com and acme.co.uk: the label a company chose. */
function stemOf(domain: string | null): string | null {
  return domain?.split('.')[0]?.replaceAll('-', '') ?? null
}

const spaceless = (key: string) => key.replaceAll(' ', '')

/** Whole words, in a row. */
function isContained(a: string, b: string): boolean {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a]
  return shorter.length > 2 && ` ${longer} `.includes(` ${shorter} `)
}

/** In one long word, and not in a figure: "Site 12" and "Site 13" are two. */
function isMistyped(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < LONG_NAME || !isOneEditApart(a, b)) return false
  const [mine, theirs] = [a.split(' '), b.split(' ')]
  if (mine.length !== theirs.length) return false
  return mine.every((word, index) => {
    const other = theirs[index] ?? ''
    return word === other || (Math.min(word.length, other.length) >= LONG_WORD && !/\d/.test(word + other))
  })
}
