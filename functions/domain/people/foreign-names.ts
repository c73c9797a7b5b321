import { ARABIC_JOINERS, ARABIC_PARTICLES, COMPOUND_HAN_FAMILIES } from './name-words.ts'

type Split = { given: string | null; family: string | null }

const HAN = /^[\p{Script=Han}々]+$/u
const HANGUL = /^\p{Script=Hangul}+$/u
const CJK = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}々ー・\s]+$/u
const ARABIC = /^[\p{Script=Arabic}\s]+$/u

/** Names in Chinese, Japanese, Korean and Arabic script by their own order of words; null for any other script. */
export function splitForeignName(name: string): Split | null {
  if (name === '') return null
  if (CJK.test(name)) return splitEastAsian(name)
  if (ARABIC.test(name)) return splitArabic(name.split(' '))
  return null
}

function splitEastAsian(name: string): Split {
  // Western names in katakana keep their order and a middle dot: ジョン・スミス.
  if (name.includes('・')) {
    const [given = '', ...family] = name.split('・')
    return { given, family: family.join('・') }
  }
  const [family = '', ...given] = name.split(' ')
  if (given.length > 0) return { given: given.join(' '), family }
  if ((HAN.test(name) || HANGUL.test(name)) && name.length >= 2 && name.length <= 4) return splitUnspaced(name)
  return { given: name, family: null }
}

function splitUnspaced(name: string): Split {
  const compound = name.length > 2 && COMPOUND_HAN_FAMILIES.has(name.slice(0, 2))
  // Four Han characters without a known compound are a Japanese name, or two Chinese surnames: two and two either way.
  const length = compound || (name.length === 4 && HAN.test(name)) ? 2 : 1
  return { given: name.slice(length), family: name.slice(0, length) }
}

function splitArabic(words: string[]): Split {
  const givenLength = ARABIC_JOINERS.has(words[0] ?? '') ? 2 : 1
  const particle = words.findIndex((word) => ARABIC_PARTICLES.has(word))
  const familyStart = particle > 0 ? particle : givenLength
  const family = words.slice(familyStart).join(' ')
  return { given: words.slice(0, familyStart).join(' '), family: family === '' ? null : family }
}
