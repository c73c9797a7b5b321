import { foldText } from '../fold-text.ts'
import { PARTICLES } from './name-words.ts'

/**
 * How to write the words of one name. Words in capitals or small letters get ordinary case: capitals when the whole name is in them, or
 * when a word is too long to be initials (European lists write "John SMITH").
 */
export function displayName(words: string[]): (word: string) => string {
  const allCapitals = words.every((word) => word === word.toUpperCase())
  return (word) => {
    if (word === word.toLowerCase())
      return PARTICLES.has(foldText(word)) || /^[ye]$/.test(word) ? word : capitalised(word)
    if (word !== word.toUpperCase() || letterCount(word) < 2) return word
    if (!allCapitals) return letterCount(word) > 2 && !isInitials(word) ? capitalised(word) : word
    if (PARTICLES.has(foldText(word)) && words.indexOf(word) > 0) return word.toLowerCase()
    return isInitials(word) ? word : capitalised(word)
  }
}

/** "J.R." and "JR" stay; "JO" has a vowel and is a name. */
function isInitials(word: string): boolean {
  return word.includes('.') || (letterCount(word) < 4 && !/[AEIOUY]/.test(foldText(word).toUpperCase()))
}

function capitalised(word: string): string {
  return word
    .toLowerCase()
    .replace(/(^|[-.])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/^(Mc|[OD]['’])(\p{L})/u, (_, before: string, letter: string) => before + letter.toUpperCase())
}

function letterCount(word: string): number {
  return word.match(/\p{L}/gu)?.length ?? 0
}
