import { foldText } from '../fold-text.ts'

/** 'plain' drops the marks of a letter (ü → u), 'expanded' writes them out as its own language does (ü → ue). */
export type TransliterationStyle = 'plain' | 'expanded'

const EXPANDED: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }

/** Cyrillic as passports and mail systems write it, after `foldText`. */
const CYRILLIC: Record<string, string> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  є: 'ye',
  і: 'i',
  ґ: 'g',
}

const GREEK: Record<string, string> = {
  α: 'a',
  β: 'v',
  γ: 'g',
  δ: 'd',
  ε: 'e',
  ζ: 'z',
  η: 'i',
  θ: 'th',
  ι: 'i',
  κ: 'k',
  λ: 'l',
  μ: 'm',
  ν: 'n',
  ξ: 'x',
  ο: 'o',
  π: 'p',
  ρ: 'r',
  σ: 's',
  ς: 's',
  τ: 't',
  υ: 'y',
  φ: 'f',
  χ: 'ch',
  ψ: 'ps',
  ω: 'o',
}

/** Small letters a–z, digits and hyphens. Empty for scripts with no letter-by-letter rule (Chinese, Arabic …). */
export function transliterate(word: string, style: TransliterationStyle): string {
  const composed = word.normalize('NFC').toLowerCase()
  const text = style === 'expanded' ? composed.replace(/[äöüåø]/g, (letter) => EXPANDED[letter] ?? letter) : composed
  return foldText(text)
    .replace(/[\u0370-\u03ff\u0400-\u04ff]/g, (letter) => CYRILLIC[letter] ?? GREEK[letter] ?? '')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/^-+|-+$/g, '')
}
