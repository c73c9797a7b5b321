/** Latin letters that Unicode decomposition leaves alone. */
const UNDECOMPOSED: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ə: 'a',
}

/**
 * Lower case without accents: 'Müller' → 'muller', 'Ødegård' → 'odegard'. Compatibility forms are unified ('Ａ' → 'a').
 * Punctuation and spaces stay. Scripts other than Latin survive, less their combining marks (й → и, for instance).
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[ßøæœđðþłħıŋə]/g, (letter) => UNDECOMPOSED[letter] ?? letter)
    .normalize('NFC')
}
