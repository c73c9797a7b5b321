import { foldText } from '../fold-text.ts'
import {
  CONJUNCTIONS,
  HEIRS,
  LEADING_LEGAL_FORMS,
  LEGAL_FORMS,
  SHORT_CONJUNCTIONS,
  STROKED_LEGAL_FORMS,
  UNSPACED_LEGAL_FORMS,
} from './legal-forms.ts'

/** Words in the longest legal form: 's de rl de cv'. */
const LONGEST_FORM_WORDS = 5

/** "J B Hunt" and "J.B. Hunt" are the same company. */
const SPACED_INITIALS = /(?<![^ ])[a-z](?: [a-z](?![^ ]))+/g

/** "Home Depot, The" and "Home Depot (The)", as sorted lists write it. */
const TRAILING_ARTICLE = /[,(]\s*the\s*\)?\s*$/

/**
 * The key two spellings of one company share: without case, accents, punctuation, legal form, leading "The" and the word for "&". Articles
 * of other languages stay: "La Poste" is no "Poste". Never empty for a name with a visible character; a name of nothing but punctuation is
 * its own key.
 */
export function companyKey(name: string): string {
  const key = withoutLegalForms(words(name))
    .filter((word) => word !== 'and')
    .join(' ')
    .replace(SPACED_INITIALS, (initials) => initials.replaceAll(' ', ''))
  return key || name.trim().toLowerCase()
}

function words(name: string): string[] {
  const text = foldText(name)
    .replace(TRAILING_ARTICLE, '')
    .replace(STROKED_LEGAL_FORMS, '')
    .replace(UNSPACED_LEGAL_FORMS, ' ')
    .replace(/['’‘`´ʼ]/g, '')
    .replace(/(?<!\p{L})\p{L}(?:[./]\p{L})+(?!\p{L})/gu, (initials) => initials.replace(/[./]/g, ''))
    .replace(/[&+]/g, ' and ')
  const all = text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  return all.map((word, index) => (joins(all, index) ? 'and' : word))
}

/** Whether the word stands for "&". The first and the last word of a name do not, unless they say "and" itself. */
function joins(all: readonly string[], index: number): boolean {
  const word = all[index] ?? ''
  if (word === 'and') return true
  if (index === 0 || index === all.length - 1) return false
  return CONJUNCTIONS.has(word) || (SHORT_CONJUNCTIONS.has(word) && HEIRS.has(all[index + 1] ?? ''))
}

function withoutLegalForms(all: string[]): string[] {
  let kept = all
  if (kept.length > 1 && kept[0] === 'the') kept = kept.slice(1)
  if (kept.length > 1 && LEADING_LEGAL_FORMS.has(kept[0] ?? '')) kept = kept.slice(1)
  for (;;) {
    const length = trailingFormLength(kept)
    if (length === 0) return kept
    const isPartners = length === 1 && kept.at(-1) === 'cia'
    kept = kept.slice(0, -length)
    // "Pérez y Cía.", "Silva e Cia."
    if (isPartners && kept.length > 1 && SHORT_CONJUNCTIONS.has(kept.at(-1) ?? '')) kept = kept.slice(0, -1)
  }
}

/** How many words at the end are a legal form; 0 when nothing would be left of the name. */
function trailingFormLength(kept: string[]): number {
  // "Smith & Co": the conjunction goes with the form.
  if (kept.length > 1 && kept.at(-1) === 'and') return 1
  for (let length = Math.min(LONGEST_FORM_WORDS, kept.length - 1); length > 0; length--) {
    if (LEGAL_FORMS.has(kept.slice(-length).join(' '))) return length
  }
  return 0
}
