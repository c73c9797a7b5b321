import { parseFloat64 } from './arguments.ts'
import { CommandError } from './reply.ts'

export type ScoredMember = [member: string, score: number]

/** By score, then by the bytes of the member. */
export function orderedMembers(scores: ReadonlyMap<string, number>): ScoredMember[] {
  return [...scores].sort(([leftMember, left], [rightMember, right]) => {
    if (left !== right) return left < right ? -1 : 1
    return leftMember < rightMember ? -1 : 1
  })
}

/** Reads `(1`, `-inf`, `[a`, `+` … and answers the test. */
export function inRange(by: 'SCORE' | 'LEX', min: string, max: string): (member: ScoredMember) => boolean {
  return by === 'SCORE' ? scoreRange(min, max) : lexRange(min, max)
}

function scoreRange(min: string, max: string): (member: ScoredMember) => boolean {
  const low = scoreBound(min)
  const high = scoreBound(max)
  return ([, score]) =>
    (low.exclusive ? score > low.score : score >= low.score) &&
    (high.exclusive ? score < high.score : score <= high.score)
}

function scoreBound(text: string): { score: number; exclusive: boolean } {
  const exclusive = text.startsWith('(')
  // As C's strtod: leading space is skipped and nothing reads as zero, here and nowhere else.
  const number = (exclusive ? text.slice(1) : text).trimStart()
  return { score: number === '' ? 0 : parseFloat64(number, 'ERR min or max is not a float'), exclusive }
}

function lexRange(min: string, max: string): (member: ScoredMember) => boolean {
  const low = lexBound(min)
  const high = lexBound(max)
  return ([member]) =>
    compare(member, low) >= (low.exclusive ? 1 : 0) && compare(member, high) <= (high.exclusive ? -1 : 0)
}

interface LexBound {
  text: string
  end: -1 | 0 | 1
  exclusive: boolean
}

function lexBound(text: string): LexBound {
  if (text === '-') return { text: '', end: -1, exclusive: false }
  if (text === '+') return { text: '', end: 1, exclusive: false }
  if (text.startsWith('(')) return { text: text.slice(1), end: 0, exclusive: true }
  if (text.startsWith('[')) return { text: text.slice(1), end: 0, exclusive: false }
  throw new CommandError('ERR min or max not valid string range item')
}

/** Where a member stands to a bound: before (-1), at (0) or after (1). */
function compare(member: string, bound: LexBound): number {
  if (bound.end !== 0) return -bound.end
  if (member === bound.text) return 0
  return member < bound.text ? -1 : 1
}
