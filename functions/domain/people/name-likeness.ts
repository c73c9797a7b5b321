import { isOneEditApart } from '../duplicates/edit-distance.ts'
import { foldText } from '../fold-text.ts'
import { GENERATIONS } from './name-words.ts'
import { areNicknames } from './nicknames.ts'
import { parseName } from './parse-name.ts'

/** Why two names may be one person's. */
export type NameLikeness =
  | 'same_name'
  | 'spelling'
  | 'swapped'
  | 'nickname'
  | 'middle_name'
  | 'married_name'
  | 'initial'
  | 'typo'

/** A name as it is compared. */
export interface ComparedName {
  given: string[]
  middle: string[]
  family: string[]
  /** in brackets or quotes, folded */
  nickname: string | null
  generation: string | null
  /** as folded, before what stands for an umlaut is taken for it */
  folded: string
  /** every word, in the order of the alphabet */
  sorted: string
}

/** Surer than this is nobody without a look. How sure each is comes from what else it could mean. */
const SCORES: Readonly<Record<NameLikeness, number>> = {
  same_name: 0.95,
  spelling: 0.93,
  swapped: 0.9,
  nickname: 0.85,
  middle_name: 0.8,
  married_name: 0.7,
  typo: 0.65,
  initial: 0.6,
}

export const scoreOfName = (likeness: NameLikeness): number => SCORES[likeness]

/** Letters below which a mistyped name is as likely another one. */
const LONG_ENOUGH = 5

export function comparedName(name: string): ComparedName {
  const parsed = parseName(name)
  const suffixes = (parsed.suffix ?? '').split(', ').map((suffix) => plain(suffix).replaceAll(' ', ''))
  const parts = [parsed.given, parsed.middle, parsed.family]
  const [given = [], middle = [], family = []] = parts.map(wordsOf)
  return {
    given,
    middle,
    family,
    nickname: parsed.nickname === null ? null : canonical(plain(parsed.nickname)),
    generation: suffixes.find((suffix) => GENERATIONS.has(suffix)) ?? null,
    folded: parts.map((part) => plain(part ?? '')).join(' '),
    sorted: [...given, ...middle, ...family].sort().join(' '),
  }
}

/** Without case, accents and punctuation. */
const plain = (text: string) =>
  foldText(text)
    .replace(/['’‘`´ʼ.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** "Mueller" and "Müller", "Joergensen" and "Jørgensen" meet. */
const canonical = (word: string) => word.replace(/([aou])e(?!$)/g, '$1').replace(/(?<=.)ph/g, 'f')

const wordsOf = (part: string | null) =>
  plain(part ?? '')
    .split(' ')
    .filter(Boolean)
    .map(canonical)

/** Why the two may be one person; null when they are two, as far as names tell. The same both ways round. */
export function likenessOf(a: ComparedName, b: ComparedName): NameLikeness | null {
  // Father and son.
  if (a.generation !== null && b.generation !== null && a.generation !== b.generation) return null
  const [families, givens] = [a.family.join(' ') === b.family.join(' '), a.given.join(' ') === b.given.join(' ')]
  if (families && givens) return ofSameEnds(a, b)
  if (a.sorted === b.sorted) return 'swapped'
  if (a.family.length === 0 || b.family.length === 0) return null
  if (families) return ofOneFamily(a, b)
  if (!givens) return isSwapped(a, b) ? 'swapped' : null
  if (isMarried(a, b)) return 'married_name'
  return isMistyped(a.family.join(' '), b.family.join(' ')) ? 'typo' : null
}

function ofSameEnds(a: ComparedName, b: ComparedName): NameLikeness | null {
  if (a.given.join('').length === 1) return agree(a.middle, b.middle) ? 'initial' : null
  if (a.middle.join(' ') === b.middle.join(' ')) return a.folded === b.folded ? 'same_name' : 'spelling'
  return agree(a.middle, b.middle) ? 'middle_name' : null
}

/** Middle names that can be one person's: one is left out, or an initial of the other. */
function agree(a: readonly string[], b: readonly string[]): boolean {
  const [shorter, longer] = a.length <= b.length ? [a, b] : [b, a]
  return shorter.every((word, index) => {
    const other = longer[index] ?? ''
    return word === other || isInitialOf(word, other) || isInitialOf(other, word)
  })
}

const isInitialOf = (initial: string, word: string) => initial.length === 1 && word.startsWith(initial)

function ofOneFamily(a: ComparedName, b: ComparedName): NameLikeness | null {
  const [mine, theirs] = [a.given.join(' '), b.given.join(' ')]
  if (mine === '' || theirs === '') return null
  // "J. Robert Smith" goes by Robert.
  if (isMiddleNamed(a, theirs) || isMiddleNamed(b, mine)) return 'middle_name'
  if (!agree(a.middle, b.middle)) return null
  if (a.nickname === theirs || b.nickname === mine || areNicknames(mine, theirs)) return 'nickname'
  if (isInitialOf(mine, theirs) || isInitialOf(theirs, mine)) return 'initial'
  // "Anna-Maria", "Anna Maria" and "Anna".
  if (
    theirs.startsWith(`${mine} `) ||
    mine.startsWith(`${theirs} `) ||
    mine.replaceAll(' ', '') === theirs.replaceAll(' ', '')
  )
    return 'middle_name'
  return isMistyped(mine, theirs) ? 'typo' : null
}

const isMiddleNamed = ({ given, middle }: ComparedName, other: string) =>
  given.join('').length === 1 && middle.join(' ') === other

const isMistyped = (a: string, b: string) => Math.min(a.length, b.length) >= LONG_ENOUGH && isOneEditApart(a, b)

/** "Smith John" without a comma. */
function isSwapped(a: ComparedName, b: ComparedName): boolean {
  return (
    a.middle.length + b.middle.length === 0 &&
    a.given.join(' ') === b.family.join(' ') &&
    a.family.join(' ') === b.given.join(' ')
  )
}

/** "Anna Smith", "Anna Smith-Jones", "Anna Smith Jones": one family name is a part of the other. */
function isMarried(a: ComparedName, b: ComparedName): boolean {
  if (a.given.join('').length < 2) return false
  const [mine, theirs] = [
    [...a.middle, ...a.family],
    [...b.middle, ...b.family],
  ]
  const [shorter, longer] = mine.length <= theirs.length ? [mine, theirs] : [theirs, mine]
  return longer.length > shorter.length && shorter.every((word) => word.length > 2 && longer.includes(word))
}
