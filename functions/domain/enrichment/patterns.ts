import type { NameParts } from './name-parts.ts'

/**
 * A shape of local parts. Words in braces are parts of the name, everything else stands as it is; '|8' at the end cuts the whole to eight
 * characters. `{first}` `{last}` whole words · `{f}` `{l}` initials · `{f3}` `{l5}` their first letters · `{middle}` `{m}` all middle words
 * or their initials · `{rest}` `{rest-}` all words after the first, joined by nothing or a hyphen (as '.', '_').
 */
export type Pattern = string

const SEPARATORS = ['', '.', '_', '-'] as const
const CUTS = [5, 6, 7, 8, 9, 10] as const

/** Every shape we look for. Several give the same local part for most names; what is known at a domain tells them apart. */
export const PATTERNS: readonly Pattern[] = [
  ...new Set([...wholeWords(), ...initials(), ...middles(), ...shortened(), ...cut()]),
]

/** The local part, or null when the name lacks a part the pattern needs. */
export function renderLocal(pattern: Pattern, name: NameParts): string | null {
  const [template = '', cutAt] = pattern.replaceAll('{f}', '{f1}').replaceAll('{l}', '{l1}').split('|')
  let complete = true
  const local = template.replace(/\{(\w+?)(\d*)([-._]?)\}/g, (_, part: string, length: string, joint: string) => {
    const text = partOf(name, part, joint)
    if (text === '') complete = false
    return length === '' ? text : text.slice(0, Number(length))
  })
  if (!complete || local === '') return null
  return cutAt === undefined ? local : local.slice(0, Number(cutAt))
}

/** For people: "{first}.{last}" as "first.last". */
export function patternName(pattern: Pattern): string {
  const [template = '', cutAt] = pattern.split('|')
  return template.replace(/[{}]/g, '') + (cutAt ? ` (cut to ${cutAt})` : '')
}

function partOf(name: NameParts, part: string, joint: string): string {
  switch (part) {
    case 'first':
    case 'f':
      return name.first
    case 'last':
    case 'l':
      return name.last
    case 'middle':
      return name.middles.join(joint)
    case 'm':
      return name.middles.map((word) => word.slice(0, 1)).join(joint)
    case 'rest':
      return [...name.middles, name.last].join(joint)
    default:
      return ''
  }
}

function wholeWords(): Pattern[] {
  const both = SEPARATORS.flatMap((separator) => [`{first}${separator}{last}`, `{last}${separator}{first}`])
  const compound = SEPARATORS.flatMap((separator) =>
    SEPARATORS.flatMap((joint) => [`{first}${separator}{rest${joint}}`, `{rest${joint}}${separator}{first}`]),
  )
  return ['{first}', '{last}', '{rest}', '{rest-}', ...both, ...compound]
}

function initials(): Pattern[] {
  const mixed = SEPARATORS.flatMap((separator) => [
    `{f}${separator}{last}`,
    `{first}${separator}{l}`,
    `{last}${separator}{f}`,
    `{l}${separator}{first}`,
    `{f}${separator}{rest}`,
    `{rest}${separator}{f}`,
  ])
  return [...mixed, '{f}{l}', '{l}{f}', '{f}.{l}', '{f}{rest-}', '{f}.{rest-}']
}

function middles(): Pattern[] {
  const dotted = ['.', '_', '-'].flatMap((separator) => [
    `{first}${separator}{m}${separator}{last}`,
    `{f}${separator}{m}${separator}{last}`,
    `{first}${separator}{middle}`,
  ])
  return [
    ...dotted,
    '{f}{m}{last}',
    '{first}{m}{last}',
    '{first}{m}.{last}',
    '{first}{middle}.{last}',
    '{first}{m}',
    '{first}{middle}',
    '{first}{m}{l}',
    '{f}{m}{l}',
    '{last}{f}{m}',
    '{l}{f}{m}',
    '{last}.{f}{m}',
    '{f}{middle}',
    '{first}.{m}',
    '{middle}',
    '{middle}{f}',
    '{last}{first}{m}',
    '{f}{m}{l2}',
    '{f}{middle}{l}',
    '{middle}{f}{l}',
    '{middle}{last}',
    '{first}.{middle}{last}',
  ]
}

/** Parts cut short on their own: "robsmi", "smithj" for a long name. */
function shortened(): Pattern[] {
  const lengths = [2, 3, 4, 5, 6, 7]
  return [
    ...lengths.flatMap((length) => [
      `{f${length}}{last}`,
      `{last}{f${length}}`,
      `{first}{l${length}}`,
      `{l${length}}{f}`,
      `{f}{l${length}}`,
    ]),
    ...[2, 3, 4].flatMap((first) => [2, 3, 4].flatMap((last) => [`{f${first}}{l${last}}`, `{l${last}}{f${first}}`])),
    '{l5}{f2}',
    '{l6}{f2}',
    '{l5}{f3}',
    '{l4}{f2}',
  ]
}

function cut(): Pattern[] {
  const templates = [
    '{f}{last}',
    '{first}',
    '{last}',
    '{first}{last}',
    '{last}{first}',
    '{last}{f}',
    '{first}.{last}',
    '{f}{m}{last}',
    '{f}{rest}',
    '{first}{rest}',
  ]
  return templates.flatMap((template) => CUTS.map((length) => `${template}|${length}`))
}
