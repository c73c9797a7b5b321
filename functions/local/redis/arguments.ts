import type { Keyspace } from './keyspace.ts'
import { CommandError, type Reply } from './reply.ts'

export interface Command {
  /** As Redis counts it: the command's own name included, negative for "at least". */
  arity: number
  run(db: Keyspace, args: string[], name: string): Reply
}
export type CommandTable = Record<string, Command>

export const SYNTAX_ERROR = 'ERR syntax error'
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range'
const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/** A signed 64-bit integer spelled as Redis wants it: no plus sign, no leading zero, no space. */
export function parseInt64(text: string, message = NOT_AN_INTEGER): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new CommandError(message)
  const value = BigInt(text)
  if (value < MIN_INT64 || value > MAX_INT64) throw new CommandError(message)
  return value
}

export function parseInteger(text: string, message = NOT_AN_INTEGER): number {
  return Number(parseInt64(text, message))
}

export function addInt64(left: bigint, right: bigint): bigint {
  const sum = left + right
  if (sum < MIN_INT64 || sum > MAX_INT64) throw new CommandError('ERR increment or decrement would overflow')
  return sum
}

export function parseFloat64(text: string, message = 'ERR value is not a valid float'): number {
  const infinity = /^([+-]?)inf(inity)?$/i.exec(text)
  if (infinity) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new CommandError(message)
  return Number(text)
}

/** Shortest spelling that reads back as the same number (Redis 7.2 on; 7.0 prints 17 digits). */
export function formatFloat(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf'
  if (value === Number.NEGATIVE_INFINITY) return '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}

/** INCRBYFLOAT counts in long doubles: 0.1 + 0.2 is 0.3 there. 15 digits hide the difference. */
export function formatSum(value: number): string {
  return String(Number(value.toPrecision(15)))
}

/** Start and stop, counted from the end when negative, as a slice [from, to) of `length` items. */
export function sliceOf(start: number, stop: number, length: number): [from: number, to: number] {
  const from = Math.max(start < 0 ? start + length : start, 0)
  const to = Math.min(stop < 0 ? stop + length : stop, length - 1) + 1
  return from >= to ? [0, 0] : [from, to]
}

/** Redis glob: `*`, `?`, `[a-z]`, `[^a]` and backslash. */
export function globPattern(glob: string): RegExp {
  let source = ''
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at)
    if (character === '*') source += '.*'
    else if (character === '?') source += '.'
    else if (character === '[' && glob.indexOf(']', at + 1) > 0) {
      const end = glob.indexOf(']', at + 1)
      source += characterClass(glob.slice(at + 1, end))
      at = end
    } else if (character === '\\' && at + 1 < glob.length) source += literal(glob.charAt(++at))
    else source += literal(character)
  }
  return new RegExp(`^${source}$`, 's')
}

function characterClass(inside: string): string {
  const negated = inside.startsWith('^')
  const members = (negated ? inside.slice(1) : inside).replace(/[\\\][^]/g, '\\$&')
  return `[${negated ? '^' : ''}${members}]`
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&')
}

/** Reads `NAME value` options at the end of SCAN-like commands. */
export function scanOptions(args: string[]): { match: RegExp | null; type: string | null } {
  let match: RegExp | null = null
  let type: string | null = null
  for (let at = 0; at < args.length; at += 2) {
    const value = args[at + 1]
    if (value === undefined) throw new CommandError(SYNTAX_ERROR)
    const option = args[at]!.toUpperCase()
    if (option === 'MATCH') match = globPattern(value)
    else if (option === 'TYPE') type = value.toLowerCase()
    else if (option === 'COUNT') {
      if (parseInteger(value) < 1) throw new CommandError(SYNTAX_ERROR)
    } else throw new CommandError(SYNTAX_ERROR)
  }
  return { match, type }
}

export function parseCursor(text: string): void {
  if (!/^[+-]?\d{1,20}$/.test(text)) throw new CommandError('ERR invalid cursor')
}
