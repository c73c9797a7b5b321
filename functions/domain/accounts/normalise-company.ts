import { foldText } from '../fold-text.ts'
import { LEADING_LEGAL_FORMS, LEGAL_FORMS, UNSPACED_LEGAL_FORMS } from './legal-forms.ts'

/** Words in the longest legal form: 's de rl de cv'. */
const LONGEST_FORM_WORDS = 5

/** "J B Hunt" and "J.B. Hunt" are the same company. */
const SPACED_INITIALS = /(?<![^ ])[a-z](?: [a-z](?![^ ]))+/g

/**
 * The key two spellings of one company share: without case, accents, punctuation, legal form, leading "The" and "and"/"&". Never empty for a
 * name with a visible character; a name of nothing but punctuation is its own key.
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
    .replace(UNSPACED_LEGAL_FORMS, ' ')
    .replace(/['’‘`´ʼ]/g, '')
    .replace(/(?<!\p{L})\p{L}(?:[./]\p{L})+(?!\p{L})/gu, (initials) => initials.replace(/[./]/g, ''))
    .replace(/[&+]/g, ' and ')
  return text.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
}

function withoutLegalForms(all: string[]): string[] {
  let kept = all
  if (kept.length > 1 && kept[0] === 'the') kept = kept.slice(1)
  if (kept.length > 1 && LEADING_LEGAL_FORMS.has(kept[0] ?? '')) kept = kept.slice(1)
  for (;;) {
    const length = trailingFormLength(kept)
    if (length === 0) return kept
    kept = kept.slice(0, -length)
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
