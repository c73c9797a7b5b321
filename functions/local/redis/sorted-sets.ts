import {
  type CommandTable,
  formatFloat,
  parseCursor,
  parseFloat64,
  parseInteger,
  SYNTAX_ERROR,
  scanOptions,
  sliceOf,
} from './arguments.ts'
import type { Keyspace } from './keyspace.ts'
import { CommandError, type Reply } from './reply.ts'
import { inRange, orderedMembers, type ScoredMember } from './sorted-set-ranges.ts'

export const SORTED_SET_COMMANDS: CommandTable = {
  zadd: { arity: -4, run: zadd },
  zincrby: { arity: 4, run: (db, [key, by, member]) => zadd(db, [key!, 'INCR', by!, member!]) },
  zrem: { arity: -3, run: zrem },
  zscore: { arity: 3, run: (db, [key, member]) => scoreReply(scoresOf(db, key!).get(member!)) },
  zmscore: { arity: -3, run: zmscore },
  zcard: { arity: 2, run: (db, [key]) => scoresOf(db, key!).size },
  zcount: { arity: 4, run: (db, [key, min, max]) => select(db, key!, 'SCORE', min!, max!).length },
  zlexcount: { arity: 4, run: (db, [key, min, max]) => select(db, key!, 'LEX', min!, max!).length },
  zrank: { arity: 3, run: (db, [key, member]) => rankOf(orderedMembers(scoresOf(db, key!)), member!) },
  zrevrank: { arity: 3, run: (db, [key, member]) => rankOf(orderedMembers(scoresOf(db, key!)).reverse(), member!) },
  zrange: { arity: -4, run: zrange },
  zrevrange: { arity: -4, run: (db, [key, from, to, ...rest]) => legacyRange(db, [key!, from!, to!], 'REV', rest) },
  zrangebyscore: {
    arity: -4,
    run: (db, [key, min, max, ...rest]) => legacyRange(db, [key!, min!, max!], 'BYSCORE', rest),
  },
  zrevrangebyscore: {
    arity: -4,
    run: (db, [key, max, min, ...rest]) => legacyRange(db, [key!, max!, min!], 'BYSCORE REV', rest),
  },
  zrangebylex: { arity: -4, run: (db, [key, min, max, ...rest]) => legacyRange(db, [key!, min!, max!], 'BYLEX', rest) },
  zrevrangebylex: {
    arity: -4,
    run: (db, [key, max, min, ...rest]) => legacyRange(db, [key!, max!, min!], 'BYLEX REV', rest),
  },
  zremrangebyrank: { arity: 4, run: zremrangebyrank },
  zremrangebyscore: { arity: 4, run: (db, [key, min, max]) => remove(db, key!, select(db, key!, 'SCORE', min!, max!)) },
  zremrangebylex: { arity: 4, run: (db, [key, min, max]) => remove(db, key!, select(db, key!, 'LEX', min!, max!)) },
  zpopmin: { arity: -2, run: (db, args) => zpop(db, args, false) },
  zpopmax: { arity: -2, run: (db, args) => zpop(db, args, true) },
  zscan: { arity: -3, run: zscan },
}

function scoresOf(db: Keyspace, key: string): ReadonlyMap<string, number> {
  return db.find(key, 'zset')?.scores ?? new Map()
}

function scoreReply(score: number | undefined): Reply {
  return score === undefined ? null : formatFloat(score)
}

function zadd(db: Keyspace, [key, ...args]: string[]): Reply {
  const flags = new Set<string>()
  let at = 0
  for (; at < args.length; at++) {
    const flag = args[at]!.toUpperCase()
    if (!['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'].includes(flag)) break
    flags.add(flag)
  }
  const pairs = args.slice(at)
  if (pairs.length === 0 || pairs.length % 2 === 1) throw new CommandError(SYNTAX_ERROR)
  refuseClashingFlags(flags, pairs.length / 2)
  const additions = Array.from({ length: pairs.length / 2 }, (_, pair): [number, string] => [
    parseFloat64(pairs[pair * 2]!),
    pairs[pair * 2 + 1]!,
  ])
  const existing = db.find(key!, 'zset')
  if (!existing && flags.has('XX')) return flags.has('INCR') ? null : 0
  const { scores } = existing ?? db.obtain(key!, 'zset')
  let added = 0
  let changed = 0
  for (const [score, member] of additions) {
    const outcome = addMember(scores, member, score, flags)
    if (flags.has('INCR')) {
      db.dropIfEmpty(key!)
      return outcome === 'skipped' ? null : scoreReply(scores.get(member))
    }
    if (outcome === 'added') added++
    else if (outcome === 'changed') changed++
  }
  db.dropIfEmpty(key!)
  return flags.has('CH') ? added + changed : added
}

function refuseClashingFlags(flags: Set<string>, pairs: number): void {
  if (flags.has('NX') && flags.has('XX')) {
    throw new CommandError('ERR XX and NX options at the same time are not compatible')
  }
  if ((flags.has('GT') && flags.has('LT')) || (flags.has('NX') && (flags.has('GT') || flags.has('LT')))) {
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible')
  }
  if (flags.has('INCR') && pairs > 1) throw new CommandError('ERR INCR option supports a single increment-element pair')
}

