import { foldText } from '../fold-text.ts'
import { displayName } from './display-name.ts'
import { splitForeignName } from './foreign-names.ts'
import { CREDENTIALS, GENERATIONS, PARTICLES, PREFIXES, PRONOUNS } from './name-words.ts'

export type ParsedName = {
  /** What was given, untouched. */
  original: string
  prefix: string | null
  given: string | null
  middle: string | null
  family: string | null
  /** Generations and credentials, joined by ', '. */
  suffix: string | null
  nickname: string | null
}

type NameParts = { given: string[]; middle: string[]; family: string[] }

/**
 * Splits a person's name as a trade-show list writes it. Names of Latin script in all capitals or all small letters are given ordinary
 * case. A name of one word is a given name, unless a title precedes it ("Dr. Meyer"). Of two unmarked surnames ("Nelson Garcia Diaz")
 * the first goes to `middle`, since nothing in the name tells it from a middle name.
 */
export function parseName(text: string): ParsedName {
  const { rest, nickname, bracketed } = takeNicknames(cleanSpaces(text))
  const foreign = splitForeignName(rest)
  if (foreign) return { original: text, prefix: null, middle: null, suffix: null, nickname, ...foreign }

  const inverted = takeInvertedFamily(rest)
  const { name, suffixes } = takeSuffixes(inverted.rest)
  const { words, prefixes } = takePrefixes(name)
  const parts = inverted.family ? splitInverted(words, inverted.family) : splitWords(words, prefixes.length > 0)
  const display = displayName([...parts.given, ...parts.middle, ...parts.family, ...(nickname ? [nickname] : [])])
  return {
    original: text,
    prefix: orNull(prefixes.join(' ')),
    given: orNull(parts.given.map(display).join(' ')),
    middle: orNull(parts.middle.map(display).join(' ')),
    family: orNull(parts.family.map(display).join(' ')),
    suffix: orNull([...suffixes, ...bracketed].join(', ')),
    nickname: nickname === null ? null : display(nickname),
  }
}

/**
 * The key under which two spellings of one full name meet at one account: without titles, credentials, nicknames, case, accents and
 * punctuation. Middle names and generations stay: Jr and Sr are two people, and tolerance for initials is for a human to confirm.
 */
