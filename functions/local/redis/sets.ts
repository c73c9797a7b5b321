import { type CommandTable, parseCursor, parseInteger, SYNTAX_ERROR, scanOptions } from './arguments.ts'
import type { Keyspace } from './keyspace.ts'
import { CommandError, type Reply } from './reply.ts'

type Members = ReadonlySet<string>
const NO_MEMBERS: Members = new Set()

export const SET_COMMANDS: CommandTable = {
  sadd: { arity: -3, run: sadd },
  srem: { arity: -3, run: srem },
  smembers: { arity: 2, run: (db, [key]) => [...membersOf(db, key!)] },
  sismember: { arity: 3, run: (db, [key, member]) => (membersOf(db, key!).has(member!) ? 1 : 0) },
  smismember: { arity: -3, run: smismember },
  scard: { arity: 2, run: (db, [key]) => membersOf(db, key!).size },
  smove: { arity: 4, run: smove },
  spop: { arity: -2, run: spop },
  srandmember: { arity: -2, run: srandmember },
  sunion: { arity: -2, run: (db, keys) => [...combine(db, keys, union)] },
  sinter: { arity: -2, run: (db, keys) => [...combine(db, keys, intersection)] },
  sdiff: { arity: -2, run: (db, keys) => [...combine(db, keys, difference)] },
  sunionstore: { arity: -3, run: (db, [into, ...keys]) => store(db, into!, combine(db, keys, union)) },
  sinterstore: { arity: -3, run: (db, [into, ...keys]) => store(db, into!, combine(db, keys, intersection)) },
  sdiffstore: { arity: -3, run: (db, [into, ...keys]) => store(db, into!, combine(db, keys, difference)) },
  sscan: { arity: -3, run: sscan },
}

function membersOf(db: Keyspace, key: string): Members {
  return db.find(key, 'set')?.members ?? NO_MEMBERS
}

function sadd(db: Keyspace, [key, ...added]: string[]): Reply {
  const { members } = db.obtain(key!, 'set')
  const before = members.size
  for (const member of added) members.add(member)
  return members.size - before
}

function srem(db: Keyspace, [key, ...removed]: string[]): Reply {
  const value = db.find(key!, 'set')
  if (!value) return 0
  const count = removed.filter((member) => value.members.delete(member)).length
  db.dropIfEmpty(key!)
  return count
}

function smismember(db: Keyspace, [key, ...asked]: string[]): Reply {
  const members = membersOf(db, key!)
  return asked.map((member) => (members.has(member) ? 1 : 0))
}

function smove(db: Keyspace, [from, to, member]: string[]): Reply {
  const source = db.find(from!, 'set')
  if (!source) return 0
  db.find(to!, 'set')
  if (!source.members.has(member!)) return 0
  if (from === to) return 1
  source.members.delete(member!)
  db.dropIfEmpty(from!)
  db.obtain(to!, 'set').members.add(member!)
  return 1
}

function spop(db: Keyspace, [key, ...rest]: string[]): Reply {
  const count = optionalCount(rest)
  if (count !== null && count < 0) throw new CommandError('ERR value is out of range, must be positive')
  const value = db.find(key!, 'set')
  if (!value) return count === null ? null : []
  const taken = shuffled(value.members).slice(0, count ?? 1)
  for (const member of taken) value.members.delete(member)
  db.dropIfEmpty(key!)
  return count === null ? taken[0]! : taken
}

function srandmember(db: Keyspace, [key, ...rest]: string[]): Reply {
  const count = optionalCount(rest)
  const members = shuffled(membersOf(db, key!))
  if (count === null) return members[0] ?? null
  if (count >= 0) return members.slice(0, count)
  if (members.length === 0) return []
  return Array.from({ length: -count }, () => members[Math.floor(Math.random() * members.length)]!)
}

function optionalCount(rest: string[]): number | null {
  if (rest.length > 1) throw new CommandError(SYNTAX_ERROR)
  return rest[0] === undefined ? null : parseInteger(rest[0])
}

function shuffled(members: Members): string[] {
  return [...members]
    .map((member): [number, string] => [Math.random(), member])
    .sort(([left], [right]) => left - right)
    .map(([, member]) => member)
}

function combine(db: Keyspace, keys: string[], join: (left: Members, right: Members) => Members): Members {
  const [first, ...rest] = keys.map((key) => membersOf(db, key))
  return rest.reduce(join, first!)
}

function union(left: Members, right: Members): Members {
  return new Set([...left, ...right])
}

function intersection(left: Members, right: Members): Members {
  return new Set([...left].filter((member) => right.has(member)))
}

function difference(left: Members, right: Members): Members {
  return new Set([...left].filter((member) => !right.has(member)))
}

function store(db: Keyspace, into: string, members: Members): Reply {
  db.put(into, { type: 'set', members: new Set(members) })
  return members.size
}

function sscan(db: Keyspace, [key, cursor, ...options]: string[]): Reply {
  parseCursor(cursor!)
  const members = membersOf(db, key!)
  if (members.size === 0) return ['0', []]
  const { match } = scanOptions(options)
  return ['0', [...members].filter((member) => match?.test(member) ?? true)]
}
