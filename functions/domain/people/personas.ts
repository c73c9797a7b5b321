import { foldText } from '../fold-text.ts'
import { PERSONA_EXCEPTIONS, PERSONA_WORDS, SENIORITY_WORDS } from './persona-rules.ts'

export type SinglePersona = 'operations' | 'executive' | 'procurement' | 'sales' | 'technology'
export type Persona = SinglePersona | 'executive_operations'
export type Seniority = 'c_level' | 'vp' | 'director' | 'manager' | 'individual'

/** In the order badges are shown. */
export const PERSONAS: readonly Persona[] = [
  'executive_operations',
  'operations',
  'executive',
  'procurement',
  'sales',
  'technology',
]

export const PERSONA_NAMES: Record<Persona, string> = {
  executive_operations: 'Executive Operations',
  operations: 'Operations',
  executive: 'Executive',
  procurement: 'Procurement',
  sales: 'Sales',
  technology: 'Technology',
}

/** What the list itself says of a person: its columns is_ops, is_exec, is_exec_ops, is_proc, is_sales. */
export type PersonaFlags = {
  is_ops: boolean
  is_exec: boolean
  is_exec_ops: boolean
  is_proc: boolean
  is_sales: boolean
}

/**
 * Every persona a person has, in the order of `PERSONAS`. The list's flags are believed over the title; it has none for technology, which
 * always comes from the title. Executive operations is whoever is both executive and operations.
 */
export function personasFor(person: { title: string | null; flags?: PersonaFlags | null }): Persona[] {
  const title = titleWords(person.title)
  const found = new Set<Persona>(person.flags ? personasOfFlags(person.flags) : personasOfTitle(title))
  if (matches('technology', title)) found.add('technology')
  return PERSONAS.filter((persona) => found.has(persona))
}

/** The rank a title claims, or null when there is no title. */
export function seniorityFor(title: string | null): Seniority | null {
  const words = titleWords(title)
  if (words === '  ') return null
  return SENIORITY_PATTERNS.find(([, pattern]) => pattern.test(words))?.[0] ?? 'individual'
}

function personasOfFlags(flags: PersonaFlags): Persona[] {
  const personas: Persona[] = []
  if (flags.is_ops) personas.push('operations')
  if (flags.is_exec) personas.push('executive')
  if (flags.is_exec_ops) personas.push('executive_operations')
  if (flags.is_proc) personas.push('procurement')
  if (flags.is_sales) personas.push('sales')
  return personas
}

function personasOfTitle(title: string): Persona[] {
  const personas: Persona[] = SINGLE_PERSONAS.filter((persona) => matches(persona, title))
  if (personas.includes('operations') && personas.includes('executive')) personas.push('executive_operations')
  return personas
}

function matches(persona: SinglePersona, title: string): boolean {
  const exception = EXCEPTION_PATTERNS[persona]
  return PERSONA_PATTERNS[persona].test(exception ? title.replace(exception, ' ') : title)
}

/**
 * Folded words with one space between and around them, so that phrases can be found without word boundaries. A vice president is no president.
 */
function titleWords(title: string | null): string {
  const words = foldText(title ?? '').replace(/[^\p{L}\p{N}]+/gu, ' ')
  return ` ${words.trim()} `.replaceAll(' vice president ', ' vp ')
}

const SINGLE_PERSONAS = [
  'operations',
  'executive',
  'procurement',
  'sales',
  'technology',
] as const satisfies SinglePersona[]

const PERSONA_PATTERNS: Record<SinglePersona, RegExp> = {
  operations: phrasePattern(PERSONA_WORDS.operations),
  executive: phrasePattern(PERSONA_WORDS.executive),
  procurement: phrasePattern(PERSONA_WORDS.procurement),
  sales: phrasePattern(PERSONA_WORDS.sales),
  technology: phrasePattern(PERSONA_WORDS.technology),
}

const EXCEPTION_PATTERNS = Object.fromEntries(
  Object.entries(PERSONA_EXCEPTIONS).map(([persona, phrases]) => [persona, phrasePattern(phrases, 'g')]),
) as Partial<Record<SinglePersona, RegExp>>

const SENIORITY_PATTERNS = SENIORITY_WORDS.map(([seniority, words]) => [seniority, phrasePattern(words)] as const)

function phrasePattern(phrases: string, flags = ''): RegExp {
  return new RegExp(
    ` (?:${phrases
      .trim()
      .split(/\s*,\s*/)
      .filter(Boolean)
      .join('|')})(?= )`,
    flags,
  )
}