export function personNameKey(name: string): string {
  const parsed = parseName(name)
  const generations = (parsed.suffix ?? '').split(', ').filter((suffix) => GENERATIONS.has(wordKey(suffix)))
  const full = [parsed.given, parsed.middle, parsed.family, ...generations].filter((part) => part !== null).join(' ')
  const key = foldText(full)
    .replace(/['’‘`´ʼ.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return key || name.trim().toLowerCase()
}

function cleanSpaces(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\u200b-\u200f\u202a-\u202e\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

const QUOTED = /[([{"“”„«]\s*([^()[\]{}"“”„«»]*?)\s*[)\]}"“”»]|(?<=^|\s)['‘]([^'‘’]+)['’](?=\s|$)/gu

/** Nicknames stand in brackets or quotes; so do credentials and pronouns, which are none. */
function takeNicknames(text: string): { rest: string; nickname: string | null; bracketed: string[] } {
  let nickname: string | null = null
  const bracketed: string[] = []
  const rest = text.replace(QUOTED, (_, inner: string | undefined, quoted: string | undefined) => {
    const word = inner ?? quoted ?? ''
    if (isSuffix(word)) bracketed.push(word)
    else if (word !== '' && !PRONOUNS.test(word)) nickname ??= word
    return ' '
  })
  return { rest: cleanSpaces(rest.replace(/[()[\]{}"“”„«»]/g, ' ')), nickname, bracketed }
}

/** "Smith, John A., PhD" has its family name before the comma; "John Smith, PhD" does not. */
function takeInvertedFamily(text: string): { family: string[] | null; rest: string } {
  const [family = '', given = '', ...others] = text.split(',').map((part) => part.trim())
  if (family === '' || given === '' || isSuffixList(given, family)) return { family: null, rest: text }
  return { family: family.split(' '), rest: [given, ...others].join(', ') }
}

/** After a comma, an unknown word of capitals counts as a credential when the name before it is complete and not itself in capitals. */
function isSuffixList(text: string, name: string): boolean {
  const nameIsComplete = name.includes(' ') && name !== name.toUpperCase()
  return text.split(' ').every((word) => isSuffix(word) || (nameIsComplete && /^[A-Z][A-Z0-9.®-]{1,7}$/.test(word)))
}

function takeSuffixes(text: string): { name: string[]; suffixes: string[] } {
  const [before = '', ...after] = text.split(',').map((part) => part.trim())
  const name = before.split(' ').filter(Boolean)
  const suffixes: string[] = []
  for (let last = name.at(-1); last && name.length > 2 && isTrailingSuffix(last, name); last = name.at(-1)) {
    suffixes.unshift(last)
    name.pop()
  }
  return { name, suffixes: [...suffixes, ...after.filter(Boolean)] }
}

/** Without a comma a credential must look like one: "Ma" and "DO" are family names, "V." an initial. */
function isTrailingSuffix(word: string, name: string[]): boolean {
  const key = wordKey(word)
  if (GENERATIONS.has(key)) return key !== 'v' || word === 'V'
  if (!CREDENTIALS.has(key) || (key.length < 3 && key !== 'md')) return false
  const nameInCapitals = name.every((other) => other === other.toUpperCase())
  return /[a-z]/.test(word)
    ? /^(?:PhD|Ph\.D\.?|Esq\.?|PsyD|EdD|MSc|BSc)$/.test(word)
    : !nameInCapitals || key.length > 3
}

function isSuffix(word: string): boolean {
  const key = wordKey(word)
  return GENERATIONS.has(key) || CREDENTIALS.has(key)
}

function takePrefixes(name: string[]): { words: string[]; prefixes: string[] } {
  let count = 0
  while (count < name.length - 1 && isPrefix(name[count] ?? '')) count++
  return { words: name.slice(count), prefixes: name.slice(0, count) }
}

/** Given names as well ("Sen Zhang", "Don Smith"), so a title only with a full stop. */
const PREFIXES_ALSO_NAMES: ReadonlySet<string> = new Set(
  'don dona major general father captain mag eng ing gen fr sen hon col dame maj adm rev'.split(' '),
)

function isPrefix(word: string): boolean {
  const key = wordKey(word)
  return PREFIXES.has(key) && (!PREFIXES_ALSO_NAMES.has(key) || word.endsWith('.'))
}

function splitInverted(words: string[], family: string[]): NameParts {
  return { given: words.slice(0, 1), middle: words.slice(1), family }
}

function splitWords(words: string[], titled: boolean): NameParts {
  if (words.length <= 1)
    return titled ? { given: [], middle: [], family: words } : { given: words, middle: [], family: [] }
  const [given = '', ...rest] = words
  const start = familyStart(rest)
  // A trailing initial ("Ruth Hernandez A") abbreviates a second surname, which no address is made of.
  if (start === rest.length - 1 && start > 0 && isInitial(rest[start] ?? '')) {
    const before = rest.slice(0, -1)
    const family = before.slice(familyStart(before))
    return { given: [given], middle: [...before.slice(0, before.length - family.length), rest[start] ?? ''], family }
  }
  return { given: [given], middle: rest.slice(0, start), family: rest.slice(start) }
}

/** The family name is the last word, or everything from the first particle on; "Ortega y Gasset" keeps both its halves. */
function familyStart(rest: string[]): number {
  const last = rest.length - 1
  const joint = rest.findIndex((word, index) => (word === 'y' || word === 'e') && index > 0 && index < last)
  const particle = rest.findIndex(
    (word, index) => index < last && PARTICLES.has(wordKey(word)) && !/^[A-Z]\.?$/.test(word),
  )
  const starts = [joint - 1, particle].filter((index) => index >= 0)
  return Math.min(last, ...starts)
}

function isInitial(word: string): boolean {
  return /^\p{Lu}\.?$/u.test(word)
}

function wordKey(word: string): string {
  return foldText(word).replace(/[.'’®-]/g, '')
}

function orNull(text: string): string | null {
  return text === '' ? null : text
}
