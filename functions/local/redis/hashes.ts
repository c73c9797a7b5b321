import {
  addInt64,
  type CommandTable,
  formatSum,
  parseCursor,
  parseFloat64,
  parseInt64,
  scanOptions,
} from './arguments.ts'
import type { Keyspace } from './keyspace.ts'
import { CommandError, OK, type Reply } from './reply.ts'

const NO_FIELDS: ReadonlyMap<string, string> = new Map()

export const HASH_COMMANDS: CommandTable = {
  hset: { arity: -4, run: hset },
  hmset: { arity: -4, run: hmset },
  hsetnx: { arity: 4, run: hsetnx },
  hget: { arity: 3, run: (db, [key, field]) => fieldsOf(db, key!).get(field!) ?? null },
  hmget: { arity: -3, run: hmget },
  hgetall: { arity: 2, run: (db, [key]) => [...fieldsOf(db, key!)].flat() },
  hkeys: { arity: 2, run: (db, [key]) => [...fieldsOf(db, key!).keys()] },
  hvals: { arity: 2, run: (db, [key]) => [...fieldsOf(db, key!).values()] },
  hlen: { arity: 2, run: (db, [key]) => fieldsOf(db, key!).size },
  hexists: { arity: 3, run: (db, [key, field]) => (fieldsOf(db, key!).has(field!) ? 1 : 0) },
  hstrlen: { arity: 3, run: (db, [key, field]) => fieldsOf(db, key!).get(field!)?.length ?? 0 },
  hdel: { arity: -3, run: hdel },
  hincrby: { arity: 4, run: hincrby },
  hincrbyfloat: { arity: 4, run: hincrbyfloat },
  hscan: { arity: -3, run: hscan },
}

function fieldsOf(db: Keyspace, key: string): ReadonlyMap<string, string> {
  return db.find(key, 'hash')?.fields ?? NO_FIELDS
}

function hset(db: Keyspace, [key, ...pairs]: string[], name: string): Reply {
  if (pairs.length % 2 === 1) throw new CommandError(`ERR wrong number of arguments for '${name}' command`)
  const { fields } = db.obtain(key!, 'hash')
  const before = fields.size
  for (let at = 0; at < pairs.length; at += 2) fields.set(pairs[at]!, pairs[at + 1]!)
  return fields.size - before
}

function hmset(db: Keyspace, args: string[], name: string): Reply {
  hset(db, args, name)
  return OK
}

function hsetnx(db: Keyspace, [key, field, text]: string[]): Reply {
  const { fields } = db.obtain(key!, 'hash')
  if (fields.has(field!)) return 0
  fields.set(field!, text!)
  return 1
}

function hmget(db: Keyspace, [key, ...names]: string[]): Reply {
  const fields = fieldsOf(db, key!)
  return names.map((field) => fields.get(field) ?? null)
}

function hdel(db: Keyspace, [key, ...names]: string[]): Reply {
  const value = db.find(key!, 'hash')
  if (!value) return 0
  const removed = names.filter((field) => value.fields.delete(field)).length
  db.dropIfEmpty(key!)
  return removed
}

function hincrby(db: Keyspace, [key, field, by]: string[]): Reply {
  const amount = parseInt64(by!)
  const old = parseInt64(fieldsOf(db, key!).get(field!) ?? '0', 'ERR hash value is not an integer')
  const sum = addInt64(old, amount)
  db.obtain(key!, 'hash').fields.set(field!, String(sum))
  return Number(sum)
}

function hincrbyfloat(db: Keyspace, [key, field, by]: string[]): Reply {
  const amount = parseFloat64(by!)
  const old = parseFloat64(fieldsOf(db, key!).get(field!) ?? '0', 'ERR hash value is not a float')
  if (!Number.isFinite(old + amount)) throw new CommandError('ERR increment would produce NaN or Infinity')
  const text = formatSum(old + amount)
  db.obtain(key!, 'hash').fields.set(field!, text)
  return text
}

function hscan(db: Keyspace, [key, cursor, ...options]: string[]): Reply {
  parseCursor(cursor!)
  const fields = fieldsOf(db, key!)
  if (fields.size === 0) return ['0', []]
  const { match } = scanOptions(options)
  return ['0', [...fields].filter(([field]) => match?.test(field) ?? true).flat()]
}