function addMember(
  scores: Map<string, number>,
  member: string,
  given: number,
  flags: Set<string>,
): 'added' | 'changed' | 'same' | 'skipped' {
  const old = scores.get(member)
  if (old === undefined) {
    if (flags.has('XX')) return 'skipped'
    scores.set(member, given)
    return 'added'
  }
  if (flags.has('NX')) return 'skipped'
  const score = flags.has('INCR') ? old + given : given
  if (Number.isNaN(score)) throw new CommandError('ERR resulting score is not a number (NaN)')
  if ((flags.has('GT') && score <= old) || (flags.has('LT') && score >= old)) return 'skipped'
  scores.set(member, score)
  return score === old ? 'same' : 'changed'
}

function zrem(db: Keyspace, [key, ...members]: string[]): Reply {
  const value = db.find(key!, 'zset')
  if (!value) return 0
  const removed = members.filter((member) => value.scores.delete(member)).length
  db.dropIfEmpty(key!)
  return removed
}

function zmscore(db: Keyspace, [key, ...members]: string[]): Reply {
  const scores = scoresOf(db, key!)
  return members.map((member) => scoreReply(scores.get(member)))
}

function select(db: Keyspace, key: string, by: 'SCORE' | 'LEX', min: string, max: string): ScoredMember[] {
  const within = inRange(by, min, max)
  return orderedMembers(scoresOf(db, key)).filter(within)
}

function rankOf(members: ScoredMember[], member: string): Reply {
  const rank = members.findIndex(([candidate]) => candidate === member)
  return rank < 0 ? null : rank
}

function legacyRange(db: Keyspace, [key, start, stop]: string[], mode: string, rest: string[]): Reply {
  if (rest.some((option) => /^(BYSCORE|BYLEX|REV)$/i.test(option))) throw new CommandError(SYNTAX_ERROR)
  return zrange(db, [key!, start!, stop!, ...mode.split(' '), ...rest])
}

function zrange(db: Keyspace, [key, start, stop, ...options]: string[]): Reply {
  const { by, reversed, withScores, limit } = rangeOptions(options)
  let chosen: ScoredMember[]
  if (by === 'RANK') {
    if (limit && limit[1] !== -1) {
      throw new CommandError('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX')
    }
    const [from, to] = [parseInteger(start!), parseInteger(stop!)]
    const members = orderedMembers(scoresOf(db, key!))
    if (reversed) members.reverse()
    chosen = members.slice(...sliceOf(from, to, members.length))
  } else {
    if (by === 'LEX' && withScores) {
      throw new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX')
    }
    const [min, max] = reversed ? [stop!, start!] : [start!, stop!]
    chosen = select(db, key!, by, min, max)
    if (reversed) chosen.reverse()
    if (limit) chosen = limited(chosen, limit)
  }
  return chosen.flatMap(([member, score]) => (withScores ? [member, formatFloat(score)] : [member]))
}

function limited(members: ScoredMember[], [offset, count]: [number, number]): ScoredMember[] {
  if (offset < 0) return []
  return members.slice(offset, count < 0 ? undefined : offset + count)
}

interface RangeOptions {
  by: 'RANK' | 'SCORE' | 'LEX'
  reversed: boolean
  withScores: boolean
  limit: [offset: number, count: number] | null
}

function rangeOptions(options: string[]): RangeOptions {
  const chosen: RangeOptions = { by: 'RANK', reversed: false, withScores: false, limit: null }
  for (let at = 0; at < options.length; at++) {
    const option = options[at]!.toUpperCase()
    if (option === 'BYSCORE') chosen.by = 'SCORE'
    else if (option === 'BYLEX') chosen.by = 'LEX'
    else if (option === 'REV') chosen.reversed = true
    else if (option === 'WITHSCORES') chosen.withScores = true
    else if (option === 'LIMIT' && options.length > at + 2) {
      chosen.limit = [parseInteger(options[at + 1]!), parseInteger(options[at + 2]!)]
      at += 2
    } else throw new CommandError(SYNTAX_ERROR)
  }
  return chosen
}

function zremrangebyrank(db: Keyspace, [key, start, stop]: string[]): Reply {
  const [from, to] = [parseInteger(start!), parseInteger(stop!)]
  const members = orderedMembers(scoresOf(db, key!))
  return remove(db, key!, members.slice(...sliceOf(from, to, members.length)))
}

function remove(db: Keyspace, key: string, members: ScoredMember[]): Reply {
  const value = db.find(key, 'zset')
  for (const [member] of members) value?.scores.delete(member)
  db.dropIfEmpty(key)
  return members.length
}

function zpop(db: Keyspace, [key, count, ...rest]: string[], highest: boolean): Reply {
  if (rest.length > 0) throw new CommandError(SYNTAX_ERROR)
  const wanted = count === undefined ? 1 : parseInteger(count, 'ERR value is out of range, must be positive')
  if (wanted < 0) throw new CommandError('ERR value is out of range, must be positive')
  const members = orderedMembers(scoresOf(db, key!))
  if (highest) members.reverse()
  const taken = members.slice(0, wanted)
  remove(db, key!, taken)
  return taken.flatMap(([member, score]) => [member, formatFloat(score)])
}

function zscan(db: Keyspace, [key, cursor, ...options]: string[]): Reply {
  parseCursor(cursor!)
  const scores = scoresOf(db, key!)
  if (scores.size === 0) return ['0', []]
  const { match } = scanOptions(options)
  const found = orderedMembers(scores).filter(([member]) => match?.test(member) ?? true)
  return ['0', found.flatMap(([member, score]) => [member, formatFloat(score)])]
}
